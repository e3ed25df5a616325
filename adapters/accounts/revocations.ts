/** How sessions end, and how every instance hears of it. */

import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import { AccountHolder } from '../../ports/accounts/holder.js';
import type { RevocationReason } from '../../ports/accounts/sessions.js';
import type { Sql, Transaction } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';

/** Channel on which what was revoked is told, as JSON, when it is committed. */
export const revocationChannel = 'account_revocations';

/** What makes access tokens void before they expire. */
export const Revocation = t.union(
  [
    /** All tokens of one session. */
    t.strict({ kind: t.literal('session'), sessionId: t.string }),
    /** The tokens without a session that the holder was issued up to then. */
    t.strict({ kind: t.literal('holder'), holder: AccountHolder, issuedUpTo: Instant }),
  ],
  'Revocation',
);
export type Revocation = t.TypeOf<typeof Revocation>;

const EndedRow = t.strict({
  session_id: t.string,
  device_id: t.union([t.string, t.null]),
  refresh_hash: BytesColumn,
  refresh_expires_at: Instant,
});
export type EndedSession = t.TypeOf<typeof EndedRow>;

export interface Ending {
  readonly reason: RevocationReason;
  readonly now: Instant;
}

/** Which sessions: a condition on columns of `account.sessions`, with `$3` and more for values. */
export interface SessionChoice {
  readonly where: string;
  readonly values: readonly unknown[];
}

export const oneSession = (sessionId: string): SessionChoice => ({
  where: 'session_id = $3',
  values: [sessionId],
});

/** Ends those that are still open and tells all instances, in one statement. */
export const endSessions = async (
  sql: Sql,
  { where, values }: SessionChoice,
  { reason, now }: Ending,
): Promise<readonly EndedSession[]> => {
  const rows = await sql.query(
    `WITH ended AS (
       UPDATE account.sessions SET revoked_at = $1, revoked_reason = $2, successor = NULL
        WHERE revoked_at IS NULL AND (${where})
       RETURNING session_id, device_id, refresh_hash, refresh_expires_at)
     SELECT ended.*, pg_notify('${revocationChannel}',
              json_build_object('kind', 'session', 'sessionId', session_id)::text) AS told
       FROM ended`,
    [now, reason, ...values],
  );
  return decodeRows(EndedRow, rows);
};

/** Voids access tokens without a session, and tells all instances. */
export const voidTokensOf = async (
  transaction: Transaction,
  holder: AccountHolder,
  issuedUpTo: Instant,
): Promise<Revocation> => {
  const revocation: Revocation = { kind: 'holder', holder, issuedUpTo };
  await transaction.execute(
    `INSERT INTO account.revoked_holders AS known (holder_kind, holder_id, issued_up_to)
     VALUES ($1, $2, $3)
     ON CONFLICT (holder_kind, holder_id) DO UPDATE
       SET issued_up_to = greatest(known.issued_up_to, excluded.issued_up_to)`,
    [holder.kind, holder.id, issuedUpTo],
  );
  await transaction.query(`SELECT pg_notify('${revocationChannel}', $1) AS told`, [
    JSON.stringify(revocation),
  ]);
  return revocation;
};
