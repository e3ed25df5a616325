import * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import { AccountHolder } from '../../ports/accounts/holder.js';
import type { Session } from '../../ports/accounts/sessions.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';

/** Columns of a session that may be shown. */
export const sessionColumns =
  'session_id, realm, holder_kind, holder_id, device_id, opened_at, last_used_at';

const shownColumns = {
  session_id: t.string,
  realm: oneOf('Realm', ['app', 'partner', 'staff']),
  holder_kind: AccountHolder.type.props.kind,
  holder_id: t.string,
  device_id: t.union([t.string, t.null]),
  opened_at: Instant,
  last_used_at: Instant,
};

export const SessionRow = t.strict(shownColumns);

/** A session with what decides about its refresh tokens. */
export const familyColumns = `${sessionColumns}, refresh_hash, refresh_expires_at, previous_hash,
  rotated_at, rotated_by, successor, revoked_at`;

export const FamilyRow = t.strict({
  ...shownColumns,
  refresh_hash: BytesColumn,
  refresh_expires_at: Instant,
  previous_hash: t.union([BytesColumn, t.null]),
  rotated_at: t.union([Instant, t.null]),
  rotated_by: t.union([BytesColumn, t.null]),
  successor: t.union([BytesColumn, t.null]),
  revoked_at: t.union([Instant, t.null]),
});
export type FamilyRow = t.TypeOf<typeof FamilyRow>;

export const toSession = (row: t.TypeOf<typeof SessionRow>): Session => ({
  sessionId: row.session_id,
  holder: { kind: row.holder_kind, id: row.holder_id },
  realm: row.realm,
  deviceId: row.device_id,
  openedAt: row.opened_at,
  lastUsedAt: row.last_used_at,
});

/** `null` when there is no such session (any more). */
export const familyOf = async (sql: Sql, sessionId: string): Promise<FamilyRow | null> => {
  const rows = await sql.query(
    `SELECT ${familyColumns} FROM account.sessions WHERE session_id = $1`,
    [sessionId],
  );
  return decodeRows(FamilyRow, rows)[0] ?? null;
};
