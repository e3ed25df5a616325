import test from 'ava';
import { createDirectory } from '../../../adapters/mqtt/directory.js';
import { createLanes } from '../../../adapters/mqtt/lanes.js';
import { untilTaken } from '../../../adapters/mqtt/persistence.js';
import { createQuestions, type Question } from '../../../adapters/mqtt/questions.js';
import { createTelemetry, type Reading } from '../../../adapters/mqtt/telemetry.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EntryId, Imei, StationSerial } from '../../../domain/shared/ids.js';
import { type Instant, instant, plusSeconds } from '../../../domain/shared/instant.js';
import type { LoggedEvent } from '../../../ports/logged-event.js';
import { DeskUnavailable } from '../../../ports/station-desk.js';
import { memoryLog } from '../../support/log.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { stationDetails } from '../../support/station-commands.js';

/** A task that ends when the test says so. */
const held = () => {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { task: () => done, release: () => release() };
};

test('tasks of one key run in order, those of others do not wait for them', async (t) => {
  const lanes = createLanes();
  const done: string[] = [];
  const first = held();
  const slow = lanes.enter('a', async () => {
    await first.task();
    done.push('a1');
  });
  const next = lanes.enter('a', async () => done.push('a2'));
  await lanes.enter('b', async () => done.push('b1'));
  t.deepEqual(done, ['b1']);
  first.release();
  await Promise.all([slow, next]);
  t.deepEqual(done, ['b1', 'a1', 'a2']);
  t.is(lanes.unfinished(), 0);
});

test('a task that fails holds nobody up', async (t) => {
  const lanes = createLanes();
  const failing = lanes.enter('a', async () => {
    throw new Error('broken');
  });
  const next = lanes.enter('a', async () => 'well');
  await t.throwsAsync(failing ?? Promise.resolve(), { message: 'broken' });
  t.is(await next, 'well');
});

test('a full lane takes no more, and room is told of', async (t) => {
  const lanes = createLanes(2);
  const first = held();
  void lanes.enter('a', first.task);
  const second = lanes.enter('a', async () => 2);
  t.is(
    lanes.enter('a', async () => 3),
    null,
  );
  t.not(
    lanes.enter('b', async () => 4),
    null,
  );
  const room = lanes.fewerThan(1);
  first.release();
  await room;
  t.is(await second, 2);
});

test('what the desk does not take is handed in again, until we end', async (t) => {
  const options = { log: memoryLog(), signal: new AbortController().signal };
  let tries = 0;
  const answer = await untilTaken(async () => {
    tries += 1;
    if (tries < 3) throw new DeskUnavailable('away');
    return tries;
  }, options);
  t.is(answer, 3);
  t.is(options.log.lines.length, 2);
  const ended = { ...options, signal: AbortSignal.abort() };
  await t.throwsAsync(
    untilTaken(() => Promise.reject(new DeskUnavailable('away')), ended),
    { instanceOf: DeskUnavailable },
  );
});

test('a bug is not tried again', async (t) => {
  let tries = 0;
  const attempt = async (): Promise<never> => {
    tries += 1;
    throw new Error('a bug');
  };
  const options = { log: memoryLog(), signal: new AbortController().signal };
  await t.throwsAsync(untilTaken(attempt, options), { message: 'a bug' });
  t.is(tries, 1);
});

const start = instant('2026-11-22T06:00:00Z');
const after = (seconds: number): Instant => plusSeconds(start, seconds);

const question = (orderId: string, askedAt: Instant): Question => ({
  answeredBy: 'wifiNetworks',
  query: null,
  orderId: brandOrThrow(EntryId, orderId),
  askedAt,
});

test('an answer belongs to the oldest open question of its kind, for twenty seconds', (t) => {
  const questions = createQuestions();
  const answered = (seconds: number): string | null =>
    questions.answered('a', 'wifiNetworks', after(seconds))?.orderId ?? null;
  questions.asked('a', question('one', after(0)));
  questions.asked('a', question('two', after(5)));
  questions.asked('a', question('three', after(6)));
  t.is(questions.answered('a', 'inventory', after(6)), null);
  t.is(questions.answered('b', 'wifiNetworks', after(6)), null);
  t.is(answered(20), 'one');
  t.is(answered(26), 'three');
  t.is(answered(26), null);
});

