/** Scavenges while others work: one at a time, in steps, to be stopped and started over. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { SCAVENGE_STEP_EVENTS_MAX } from '../../../adapters/embedded/eventstore/limits.js';
import { EventLog } from '../../../adapters/embedded/eventstore/log/event-log.js';
import type { ProposedEvent } from '../../../adapters/embedded/eventstore/log/types.js';
import { nextTurn } from '../../../adapters/embedded/eventstore/next-turn.js';
import {
  Scavenger,
  type ScavengeStatus,
} from '../../../adapters/embedded/eventstore/scavenge/scavenger.js';
import { openFolder } from '../../../adapters/embedded/eventstore/storage/folder.js';
import { memoryStorage } from '../../../adapters/embedded/eventstore/storage/memory.js';
import type { Storage } from '../../../adapters/embedded/eventstore/storage/storage.js';
import { ask, lastScavenge, scavenge, untilScavenged } from './scavenging.js';
import { event, events, revisions, running, temporaryFolder } from './support.js';

const HIDDEN = 6 * SCAVENGE_STEP_EVENTS_MAX;
const NOTHING = new Uint8Array(0);

interface Bench {
  readonly log: EventLog;
  readonly scavenger: Scavenger;
  readonly ended: ScavengeStatus[];
}

function benchOn(t: ExecutionContext, storage: Storage): Bench {
  const log = new EventLog(storage, { clock: Date.now, onFailure: (error) => t.log(error) });
  const ended: ScavengeStatus[] = [];
  const scavenger = new Scavenger(log, {
    newId: randomUUID,
    elapsedMs: () => performance.now(),
    onEnd: (status) => ended.push(status),
  });
  t.teardown(() => log.close());
  return { log, scavenger, ended };
}

function proposed(type: string): ProposedEvent {
  return { id: randomUUID(), type, isJson: false, data: NOTHING, customMetadata: NOTHING };
}

/** Appends so many events, ends their stream and appends one that is the last of the log. */
async function appendHidden(log: EventLog): Promise<void> {
  const hidden = Array.from({ length: HIDDEN }, () => proposed('hidden'));
  const any = { kind: 'any' } as const;
  await log.write({ kind: 'append', streamName: 's', expected: any, events: hidden });
  await log.write({ kind: 'tombstone', streamName: 's', expected: any });
  await log.write({ kind: 'append', streamName: 't', expected: any, events: [proposed('last')] });
}

async function untilOver({ scavenger }: Bench): Promise<ScavengeStatus | undefined> {
  while (scavenger.current !== undefined) await nextTurn();
  return scavenger.last;
}

test('an append waits for one step at most', async (t) => {
  const bench = benchOn(t, memoryStorage());
  const { log, scavenger } = bench;
  await appendHidden(log);
  scavenger.start();
  let reclaimed = 0;
  let appends = 0;
  while (scavenger.current !== undefined) {
    const events = [proposed('beside')];
    const expected = { kind: 'any' } as const;
    await log.write({ kind: 'append', streamName: 't', expected, events });
    const now = scavenger.last?.eventsReclaimed ?? 0;
    t.true(now - reclaimed <= SCAVENGE_STEP_EVENTS_MAX);
    reclaimed = now;
    appends += 1;
    await nextTurn();
  }
  t.like(await untilOver(bench), { result: 'Success', eventsReclaimed: HIDDEN });
  t.true(appends >= HIDDEN / SCAVENGE_STEP_EVENTS_MAX);
});

test('a scavenge that was stopped leaves the rest to the next one', async (t) => {
  const bench = benchOn(t, await openFolder(await temporaryFolder(t)));
  const { log, scavenger, ended } = bench;
  await appendHidden(log);
  const id = scavenger.start();
  while (scavenger.last?.eventsReclaimed === 0) await nextTurn();
  t.is(await scavenger.stop(), id);
  const first = scavenger.last?.eventsReclaimed ?? 0;
  t.true(first > 0 && first < HIDDEN);
  t.is(await scavenger.stop(), undefined);
  scavenger.start();
  t.is((await untilOver(bench))?.eventsReclaimed, HIDDEN - first);
  t.deepEqual(
    ended.map(({ result }) => result),
    ['Stopped', 'Success'],
  );
});

