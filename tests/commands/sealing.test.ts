import { setImmediate as nextTurn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { makeSealKey, readPublicKeys, sha256 } from '../../adapters/seal-keys.js';
import { SealingBlocked } from '../../commands/sealing/beginning.js';
import { runSealing } from '../../commands/sealing/index.js';
import { fromHex, type SealData, Stretch, sealHash, signedBytes } from '../../domain/seal/index.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { memoryLog } from '../support/log.js';
import { createMemoryEventStore, type MemoryEventStore } from '../support/memory-event-store.js';
import { mortal } from '../support/mortal-store.js';
import { collect, proposed } from '../support/proposed-event.js';
import {
  auditSeals,
  sealingTools,
  sealsOf,
  startSealing,
  testSealKey,
} from '../support/sealing.js';
import { createTestClock } from '../support/test-clock.js';

/** The memory store is dated by this clock, too: what waits for a seal waits by one time. */
const open = () => {
  const clock = createTestClock();
  return { clock, store: createMemoryEventStore(clock) };
};

const record = (store: MemoryEventStore, count: number): void => {
  for (let index = 0; index < count; index += 1) {
    store.record(`wallet-u${index % 3}`, [proposed('FundsCredited', { index })]);
  }
};

const sealDataOf = (stored: RecordedEvent): SealData => {
  const logged = decodeLogged(stored);
  if (E.isRight(logged) && logged.right.category === 'seal') return logged.right.event.data;
  throw new Error('no seal');
};

const counts = async (store: MemoryEventStore): Promise<readonly number[]> =>
  (await sealsOf(store)).map((stored) => sealDataOf(stored).count);

/** Everything that can go on without time passing has gone on. */
const untilSeals = async (store: MemoryEventStore, seals: number): Promise<void> => {
  while ((await sealsOf(store)).length < seals) await nextTurn();
};

const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
};

/** Each event but seals and readings is under one seal, once, and the seals follow each other. */
const assertWhole = async (t: ExecutionContext, store: MemoryEventStore): Promise<void> => {
  const log = await collect(store.readLog(null));
  const covered = log.filter(({ stream }) => !/^(seal|telemetry)-/.test(stream));
  let [before, previous]: [number, string | null] = [0, null];
  for (const [index, stored] of (await sealsOf(store)).entries()) {
    const seal = sealDataOf(stored);
    t.like(seal, { number: index + 1, sealedBefore: before, previous });
    const stretch = new Stretch(sha256);
    for (const event of covered.slice(before, before + seal.count)) stretch.add(event);
    t.like(seal, { ...stretch.facts() });
    const keys = readPublicKeys(testSealKey.publicPem);
    const signature = fromHex(seal.signature);
    t.is(keys?.verify(seal.keyId, signedBytes(seal), signature), 'valid');
    before += seal.count;
    previous = sealHash(sha256, stored);
  }
};

test('full stretches are sealed at once, the rest when it has waited long enough', async (t) => {
  const { clock, store } = open();
  record(store, 9);
  const sealing = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 2);
  await quiet();
  t.deepEqual(await counts(store), [4, 4]);
  clock.advance({ seconds: 59 });
  await quiet();
  t.is((await counts(store)).length, 2, 'not yet');
  clock.advance({ seconds: 1 });
  await untilSeals(store, 3);
  await sealing.stop();
  t.deepEqual(await counts(store), [4, 4, 1]);
  await assertWhole(t, store);
});

test('nothing is sealed where nothing happens, not even a seal', async (t) => {
  const { clock, store } = open();
  const sealing = startSealing(sealingTools(store, { clock }));
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance({ minutes: 1 });
    await quiet();
  }
  t.deepEqual(await counts(store), []);
  record(store, 1);
  await quiet();
  clock.advance({ minutes: 1 });
  await untilSeals(store, 1);
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance({ minutes: 1 });
    await quiet();
  }
  await sealing.stop();
  t.deepEqual(await counts(store), [1]);
});

test('a restart goes on behind the last seal, and what waited for long is sealed soon', async (t) => {
  const { clock, store } = open();
  record(store, 6);
  const first = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 1);
  await first.stop();
  t.deepEqual(await counts(store), [4]);
  record(store, 1);
  clock.advance({ minutes: 10 });
  const second = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 2);
  await second.stop();
  t.deepEqual(await counts(store), [4, 3]);
  await assertWhole(t, store);
});

