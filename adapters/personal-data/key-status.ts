import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows, WholeNumberColumn } from '../../ports/rows.js';

const MasterKeyStatus = t.strict({
  key_id: t.string,
  is_active: t.boolean,
  keys: WholeNumberColumn,
});

const DestroyedStatus = t.strict({
  keys: WholeNumberColumn,
  last_at: t.union([Instant, t.null]),
});

export interface KeyStatus {
  /** The one that wraps new keys first. */
  readonly masterKeys: readonly {
    readonly id: string;
    readonly isActive: boolean;
    /** Keys of subjects that are wrapped with it. */
    readonly keys: number;
  }[];
  readonly destroyed: { readonly keys: number; readonly lastAt: Instant | null };
}

/** How many keys there are, by the master key that wraps them. */
export const readKeyStatus = async (sql: Sql): Promise<KeyStatus> => {
  const masterKeys = await sql.query(
    `SELECT key_id, is_active, count(subject) AS keys
       FROM account.master_keys LEFT JOIN account.personal_keys ON master_key_id = key_id
      GROUP BY key_id ORDER BY is_active DESC, registered_at DESC`,
  );
  const destroyed = await sql.query(
    `SELECT count(*) AS keys, max(destroyed_at) AS last_at FROM account.personal_keys
      WHERE destroyed_at IS NOT NULL`,
  );
  const [{ keys, last_at } = { keys: 0, last_at: null }] = decodeRows(DestroyedStatus, destroyed);
  return {
    masterKeys: decodeRows(MasterKeyStatus, masterKeys).map(
      ({ key_id, is_active, keys: count }) => ({
        id: key_id,
        isActive: is_active,
        keys: count,
      }),
    ),
    destroyed: { keys, lastAt: last_at },
  };
};
