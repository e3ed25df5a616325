/** What houses have in common, wherever they stand: nothing here needs a server, or a test. */

import * as E from 'fp-ts/lib/Either.js';
import type { CommandContext } from '../../commands/context.js';
import type { AggregateHandler } from '../../commands/handler.js';
import type { Handlers } from '../../commands/handlers.js';
import type { Handled } from '../../commands/outcome.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import type { memoryLog } from './log.js';
import type { TestClock } from './test-clock.js';

/** The whole write side: log, handlers, processes, and a clock to move. */
export interface House {
  readonly handlers: Handlers;
  /** Resolves once every process has reacted to everything, timers that are due included. */
  settled(): Promise<void>;
  readonly store: EventStore;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
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

/** What a test does with a running instance, whichever it is at the moment. */
export const houseOf = (
  { clock, log }: Pick<House, 'clock' | 'log'>,
  store: EventStore,
  instance: Pick<House, 'handlers' | 'settled'>,
): House => ({
  ...instance,
  store,
  clock,
  log,
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
});
