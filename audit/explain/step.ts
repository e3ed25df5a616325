import type { AccountCode, Asset } from '../../domain/ledger/index.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Actor } from '../../ports/event-metadata.js';
import type { Position, RecordedEvent, Revision } from '../../ports/event-store.js';

/** One event of a story, as it is named to whoever wants to look at it. */
export interface EventName {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly type: string;
}

/** What an event did to one account; paisa or points, debits positive. */
export interface Booked {
  readonly account: AccountCode;
  readonly asset: Asset;
  readonly amount: number;
  /** After it, where the story follows everything that the account ever saw; else `null`. */
  readonly balance: number | null;
}

/** One event that led to the figure. */
export interface Step extends EventName {
  readonly kind: 'step';
  readonly position: Position;
  readonly at: Instant;
  /** One sentence with amounts and ids, without personal data. */
  readonly sentence: string;
  readonly commandId: string;
  readonly actor: Actor;
  /** The request that everything goes back to. */
  readonly correlationId: string;
  /** What directly led to it: a request, or an event, which is then the first of `causes`. */
  readonly causationId: string;
  /** Events that led to it, the nearest first, as far as its rental tells. */
  readonly causes: readonly EventName[];
  /** What the farthest of them (or the event itself) names as its cause: where to ask on. */
  readonly origin: string;
  /** Of `domain/ledger/`, such as `wallet FundsHeld`; `null` where it moves nothing. */
  readonly rule: string | null;
  readonly postings: readonly Booked[];
}

/** An event that belongs to the story and cannot be read: whatever follows may be wrong. */
export interface Gap extends EventName {
  readonly kind: 'gap';
  readonly position: Position;
}

/** A story is told event by event, in the order of the log. */
export type Told = Step | Gap;

export const nameOf = ({ id, stream, revision, type }: RecordedEvent): EventName => ({
  eventId: id,
  stream,
  revision,
  type,
});

export const gapOf = (recorded: RecordedEvent): Gap => ({
  kind: 'gap',
  ...nameOf(recorded),
  position: recorded.position,
});