test('of a log is read what is behind the last seal', async (t) => {
  const { clock, store } = open();
  record(store, 8);
  const first = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 2);
  await first.stop();
  const after: unknown[] = [];
  const watched = {
    ...store,
    subscribeLog: (options: Parameters<typeof store.subscribeLog>[0]) => {
      after.push(options.after);
      return store.subscribeLog(options);
    },
  };
  const second = startSealing(sealingTools(watched, { clock }));
  await quiet();
  await second.stop();
  const log = await collect(store.readLog(null));
  t.deepEqual(after, [log.findLast(({ stream }) => stream.startsWith('wallet-'))?.position]);
});

test('two instances at once leave neither a gap nor an event under two seals', async (t) => {
  const { clock, store } = open();
  const one = startSealing(sealingTools(store, { clock }));
  const other = startSealing(sealingTools(store, { clock }));
  for (let round = 0; round < 10; round += 1) {
    record(store, 1 + (round % 7));
    await quiet();
    clock.advance({ seconds: 61 });
    await quiet();
  }
  await Promise.all([one.stop(), other.stop()]);
  const sealed = (await counts(store)).reduce((sum, count) => sum + count, 0);
  const total = (await collect(store.readLog(null, { categories: ['wallet'] }))).length;
  t.is(sealed, total);
  await assertWhole(t, store);
});

for (const when of ['before', 'after'] as const) {
  test(`an instance that dies ${when} a seal is written is taken over from`, async (t) => {
    const { clock, store } = open();
    record(store, 9);
    const dying = mortal(store);
    dying.arm(2, when);
    void runSealing(sealingTools(dying, { clock }), new AbortController().signal);
    await dying.died;
    clock.advance({ minutes: 2 });
    const heir = startSealing(sealingTools(store, { clock }));
    await untilSeals(store, 3);
    await heir.stop();
    t.deepEqual(await counts(store), [4, 4, 1]);
    await assertWhole(t, store);
  });
}

test('a lost answer to a seal leads to a new look, not to a second seal', async (t) => {
  const { clock, store } = open();
  record(store, 4);
  let isLost = true;
  const flaky: typeof store = {
    ...store,
    append: async (...args) => {
      const outcome = await store.append(...args);
      if (!isLost) return outcome;
      isLost = false;
      return { kind: 'unknown', reason: 'deadline' };
    },
  };
  const sealing = startSealing(sealingTools(flaky, { clock }));
  await untilSeals(store, 1);
  record(store, 4);
  await untilSeals(store, 2);
  await sealing.stop();
  t.deepEqual(await counts(store), [4, 4]);
  await assertWhole(t, store);
});

test('a new key goes on with the chain; both public keys prove the whole of it', async (t) => {
  const { clock, store } = open();
  record(store, 4);
  const first = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 1);
  await first.stop();
  const signer = makeSealKey().key;
  record(store, 4);
  const second = startSealing(sealingTools(store, { clock, signer }));
  await untilSeals(store, 2);
  await second.stop();
  const log = await collect(store.readLog(null));
  const keys = readPublicKeys(`${signer.publicPem}${testSealKey.publicPem}`);
  if (keys === null) return t.fail('there are two keys');
  t.deepEqual(auditSeals(log, { keys }).findings, []);
  t.deepEqual(
    auditSeals(log).findings.map(({ code }) => code),
    ['seal-key-unknown'],
  );
});

test('readings of hardware are under no seal: the store forgets the older ones', async (t) => {
  const { clock, store } = open();
  store.record('telemetry-KTM001', [proposed('HeartbeatRead')]);
  record(store, 4);
  const sealing = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 1);
  await sealing.stop();
  t.deepEqual(await counts(store), [4]);
  await assertWhole(t, store);
});

test('sealing stands still, and says why, when the last sealed event is gone', async (t) => {
  const { clock, store } = open();
  record(store, 4);
  const sealing = startSealing(sealingTools(store, { clock }));
  await untilSeals(store, 1);
  await sealing.stop();
  const without: typeof store = { ...store, readStream: () => store.readStream('wallet-none') };
  const tools = sealingTools(without, { clock });
  const error = await t.throwsAsync(runSealing(tools, new AbortController().signal), {
    instanceOf: SealingBlocked,
  });
  t.regex(error.message, /revision \d of wallet-u0, the last sealed event, is gone/);
});

test('what the log tells of seals names neither key nor event', async (t) => {
  const { clock, store } = open();
  record(store, 4);
  const log = memoryLog();
  const sealing = startSealing(sealingTools(store, { clock, log }));
  await untilSeals(store, 1);
  await sealing.stop();
  t.deepEqual(
    log.lines.map(({ fields }) => Object.keys(fields)),
    [['number', 'events', 'upTo']],
  );
});
