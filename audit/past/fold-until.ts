import * as E from 'fp-ts/lib/Either.js';
import { occurredAt } from '../../domain/occurred-at.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { EventStore, Position, RecordedEvent, Revision } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';

/**
 * A moment that somebody asks about. With both parts it is what had happened by an instant, as far
 * as the log told at a position; without either it is now.
 */
export interface Moment {
  /** Facts that happened later are left out, see `domain/occurred-at.ts`. */
  readonly at: Instant | null;
  /** Facts that were written later are left out. */
  readonly position: Position | null;
}

/** The last fact that is in an answer. */
export interface LastFact {
  readonly eventId: string;
  readonly type: string;
  readonly at: Instant;
  readonly revision: Revision;
  readonly position: Position;
}

/** What a stream came to at a moment. */
export interface Past<State> {
  readonly state: State;
  /** Facts that it was made of. */
  readonly events: number;
  /** `null` when nothing had happened yet. */
  readonly last: LastFact | null;
}

export type PastFault =
  /** The log never had such a stream. */
  | { readonly kind: 'unknown' }
  /** An event of it cannot be read, so nobody can say what came after. */
  | { readonly kind: 'unreadable'; readonly revision: Revision; readonly position: Position };

/** How a question about the past is answered. */
export type PastAnswer<State> = Promise<E.Either<PastFault, Past<State>>>;

interface Folding<State, Event> {
  readonly stream: string;
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  /** The event of a stream of this kind; `null` for one that is of another kind. */
  readonly eventOf: (logged: LoggedEvent) => Event | null;
}

export interface PastTools {
  readonly store: Pick<EventStore, 'readStream'>;
  /** Ends the reading by throwing its reason. */
  readonly signal?: AbortSignal;
}

const factOf = ({ id, type, revision, position }: RecordedEvent, at: Instant): LastFact => ({
  eventId: id,
  type,
  at,
  revision,
  position,
});

/**
 * Folds one stream up to a moment, one event after the other: memory is that of the state alone.
 * Positions grow along a stream, so the reading ends at the position; instants need not, because a
 * fact may become known late, so for them the stream is read to its end.
 *
 * @throws EventStoreUnavailable, and the reason of the signal.
 */
export const foldUntil = async <State, Event extends Parameters<typeof occurredAt>[0]>(
  { store, signal }: PastTools,
  { stream, initial, evolve, eventOf }: Folding<State, Event>,
  moment: Moment,
): PastAnswer<State> => {
  let past: Past<State> = { state: initial, events: 0, last: null };
  let isKnown = false;
  for await (const recorded of store.readStream(stream)) {
    signal?.throwIfAborted();
    isKnown = true;
    const { revision, position } = recorded;
    if (moment.position !== null && position > moment.position) break;
    const logged = decodeLogged(recorded);
    const event = E.isRight(logged) ? eventOf(logged.right) : null;
    if (event === null) return E.left({ kind: 'unreadable', revision, position });
    const at = occurredAt(event);
    if (moment.at !== null && at > moment.at) continue;
    past = {
      state: evolve(past.state, event),
      events: past.events + 1,
      last: factOf(recorded, at),
    };
  }
  return isKnown ? E.right(past) : E.left({ kind: 'unknown' });
};
