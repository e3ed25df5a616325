import type { Instant } from '../../domain/shared/instant.js';

/** What the bearer of a code may do; a code for one purpose is none for another. */
export type OtpPurpose = 'sign-in' | 'add-identifier';

/** What a code proves: that its bearer reads the messages to this identifier. */
export interface OtpTarget {
  /** Blind index of the e-mail address or phone number. */
  readonly identifierIndex: string;
  readonly purpose: OtpPurpose;
}

export type OtpIssue =
  /** The code goes into a message and nowhere else; `challengeId` may be logged. */
  | {
      readonly kind: 'issued';
      readonly challengeId: string;
      readonly code: string;
      readonly expiresAt: Instant;
    }
  /** All tries of the running hour are used up, so that a new code could not be tried. */
  | { readonly kind: 'exhausted'; readonly until: Instant };

/** Why a code was refused is for the log; callers answer all refusals alike. */
export type OtpCheck =
  | { readonly kind: 'correct' }
  | { readonly kind: 'wrong' | 'expired' | 'exhausted' | 'none' };

/**
 * Codes of six digits (AUTH-2): one live code for each identifier and purpose, valid for 5 minutes,
 * good for one use, with 5 wrong tries an hour over all codes. How often one may be asked for is
 * a limit of the route.
 */
export interface OtpStore {
  /** Replaces a code that is still live; the tries of the running hour stay counted. */
  issue(target: OtpTarget): Promise<OtpIssue>;
  /** Counts the try, then compares; a correct code is used up and gives its try back. */
  check(target: OtpTarget, code: string): Promise<OtpCheck>;
  /** Forgets all codes of identifiers whose account was deleted (AUTH-11). */
  forget(identifierIndexes: readonly string[]): Promise<void>;
}
