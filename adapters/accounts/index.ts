/** How people get in, in Postgres: see `README.md` here for what is where, and why. */

import type { Accounts } from '../../ports/accounts/accounts.js';
import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import type { Randomness } from '../../ports/randomness.js';
import { postgresDevices } from './devices.js';
import { forgetAccount } from './forget.js';
import { postgresOtpStore } from './otp.js';
import { argon2Hasher } from './password-hasher.js';
import { postgresPasswords } from './passwords.js';
import { purgeAccounts } from './purge.js';
import { createSessionGate } from './session-gate.js';
import { postgresSessions } from './sessions.js';
import { postgresSetupLinks } from './setup-links.js';
import { postgresSocialTickets } from './social-tickets.js';
import { createTurns } from './turns.js';
import { postgresVerificationTokens } from './verification-tokens.js';

/**
 * Password hashes at once: half of the threads that Node has for such work, so that the other half
 * is left for files and names. Those that wait are through in less than a second.
 */
const hashingLimits = { atOnceMax: 2, waitingMax: 32 };

export interface AccountsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly newId: () => string;
  readonly log: Log;
  /** At least 32 bytes; a change voids codes that are under way, and nothing else. */
  readonly otpPepper: string;
  /** 32 bytes; after a change, reuse of refresh tokens from before is not noticed. */
  readonly refreshTagKey: Uint8Array;
  /** At most `sessionSecondsMax`. */
  readonly refreshTtlSeconds: number;
}

export const createAccounts = (options: AccountsOptions): Accounts => {
  const { database, clock, randomness, otpPepper } = options;
  const gate = createSessionGate(options);
  const hashing = { hasher: argon2Hasher(randomness), turns: createTurns(hashingLimits), clock };
  const accounts = {
    otp: postgresOtpStore({ ...options, sql: database, pepper: otpPepper }),
    verificationTokens: postgresVerificationTokens({ sql: database, clock, randomness }),
    sessions: postgresSessions({ ...options, onRevoked: gate.learn }),
    gate,
    passwords: postgresPasswords({ ...hashing, sql: database }),
    setupLinks: postgresSetupLinks({ ...hashing, database, randomness }),
    devices: postgresDevices({ database, clock }),
    socialTickets: postgresSocialTickets({ sql: database, clock, randomness }),
  };
  return {
    ...accounts,
    forget: (holder, { identifierIndexes }) =>
      forgetAccount({ ...accounts, database }, { holder, identifierIndexes }),
    purge: () => purgeAccounts(database, clock.now()),
  };
};
