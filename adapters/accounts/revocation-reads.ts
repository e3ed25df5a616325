import * as t from 'io-ts';
import { Instant, plusSeconds } from '../../domain/shared/instant.js';
import { AccountHolder } from '../../ports/accounts/holder.js';
import type { Pass } from '../../ports/accounts/session-gate.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { accessTokenSecondsMax } from '../http/tokens.js';
import type { Revocation } from './revocations.js';

const SessionRow = t.strict({ session_id: t.string, revoked_at: Instant });
const HolderRow = t.strict({
  holder_kind: AccountHolder.type.props.kind,
  holder_id: t.string,
  issued_up_to: Instant,
});

export interface DatedRevocation {
  readonly revocation: Revocation;
  readonly at: Instant;
}

/** All that may still concern an access token; at most `limit` of each kind. */
export const readRevocations = async (
  sql: Sql,
  { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<readonly DatedRevocation[]> => {
  const values = [plusSeconds(now, -accessTokenSecondsMax), limit];
  const sessions = await sql.query(
    'SELECT session_id, revoked_at FROM account.sessions WHERE revoked_at > $1 LIMIT $2',
    values,
  );
  const holders = await sql.query(
    `SELECT holder_kind, holder_id, issued_up_to FROM account.revoked_holders
      WHERE issued_up_to > $1 LIMIT $2`,
    values,
  );
  return [
    ...decodeRows(SessionRow, sessions).map(
      ({ session_id: sessionId, revoked_at: at }): DatedRevocation => ({
        revocation: { kind: 'session', sessionId },
        at,
      }),
    ),
    ...decodeRows(HolderRow, holders).map(
      ({ holder_kind: kind, holder_id: id, issued_up_to: at }): DatedRevocation => ({
        revocation: { kind: 'holder', holder: { kind, id }, issuedUpTo: at },
        at,
      }),
    ),
  ];
};

const OpenRow = t.strict({ is_open: t.boolean });

/** The same for one pass. A session that is not there is over for longer than any token lasts. */
export const isRevoked = async (
  sql: Sql,
  { sessionId, holder, issuedAt }: Pass,
): Promise<boolean> => {
  if (sessionId === null) {
    const voided = await sql.query(
      `SELECT FROM account.revoked_holders
        WHERE holder_kind = $1 AND holder_id = $2 AND issued_up_to >= $3`,
      [holder.kind, holder.id, issuedAt],
    );
    return voided.length > 0;
  }
  const rows = await sql.query(
    'SELECT revoked_at IS NULL AS is_open FROM account.sessions WHERE session_id = $1',
    [sessionId],
  );
  return decodeRows(OpenRow, rows)[0]?.is_open !== true;
};
