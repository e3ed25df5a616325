import type { Aggregate } from '../domain/shared/aggregate.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { EventStore } from '../ports/event-store.js';
import { readNewer } from './replay.js';
import { type KnownState, StateCache } from './state-cache.js';

/** What is known of the streams of one aggregate, and how to know more. */
export interface States<State> {
  /** What is in memory, which may be old; of a stream that is not, that it is unwritten. */
  known(stream: string): KnownState<State>;
  /** What was written after `known` folded into it. */
  refresh(stream: string, known: KnownState<State>): Promise<KnownState<State>>;
  keep(stream: string, known: KnownState<State>): void;
}

export const createStates = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  store: EventStore,
): States<State> => {
  const cache = new StateCache<State>();
  const unwritten: KnownState<State> = { state: aggregate.initial, revision: -1n, position: null };
  return {
    known: (stream) => cache.get(stream) ?? unwritten,
    refresh: async (stream, known) => {
      const newer = await readNewer(store, aggregate, stream, known);
      cache.set(stream, newer);
      return newer;
    },
    keep: (stream, known) => cache.set(stream, known),
  };
};
