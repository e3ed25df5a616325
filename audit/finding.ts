import type { Position, RecordedEvent, Revision } from '../ports/event-store.js';

/** Where in the log something is wrong; parts that a finding has no say in are `null`. */
export interface Place {
  readonly stream: string | null;
  readonly revision: Revision | null;
  readonly position: Position | null;
}

export const nowhere: Place = { stream: null, revision: null, position: null };

export const placeOf = ({ stream, revision, position }: RecordedEvent): Place => ({
  stream,
  revision,
  position,
});

/** One thing that is not as it must be. */
export interface Finding {
  /** Word by which machines and the runbook know this kind of finding, such as `hold-left-open`. */
  readonly code: string;
  readonly place: Place;
  /** What must hold, and what was found instead: readable texts without personal data. */
  readonly expected: string;
  readonly found: string;
}