test('what is hidden is decided when it is taken out, not when it was found', async (t) => {
  const { log, scavenger } = benchOn(t, memoryStorage());
  await appendHidden(log);
  const append = (streamName: string, ...written: ProposedEvent[]) =>
    log.write({ kind: 'append', streamName, expected: { kind: 'any' }, events: written });
  const metadata = (json: string) => ({ ...proposed('$metadata'), data: Buffer.from(json) });
  await append('u', ...Array.from({ length: 5 }, () => proposed('kept')));
  await append('$$u', metadata('{"$maxCount":1}'));
  await append('t', proposed('last'));
  scavenger.start();
  // The walk is over by now, and the steps for the first stream are still to come.
  await append('$$u', metadata('{"$maxCount":3}'));
  while (scavenger.current !== undefined) await nextTurn();
  const entry = log.reader.stream('u');
  t.deepEqual([entry?.firstRevision, entry?.lastRevision], [2, 4]);
});

test('a storage that fails ends the scavenge, not the log', async (t) => {
  const storage = memoryStorage();
  const bench = benchOn(t, storage);
  const { log, scavenger } = bench;
  await appendHidden(log);
  const write = storage.write.bind(storage);
  storage.write = () => Promise.reject(new Error('the disk is full'));
  scavenger.start();
  t.is((await untilOver(bench))?.result, 'Errored');
  storage.write = write;
  scavenger.start();
  t.like(await untilOver(bench), { result: 'Success', eventsReclaimed: HIDDEN });
});

test.serial('over HTTP a scavenge is started, looked at and stopped', async (t) => {
  const { node, client } = await running(t, { dataDir: await temporaryFolder(t) });
  t.deepEqual(await ask(node, 'GET', '/admin/scavenge/current'), { status: 200, body: {} });
  t.is((await lastScavenge(node)).scavengeResult, 'Unknown');
  t.is((await ask(node, 'DELETE', '/admin/scavenge/current')).status, 404);
  t.is((await ask(node, 'DELETE', `/admin/scavenge/${randomUUID()}`)).status, 404);
  await client.appendToStream('s', events(HIDDEN));
  await client.tombstoneStream('s');
  await client.appendToStream('t', event(0));
  const started = await ask(node, 'POST', '/admin/scavenge');
  t.is(started.status, 200);
  t.deepEqual(Object.keys(Object(started.body)), ['scavengeId']);
  const last = await untilScavenged(node);
  t.is(last.scavengeLink, `/admin/scavenge/${last.scavengeId}`);
  t.deepEqual(started.body, { scavengeId: last.scavengeId });
  t.is(last.eventsReclaimed, HIDDEN);
});

test.serial('one scavenge runs at a time', async (t) => {
  const { node, client } = await running(t, { dataDir: await temporaryFolder(t) });
  for (let n = 0; n < 20; n += 1) await client.appendToStream('s', events(500));
  await client.deleteStream('s');
  await client.appendToStream('t', event(0));
  const answers = await Promise.all([1, 2, 3].map(() => ask(node, 'POST', '/admin/scavenge')));
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 400, 400],
  );
  const { status, body } = await ask(node, 'DELETE', '/admin/scavenge/current');
  t.true(status === 404 || typeof body === 'string');
  await untilScavenged(node);
});

test.serial('a node that stops stops its scavenge, and another one ends it', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await running(t, { dataDir });
  for (let n = 0; n < 10; n += 1) await first.client.appendToStream('s', events(500));
  await first.client.setStreamMetadata('s', { maxCount: 3 });
  await first.client.appendToStream('t', event(0));
  await ask(first.node, 'POST', '/admin/scavenge');
  await first.client.dispose();
  await first.node.stop();
  const second = await running(t, { dataDir });
  t.deepEqual(await revisions(second.client, 's'), [4997, 4998, 4999]);
  await scavenge(second.node);
  t.deepEqual(await revisions(second.client, 's'), [4997, 4998, 4999]);
  t.is((await scavenge(second.node)).eventsReclaimed, 0);
});
