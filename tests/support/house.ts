import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { connectEventStore, type LogPlace } from '../../adapters/eventstore/index.js';
import { openPostgres } from '../../adapters/postgres/index.js';
import { postgresProcessStore } from '../../adapters/postgres/process-store.js';
import { type ProcessesRole, processManagers, runProcesses } from '../../bin/roles/processes.js';
import { createHandlers, type Handlers } from '../../commands/handlers.js';
import type { EventStore } from '../../ports/event-store.js';
import { createAudiences } from '../../projections/audience.js';
import { openAccountStores } from './account-tools.js';
import { openTestLog } from './event-store-server.js';
import { type House, houseOf } from './house-core.js';
import { memoryLog } from './log.js';
import { noMessages } from './no-messages.js';
import { noMetrics } from './no-metrics.js';
import { createTestDatabase } from './postgres.js';
import { openTestPostgres } from './postgres-server.js';
import { createTestClock, type TestClock } from './test-clock.js';

export { type House, houseOf, testContext } from './house-core.js';

/** What outlives a crash of the program: the log, the database, and time itself. */
export interface Parts {
  readonly place: LogPlace;
  readonly databaseUrl: string;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
}

/** One run of the write side: handlers and processes, on parts that others may share. */
export interface Instance {
  readonly handlers: Handlers;
  /** Resolves once every process has reacted to everything, timers that are due included. */
  settled(): Promise<void>;
  stop(): Promise<void>;
  /** As `kill -9` would: nothing is finished, nothing is said, sessions are just gone. */
  kill(): Promise<void>;
}

export const openParts = async (t: ExecutionContext<unknown>): Promise<Parts> => {
  const place = await openTestLog();
  const { url } = await createTestDatabase(t, 'withReadModels');
  t.teardown(() => place.stop());
  return {
    place,
    databaseUrl: url,
    clock: createTestClock(),
    log: memoryLog(),
  };
};

/** Whether every process has reacted to everything in the log, and no timer of theirs is due. */
export const haveReacted = async (
  role: Omit<ProcessesRole, 'database' | 'metrics' | 'signal'>,
): Promise<boolean> => {
  const { store, processStore, clock } = role;
  for (const { name, categories } of processManagers(role)) {
    const last = await store.lastPosition({ categories });
    const reached = await processStore.checkpoint(name);
    if (last !== null && (reached === null || reached < last)) return false;
    if ((await processStore.dueTimers(name, clock.now(), 1)).length > 0) return false;
  }
  return true;
};

/** Starts handlers and processes on a store, which may have something put before it. */
export const startInstance = ({ databaseUrl, clock, log }: Parts, store: EventStore): Instance => {
  // Its own name, so that its sessions can be found and ended when it is killed.
  const applicationName = `instance-${randomUUID()}`;
  const database = openPostgres({ url: databaseUrl, applicationName, log });
  const handlers = createHandlers({ store, metrics: noMetrics });
  const processStore = postgresProcessStore(database);
  const stop = new AbortController();
  const stores = openAccountStores({ database, clock, log });
  const parts = { handlers, store, processStore, database, clock, log, metrics: noMetrics };
  const audiences = createAudiences({ database, store });
  const role = { ...parts, ...stores, audiences, messages: noMessages, newId: randomUUID };
  const running = runProcesses({ ...role, signal: stop.signal });

  return {
    handlers,
    settled: async () => {
      // Twice in a row: a timer that just fired may have written events after the first look.
      for (let quiet = 0; quiet < 2; ) quiet = (await haveReacted(role)) ? quiet + 1 : 0;
    },
    stop: async () => {
      stop.abort();
      await running;
      await stores.personalData.close();
      await database.close();
    },
    kill: async () => {
      stop.abort();
      const undertaker = openTestPostgres(databaseUrl);
      await undertaker.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [applicationName],
      );
      await undertaker.close();
    },
  };
};

/**
 * The whole write side on real parts: node, database, handlers, processes, a clock to move.
 *
 * Open one at a time in a process (`test.serial`): the EventStoreDB client keeps the unanswered
 * appends of all its connections in one list, so closing one house would disturb another.
 */
export const openHouse = async (t: ExecutionContext<unknown>): Promise<House> => {
  const parts = await openParts(t);
  const store = connectEventStore(parts.place, parts.log);
  const instance = startInstance(parts, store);
  t.teardown(async () => {
    await instance.stop();
    await store.close();
  });
  return houseOf(parts, store, instance);
};
