import * as E from 'fp-ts/lib/Either.js';
import { type Aggregate, streamName } from '../domain/shared/aggregate.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Metrics } from '../ports/metrics.js';
import type { CommandContext } from './context.js';
import { createLoads } from './loads.js';
import type { CommandFailure, Handled } from './outcome.js';
import { type SnapshotLimits, snapshotLimits as usualLimits } from './snapshots/limits.js';
import type { Loaded } from './state-cache.js';
import { createStates } from './states.js';
import { createStreamWriter } from './stream-writer.js';

/** The commands of one aggregate: load → decide → append → retry on conflict. */
export interface AggregateHandler<Command, State, Event, Refusal> {
  execute(
    id: string,
    command: Command,
    context: CommandContext,
  ): Promise<E.Either<CommandFailure<Refusal>, Handled<State, Event>>>;
  /**
   * State as of now, read from the log; or, where `since` is given, a state that holds all of the
   * stream up to that position, which is read only when memory has none. What it remembers of old
   * entries may be missing in it, see `SnapshotRules`: that is for decisions to ask.
   */
  load(id: string, since?: Position | null): Promise<Loaded<State>>;
}

export interface HandlerDependencies {
  readonly store: EventStore;
  readonly metrics: Metrics;
  /** Those of production when absent. */
  readonly snapshotLimits?: SnapshotLimits;
}

export const createHandler = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  { store, metrics, snapshotLimits = usualLimits }: HandlerDependencies,
): AggregateHandler<Command, State, Event, Refusal> => {
  const states = createStates(aggregate, { store, metrics, limits: snapshotLimits });
  const write = createStreamWriter(aggregate, { store, metrics, states });
  const load = createLoads(states);
  const labels = { aggregate: aggregate.category };
  return {
    execute: async (id, command, context) => {
      const startedMs = performance.now();
      const result = await write(streamName(aggregate.category, id), command, context);
      const outcome = E.isRight(result) ? 'done' : result.left.kind;
      metrics.count('commands_total', { ...labels, outcome });
      const seconds = (performance.now() - startedMs) / 1_000;
      metrics.observeSeconds('command_seconds', seconds, labels);
      return result;
    },
    load: (id, since) => load(streamName(aggregate.category, id), since),
  };
};
