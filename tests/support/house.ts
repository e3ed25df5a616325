import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { startEventStoreNode } from '../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { postgresProcessStore } from '../../adapters/postgres/process-store.js';
import { processManagers, runProcesses } from '../../bin/roles/processes.js';
import type { CommandContext } from '../../commands/context.js';
import type { AggregateHandler, Handled } from '../../commands/handler.js';
import { createHandlers, type Handlers } from '../../commands/handlers.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { memoryLog } from './log.js';
import { noMetrics } from './no-metrics.js';
import { createTestDatabase } from './postgres.js';
import { createTestClock, type TestClock } from './test-clock.js';

/**
 * The whole write side on real parts: node, database, handlers, processes, a clock to move.
 *
 * Open one at a time in a process (`test.serial`): the EventStoreDB client keeps the unanswered
 * appends of all its connections in one list, so closing one house would disturb another.
 */
export interface House {
  readonly store: EventStore;
  readonly handlers: Handlers;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** Resolves once every process has reacted to everything, timers that are due included. */
  settled(): Promise<void>;
  /** All events of one stream, decoded. */
  eventsOf(stream: string): Promise<readonly LoggedEvent['event'][]>;
  /** Issues a command and fails the test when it is refused. */
  done<Command, State, Event, Refusal>(
    handler: AggregateHandler<Command, State, Event, Refusal>,
    id: string,
    command: Command,
  ): Promise<Handled<State, Event>>;
}

let commandCount = 0;

export const testContext = (): CommandContext => {
  commandCount += 1;
  const commandId = `test-command-${commandCount}`;
  const actor = { kind: 'system', id: 'test' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};

export const openHouse = async (t: ExecutionContext<unknown>): Promise<House> => {
  const log = memoryLog();
  const clock = createTestClock();
  const node = await startEventStoreNode({ port: 0 });
  const { database } = await createTestDatabase(t);
  const store = connectEventStore(node.connectionString, log);
  const handlers = createHandlers({ store, metrics: noMetrics });
  const processStore = postgresProcessStore(database);
  const stop = new AbortController();
  const role = { handlers, store, processStore, database, clock, log, metrics: noMetrics };
  const running = runProcesses({ ...role, signal: stop.signal });
  t.teardown(async () => {
    stop.abort();
    await running;
    await store.close();
    await node.stop();
  });

  const isSettled = async (): Promise<boolean> => {
    for (const { name, categories } of processManagers(role)) {
      const last = await store.lastPosition({ categories });
      const reached = await processStore.checkpoint(name);
      if (last !== null && (reached === null || reached < last)) return false;
      if ((await processStore.dueTimers(name, clock.now(), 1)).length > 0) return false;
    }
    return true;
  };

  return {
    store,
    handlers,
    clock,
    log,
    settled: async () => {
      // Twice in a row: a timer that just fired may have written events after the first look.
      for (let quiet = 0; quiet < 2; ) quiet = (await isSettled()) ? quiet + 1 : 0;
    },
    eventsOf: async (stream) => {
      const events: LoggedEvent['event'][] = [];
      for await (const recorded of store.readStream(stream)) {
        const decoded = decodeLogged(recorded);
        if (E.isLeft(decoded)) throw new Error(`${recorded.type}: ${decoded.left.kind}`);
        events.push(decoded.right.event);
      }
      return events;
    },
    done: async (handler, id, command) => {
      const result = await handler.execute(id, command, testContext());
      if (E.isLeft(result)) throw new Error(`refused: ${JSON.stringify(result.left)}`);
      return result.right;
    },
  };
};
