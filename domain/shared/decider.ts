import type { Either } from 'fp-ts/lib/Either.js';

/**
 * The whole of a rule-keeping aggregate: plain values and functions.
 *
 * - `decide` answers a wish with new facts, or with a refusal (a closed union with the facts that
 *   its reader needs). A wish that is already fulfilled yields no event.
 * - `evolve` folds one fact into the state. It never refuses and never throws: what is in the log
 *   has happened. A fact that it does not know leaves the state as it is.
 */
export interface Decider<Command, State, Event, Refusal> {
  readonly initial: State;
  readonly decide: (command: Command, state: State) => Either<Refusal, readonly Event[]>;
  readonly evolve: (state: State, event: Event) => State;
}

/** State after all `events`, from the beginning of the stream. */
export const fold = <State, Event>(
  decider: Pick<Decider<never, State, Event, unknown>, 'initial' | 'evolve'>,
  events: readonly Event[],
): State => events.reduce(decider.evolve, decider.initial);
