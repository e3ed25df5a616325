import type { Instant } from '../../domain/shared/instant.js';
import type { OtpTarget } from './otp.js';

export interface VerificationToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

export type VerificationRedemption =
  | { readonly kind: 'redeemed' }
  /** `unknown`: never issued, or for another identifier or purpose. */
  | { readonly kind: 'used' | 'expired' | 'unknown' };

/**
 * Proofs that a code was correct (AUTH-4): valid for 10 minutes, good for one use, bound to the
 * identifier and the purpose of the code.
 */
export interface VerificationTokens {
  issue(target: OtpTarget): Promise<VerificationToken>;
  /** Of several who come with the same token, one redeems it. */
  redeem(target: OtpTarget, token: string): Promise<VerificationRedemption>;
  /**
   * Makes a redeemed token good again, because what it was redeemed for was refused for a reason
   * that the caller can mend: a user name is taken.
   */
  giveBack(token: string): Promise<void>;
  /** Forgets all tokens of identifiers whose account was deleted (AUTH-11). */
  forget(identifierIndexes: readonly string[]): Promise<void>;
}
