import test, { type ExecutionContext } from 'ava';
import { postgresProcessStore } from '../../adapters/postgres/process-store.js';
import { runProcess } from '../../commands/process/engine.js';
import type { ProcessManager } from '../../commands/process/reactions.js';
import { retryParked } from '../../commands/process/retry.js';
import { memoryLog } from '../support/log.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';
import { createTestDatabase } from '../support/postgres.js';
import { proposed } from '../support/proposed-event.js';
import { createTestClock } from '../support/test-clock.js';

const at = createTestClock().now();

/** A process that fails at each revision 1 until it is mended, and notes what it has handled. */
const createFragile = () => {
  const handled: string[] = [];
  const state = { isBroken: true };
  const manager: ProcessManager = {
    name: 'fragile',
    categories: ['user'],
    keyOf: ({ stream }) => stream,
    react: async ({ stream, revision }) => {
      if (state.isBroken && revision === 1n) throw new Error('the reason was not mended');
      handled.push(`${stream} ${revision}`);
      return [];
    },
    onTimer: async () => [],
  };
  return { handled, state, manager };
};

const open = async (t: ExecutionContext) => {
  const { database } = await createTestDatabase(t);
  const store = createMemoryEventStore();
  const processStore = postgresProcessStore(database);
  const log = memoryLog();
  const fragile = createFragile();
  const stop = new AbortController();
  let tell: () => void = () => undefined;
  let reached = -1n;
  const committed = (position: bigint): void => {
    reached = position;
    tell();
  };
  const dependencies = { store, processStore, log, metrics: noMetrics, committed };
  const running = runProcess(fragile.manager, dependencies, stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  return {
    ...fragile,
    processStore,
    record: (stream: string) => store.record(stream, [proposed('ProfileCompleted', { at })]),
    passed: async (position: bigint): Promise<void> => {
      while (reached < position) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
    },
    retry: () => retryParked(fragile.manager, { store, processStore, log }, stop.signal),
  };
};

test('a parked stream waits, the others go on, and a retry handles it in order', async (t) => {
  const { handled, state, record, passed, retry, processStore } = await open(t);
  for (let revision = 0; revision < 3; revision += 1) record('user-a');
  await passed(record('user-b'));
  t.deepEqual(handled.toSorted(), ['user-a 0', 'user-b 0']);
  t.deepEqual(await retry(), [
    { stream: 'user-a', handled: 0, error: 'the reason was not mended' },
  ]);

  state.isBroken = false;
  t.deepEqual(await retry(), [{ stream: 'user-a', handled: 2, error: null }]);
  t.deepEqual(handled.slice(-2), ['user-a 1', 'user-a 2']);
  t.deepEqual(await processStore.parkedEvents('fragile'), []);
});

test('the running process notices that a stream left the park', async (t) => {
  const { handled, state, record, passed, retry, processStore } = await open(t);
  record('user-a');
  await passed(record('user-a'));
  state.isBroken = false;
  await retry();
  await passed(record('user-a'));
  t.deepEqual(handled, ['user-a 0', 'user-a 1', 'user-a 2']);
  t.deepEqual(await processStore.parkedEvents('fragile'), []);
});

test('an event that cannot be read is parked, with what comes after it in its stream', async (t) => {
  const { database } = await createTestDatabase(t);
  const store = createMemoryEventStore();
  const processStore = postgresProcessStore(database);
  const { manager, handled } = createFragile();
  store.record('user-a', [proposed('NobodyKnowsThis')]);
  const last = store.record('user-a', [proposed('ProfileCompleted', { at })]);
  const stop = new AbortController();
  await runProcess(
    manager,
    {
      store,
      processStore,
      log: memoryLog(),
      metrics: noMetrics,
      committed: (position) => {
        if (position >= last) stop.abort();
      },
    },
    stop.signal,
  );
  t.deepEqual(handled, []);
  const parked = await processStore.parkedEvents('fragile');
  t.deepEqual(
    parked.map(({ error }) => error),
    ['UnknownEventType', 'waits behind a parked event of its stream'],
  );
});
