import type { Aggregate } from '../domain/shared/aggregate.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { Position, ProposedEvent, Revision } from '../ports/event-store.js';
import { readNewer } from './replay.js';
import { createSnapshots, type SnapshotDependencies } from './snapshots/index.js';
import { type KnownState, StateCache } from './state-cache.js';

/** Events that were appended behind what was known, and what they came to. */
export interface Appended<State, Event> {
  readonly events: readonly Event[];
  /** The same events as they were sent. */
  readonly proposed: readonly ProposedEvent[];
  readonly state: State;
  readonly revision: Revision;
  readonly position: Position;
}

/** What is known of the streams of one aggregate, and how to know more. */
export interface States<Command, State, Event> {
  /** What is in memory, which may be old; of a stream that is not, that it is unwritten. */
  known(stream: string): KnownState<State>;
  /** As much as a decision on these needs: all of the stream, where a snapshot has too little. */
  enoughFor(
    stream: string,
    known: KnownState<State>,
    commands: readonly Command[],
  ): Promise<KnownState<State>>;
  /** What was written after `known` folded into it, for decisions on these commands. */
  refresh(
    stream: string,
    known: KnownState<State>,
    commands?: readonly Command[],
  ): Promise<KnownState<State>>;
  appended(stream: string, known: KnownState<State>, appended: Appended<State, Event>): void;
}

export const createStates = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  dependencies: SnapshotDependencies,
): States<Command, State, Event> => {
  const { store } = dependencies;
  const cache = new StateCache<State>();
  const snapshots = createSnapshots(aggregate, dependencies);
  const keep = (stream: string, known: KnownState<State>): KnownState<State> => {
    cache.set(stream, known);
    snapshots.offer(stream, known);
    return known;
  };
  const { unwritten } = snapshots;
  return {
    known: (stream) => cache.get(stream) ?? unwritten(),
    enoughFor: async (stream, known, commands) =>
      (await snapshots.areEnough(stream, known, commands))
        ? known
        : keep(stream, await readNewer(store, aggregate, stream, unwritten())),
    refresh: async (stream, known, commands = []) => {
      const kept = known.revision < 0n ? await snapshots.load(stream, commands) : null;
      return keep(stream, kept ?? (await readNewer(store, aggregate, stream, known)));
    },
    appended: (stream, { revision: before, trail, forgets }, appended) => {
      const { events, proposed, state, revision, position } = appended;
      for (const [index, event] of trail === null ? [] : events.entries()) {
        const step = { revision: before + BigInt(index + 1), id: proposed[index]?.id ?? '' };
        trail?.note(step, aggregate.snapshots?.keysSeen(event) ?? []);
      }
      keep(stream, { state, revision, position, trail, forgets });
    },
  };
};
