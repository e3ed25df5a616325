import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { auditLogKeptSeconds } from '../../ports/audit-log.js';
import type { Sql } from '../../ports/database.js';
import { accessTokenSecondsMax } from '../http/tokens.js';
import { positionsKeptSeconds } from '../postgres/rental-locations.js';

/** Failures are remembered, and pauses grow, for so long after the last one. */
const failuresKeptSeconds = 86_400;
/** Longer than anybody waits for a lost answer; see `rotation.ts`. */
const successorKeptSeconds = 60;

/**
 * Deletes what is over, as of `$1`. A session stays for as long as an access token of it may still
 * be shown, because a session that is not there has no revocation either.
 */
const statements: readonly { readonly text: string; readonly afterSeconds: number }[] = [
  {
    text: 'DELETE FROM account.otp_challenges WHERE expires_at <= $1 AND tries_until <= $1',
    afterSeconds: 0,
  },
  { text: 'DELETE FROM account.verification_tokens WHERE expires_at <= $1', afterSeconds: 0 },
  { text: 'DELETE FROM account.setup_links WHERE expires_at <= $1', afterSeconds: 0 },
  { text: 'DELETE FROM account.social_tickets WHERE expires_at <= $1', afterSeconds: 0 },
  {
    text: `UPDATE account.sessions SET successor = NULL
            WHERE successor IS NOT NULL AND rotated_at <= $1`,
    afterSeconds: successorKeptSeconds,
  },
  {
    text: 'DELETE FROM account.sessions WHERE revoked_at <= $1 OR refresh_expires_at <= $1',
    afterSeconds: accessTokenSecondsMax,
  },
  {
    text: 'DELETE FROM account.revoked_holders WHERE issued_up_to <= $1',
    afterSeconds: accessTokenSecondsMax,
  },
  {
    text: 'DELETE FROM account.password_failures WHERE last_at <= $1',
    afterSeconds: failuresKeptSeconds,
  },
  {
    text: 'DELETE FROM account.staff_requests WHERE at <= $1',
    afterSeconds: auditLogKeptSeconds,
  },
  {
    text: 'DELETE FROM rental_location.positions WHERE at <= $1',
    afterSeconds: positionsKeptSeconds,
  },
];

/** Answers how many rows were touched. Any number of instances may purge at once. */
export const purgeAccounts = async (sql: Sql, now: Instant): Promise<number> => {
  let rows = 0;
  for (const { text, afterSeconds } of statements) {
    rows += await sql.execute(text, [plusSeconds(now, -afterSeconds)]);
  }
  return rows;
};
