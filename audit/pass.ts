import * as E from 'fp-ts/lib/Either.js';
import { occurredAt } from '../domain/occurred-at.js';
import type { Instant } from '../domain/shared/instant.js';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import { holdsFacts } from '../ports/facts.js';
import { decodeLogged, type LogFault, type LoggedEvent } from '../ports/logged-event.js';

/** An event as a check sees it: as it is stored, and as the program understands it. */
export interface Audited {
  readonly recorded: RecordedEvent;
  readonly logged: E.Either<LogFault, LoggedEvent>;
}

/** Which part of the log is looked at: all of it, or everything up to a moment or a position. */
export type Until =
  | { readonly kind: 'end' }
  /** Every fact that happened at or before this instant, see `domain/occurred-at.ts`. */
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'position'; readonly position: Position };

export interface PassOptions {
  readonly store: Pick<EventStore, 'readLog'>;
  readonly until: Until;
  /** Ends the pass by throwing its reason: a pass that was cut short proves nothing. */
  readonly signal?: AbortSignal;
  /** Called for each event; whoever shows progress decides how often. */
  readonly onEvent?: (position: Position) => void;
}

const happenedBy = ({ recorded, logged }: Audited, at: Instant): boolean =>
  (E.isRight(logged) ? occurredAt(logged.right.event) : recorded.recordedAt) <= at;

/**
 * The facts of the log from position zero, in order, each once; what stands beside them is passed
 * over. Memory does not depend on the length of the log.
 *
 * @throws EventStoreUnavailable when the store goes away; nothing may be concluded then.
 */
export async function* passOver({
  store,
  until,
  signal,
  onEvent,
}: PassOptions): AsyncGenerator<Audited> {
  for await (const recorded of store.readLog(null)) {
    signal?.throwIfAborted();
    if (until.kind === 'position' && recorded.position > until.position) return;
    onEvent?.(recorded.position);
    if (!holdsFacts(recorded.stream)) continue;
    const audited = { recorded, logged: decodeLogged(recorded) };
    if (until.kind !== 'instant' || happenedBy(audited, until.at)) yield audited;
  }
}
