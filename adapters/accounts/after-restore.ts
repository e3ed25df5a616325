/** What must not come back with rows of accounts that were restored from a dump. */

import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { Database, Sql } from '../../ports/database.js';
import { endSessions } from './revocations.js';

const everySession = { where: 'true', values: [] };

/** What is good once, or for minutes, is from before the dump and was used or is over. */
const onceOnly = ['otp_challenges', 'verification_tokens', 'setup_links', 'social_tickets'];

/**
 * Ends all sessions and devices: nobody knows which of them ended after the dump was made, and
 * whose a device is now. People sign in once more, and their apps register anew.
 */
export const endWhatLetsIn = (
  database: Database,
  now: Instant,
): Promise<{ readonly sessions: number; readonly devices: number }> =>
  database.transaction(async (tx) => {
    const ended = await endSessions(tx, everySession, { reason: 'restored', now });
    const devices = await tx.execute(
      `UPDATE account.devices
          SET is_active = false, push_token = NULL, biometric_hash = NULL,
              biometric_enabled_at = NULL, biometric_used_at = NULL
        WHERE is_active`,
    );
    for (const table of onceOnly) await tx.execute(`DELETE FROM account.${table}`);
    return { sessions: ended.length, devices };
  });

/** Removes the password that another one replaced at `changedAt`; answers whether there was one. */
export const voidPasswordBefore = async (
  sql: Pick<Sql, 'execute'>,
  { kind, id }: AccountHolder,
  changedAt: Instant,
): Promise<boolean> => {
  const removed = await sql.execute(
    `DELETE FROM account.passwords
      WHERE holder_kind = $1 AND holder_id = $2 AND changed_at < $3`,
    [kind, id, changedAt],
  );
  return removed > 0;
};
