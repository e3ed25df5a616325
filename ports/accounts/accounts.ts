import type { Devices } from './devices.js';
import type { AccountHolder } from './holder.js';
import type { OtpStore } from './otp.js';
import type { Passwords } from './passwords.js';
import type { SessionGate } from './session-gate.js';
import type { Sessions } from './sessions.js';
import type { SetupLinks } from './setup-links.js';
import type { SocialTickets } from './social-tickets.js';
import type { VerificationTokens } from './verification-tokens.js';

/**
 * What accounts keep outside of the log: secrets and operational state. Nothing of it follows from
 * events, so it is backed up with the database; nothing of it ever goes into one.
 */
export interface Accounts {
  readonly otp: OtpStore;
  readonly verificationTokens: VerificationTokens;
  readonly sessions: Sessions;
  readonly gate: SessionGate;
  readonly passwords: Passwords;
  readonly setupLinks: SetupLinks;
  readonly devices: Devices;
  readonly socialTickets: SocialTickets;
  /**
   * Account deletion (AUTH-11): ends all sessions and deletes everything else that is kept of the
   * holder outside of the log, and where they were with a rental. May be repeated; all of it has
   * happened when it resolves.
   */
  forget(
    holder: AccountHolder,
    options: { readonly identifierIndexes: readonly string[] },
  ): Promise<void>;
  /** Deletes what is over; to be called now and then. Answers how many rows that were. */
  purge(): Promise<number>;
}