test('a cabinet that never answers does not fill the memory', (t) => {
  const questions = createQuestions();
  for (let index = 0; index < 200; index += 1) {
    questions.asked('a', question(`q-${index}`, start));
  }
  t.like(questions.answered('a', 'wifiNetworks', start), { orderId: 'q-150' });
});

const registered = (serial: string, imei: string): LoggedEvent => {
  const station = brandOrThrow(StationSerial, serial);
  return {
    id: serial,
    stream: `station-${serial}`,
    streamId: serial,
    revision: 0n,
    position: 1n,
    correlationId: serial,
    causationId: serial,
    actor: { kind: 'system', id: 'test' },
    category: 'station',
    event: {
      type: 'StationRegistered',
      data: { station, imei: brandOrThrow(Imei, imei), details: stationDetails(), at: start },
    },
  };
};

test('a modem that is registered twice stays with its first station, and staff hear of it', (t) => {
  const log = memoryLog();
  const directory = createDirectory(log);
  directory.apply(registered('KTM-0001', '861234567890121'));
  directory.apply(registered('KTM-0002', '861234567890121'));
  directory.apply(registered('KTM-0001', '861234567890121'));
  t.is(directory.stationOf('861234567890121'), brandOrThrow(StationSerial, 'KTM-0001'));
  t.is(directory.deviceOf(brandOrThrow(StationSerial, 'KTM-0002')), undefined);
  t.is(log.lines.filter(({ level }) => level === 'error').length, 1);
});

type OfCabinet = Extract<LoggedEvent, { readonly category: 'cabinet' }>['event'];

const ofCabinet = (serial: string, event: OfCabinet): LoggedEvent => ({
  id: `${serial} ${event.type}`,
  stream: `cabinet-${serial}`,
  streamId: serial,
  revision: 0n,
  position: 2n,
  correlationId: serial,
  causationId: serial,
  actor: { kind: 'system', id: 'test' },
  category: 'cabinet',
  event,
});

test('a cabinet is asked from the moment an order is sent until it is over', (t) => {
  const directory = createDirectory(memoryLog());
  const station = brandOrThrow(StationSerial, 'KTM-0001');
  const orderId = brandOrThrow(EntryId, 'o-1');
  const data = { orderId, at: start };
  t.false(directory.isAsked(station));
  directory.apply(ofCabinet(station, { type: 'CabinetOrderSent', data }));
  t.true(directory.isAsked(station));
  t.false(directory.isAsked(brandOrThrow(StationSerial, 'KTM-0002')));
  const failed = { ...data, failure: 'no-answer' } as const;
  directory.apply(ofCabinet(station, { type: 'CabinetOrderFailed', data: failed }));
  t.false(directory.isAsked(station));
});

const beat = (at: Instant): Reading => ({
  type: 'HeartbeatRead',
  data: { signalStrength: 20, at },
});

test('readings that cannot be kept are lost without a word to anybody who waits', async (t) => {
  const store = createMemoryEventStore();
  const failing = {
    ...store,
    limitStream: async () => {
      throw new Error('the store is away');
    },
  };
  const log = memoryLog();
  const telemetry = createTelemetry({ store: failing, log, newId: () => 'r-1' });
  telemetry.keep(brandOrThrow(StationSerial, 'KTM-0001'), beat(start));
  await telemetry.written();
  t.is(await store.lastPosition({ categories: ['telemetry'] }), null);
  t.deepEqual(
    log.lines.map(({ level }) => level),
    ['debug'],
  );
});

test('the stream of readings is bounded before its first event', async (t) => {
  const calls: string[] = [];
  const store = createMemoryEventStore();
  const watched = {
    ...store,
    limitStream: async (stream: string, events: number) =>
      void calls.push(`limit ${stream} ${events}`),
    append: async (...append: Parameters<typeof store.append>) => {
      calls.push(`append ${append[0]}`);
      return store.append(...append);
    },
  };
  const ids = ['r-1', 'r-2'];
  const newId = () => ids.shift() ?? 'r-0';
  const telemetry = createTelemetry({ store: watched, log: memoryLog(), newId });
  const station = brandOrThrow(StationSerial, 'KTM-0001');
  telemetry.keep(station, beat(start));
  telemetry.keep(station, beat(after(60)));
  telemetry.keep(station, beat(after(1_800)));
  await telemetry.written();
  t.deepEqual(calls, [
    'limit telemetry-KTM-0001 500',
    'append telemetry-KTM-0001',
    'append telemetry-KTM-0001',
  ]);
});
