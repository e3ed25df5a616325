import * as E from 'fp-ts/lib/Either.js';
import { points } from '../../domain/points/index.js';
import type { SnapshotRules } from '../../domain/shared/snapshot-rules.js';
import { wallet } from '../../domain/wallet/index.js';
import type { EventStore, Revision } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { fingerprintOf, shapeOf } from '../../ports/snapshots/index.js';

/** What a stream comes to at a revision, as a snapshot should have it. */
export interface Folded {
  readonly eventId: string;
  readonly state: unknown;
  readonly keys: ReadonlySet<number>;
}

export interface FoldTools {
  readonly store: Pick<EventStore, 'readStream'>;
  /** Ends the reading by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One aggregate whose streams have snapshots. */
export interface Kept {
  readonly category: string;
  /** Of the snapshots that this version of the program makes. */
  readonly shape: string;
  /** From the beginning, without any snapshot; `null` where a stream cannot be read so far. */
  fold(tools: FoldTools, stream: string, upTo: Revision): Promise<Folded | null>;
}

interface Rules<State, Event> {
  readonly category: string;
  readonly events: Parameters<typeof shapeOf>[0];
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly snapshots?: SnapshotRules<never, State, Event>;
}

const keptOf = <State, Event>(
  { category, events, initial, evolve, snapshots: rules }: Rules<State, Event>,
  eventOf: (logged: LoggedEvent) => Event | null,
): readonly Kept[] => {
  if (rules === undefined) return [];
  const fold: Kept['fold'] = async ({ store, signal }, stream, upTo) => {
    let state = initial;
    const keys = new Set<number>();
    for await (const recorded of store.readStream(stream)) {
      signal?.throwIfAborted();
      const logged = decodeLogged(recorded);
      const event = E.isRight(logged) ? eventOf(logged.right) : null;
      if (event === null) return null;
      state = evolve(state, event);
      for (const key of rules.keysSeen(event)) keys.add(fingerprintOf(key));
      if (recorded.revision === upTo) {
        return { eventId: recorded.id, state: rules.toStored(state), keys };
      }
    }
    return null;
  };
  return [{ category, shape: shapeOf(events, rules), fold }];
};

/** Every aggregate of which snapshots are kept. */
export const keptAggregates: readonly Kept[] = [
  ...keptOf(wallet, (logged) => (logged.category === 'wallet' ? logged.event : null)),
  ...keptOf(points, (logged) => (logged.category === 'points' ? logged.event : null)),
];
