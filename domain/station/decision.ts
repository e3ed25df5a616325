import type * as E from 'fp-ts/lib/Either.js';
import type { StationEvent } from './events.js';
import { evolve } from './evolve.js';
import type { StationRefusal } from './refusals.js';
import type { StationState } from './state.js';

/** The answer to a command: new facts in order, or a refusal. */
export type Decision = E.Either<StationRefusal, readonly StationEvent[]>;

/**
 * A decision in the making: the facts so far, and the state as they leave it. A report about
 * many slots is judged step by step, and each step sees what the ones before it found out.
 */
export interface Draft {
  readonly state: StationState;
  readonly events: readonly StationEvent[];
}

export const startDraft = (state: StationState): Draft => ({ state, events: [] });

export const append = (draft: Draft, events: readonly StationEvent[]): Draft => ({
  state: events.reduce(evolve, draft.state),
  events: [...draft.events, ...events],
});
