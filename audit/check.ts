import * as E from 'fp-ts/lib/Either.js';
import type { Position } from '../ports/event-store.js';
import type { LoggedEvent } from '../ports/logged-event.js';
import type { Finding } from './finding.js';
import type { Audited } from './pass.js';

/** What the log alone cannot tell. */
export interface Surroundings {
  /**
   * Everything up to here was followed by whatever follows from it before the log was read: then
   * a payment that is confirmed there must be captured by the end of the log. `null` where nobody
   * knows how far the processes were; then an effect that is still missing is no finding.
   */
  readonly settledUpTo: Position | null;
}

/**
 * One question asked of the whole log. All checks share one pass, so each keeps what it must
 * remember in its own run, bounded by what is open and not by the length of the log.
 */
export interface LogCheck {
  /** Short name as `audit verify` prints it: `holds-equal-open-holds`. */
  readonly name: string;
  /** A sentence that is true when nothing is found. */
  readonly claim: string;
  begin(around: Surroundings): CheckRun;
}

export interface CheckRun {
  /** Findings that one event makes certain; they are told at once. */
  see(event: Audited): readonly Finding[];
  /** Findings that only the end of the log makes certain. */
  end(): readonly Finding[];
}

export const nothing: readonly Finding[] = [];

/** A run that looks at events the program understands, and finds out about each at once. */
export const onEachFact = (
  see: (logged: LoggedEvent, audited: Audited) => readonly Finding[],
  end: () => readonly Finding[] = () => nothing,
): CheckRun => ({
  see: (audited) => (E.isRight(audited.logged) ? see(audited.logged.right, audited) : nothing),
  end,
});

/** Whether the effects of something at `position` must be in the log by now. */
export const isSettled = ({ settledUpTo }: Surroundings, position: Position): boolean =>
  settledUpTo !== null && position <= settledUpTo;
