/** Keys of subjects in Postgres (migration `0007-personal-keys`), wrapped. */

import * as t from 'io-ts';
import { Bug } from '../../domain/shared/assert.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Database, Sql, Transaction } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';
import { findMasterKey, type MasterKey, type MasterKeys, MasterKeyUnknown } from './master-keys.js';

/** Subjects whose key was destroyed are announced here, for whoever keeps it in memory. */
export const destroyedChannel = 'personal_keys_destroyed';

/** A row, as the database has it. */
export type StoredKey =
  | { readonly kind: 'wrapped'; readonly wrapped: Buffer; readonly masterKeyId: string }
  | { readonly kind: 'destroyed' };

const KeyRow = t.strict({
  subject: t.string,
  wrapped: t.union([BytesColumn, t.null]),
  master_key_id: t.union([t.string, t.null]),
});

/** The rows of these subjects; a subject that is not in the answer never had a key. */
export const readKeys = async (
  sql: Sql,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, StoredKey>> => {
  const rows = await sql.query(
    `SELECT subject, wrapped, master_key_id FROM account.personal_keys
      WHERE subject = ANY($1::text[])`,
    [subjects],
  );
  const keys = decodeRows(KeyRow, rows).map(
    ({ subject, wrapped, master_key_id }): readonly [string, StoredKey] => [
      subject,
      wrapped === null || master_key_id === null
        ? { kind: 'destroyed' }
        : { kind: 'wrapped', wrapped, masterKeyId: master_key_id },
    ],
  );
  return new Map(keys);
};

const MasterKeyRow = t.strict({ key_id: t.string });

const findActiveId = async (tx: Transaction): Promise<string | null> => {
  // Shared, so that no change of the master key overtakes a key that is being wrapped.
  const rows = await tx.query('SELECT key_id FROM account.master_keys WHERE is_active FOR SHARE');
  return decodeRows(MasterKeyRow, rows)[0]?.key_id ?? null;
};

/** Makes it the active one where none is: a new database takes that of whoever comes first. */
export const registerMasterKey = async (
  tx: Transaction,
  masterKeyId: string,
  now: Instant,
): Promise<void> => {
  await tx.execute(
    `INSERT INTO account.master_keys (key_id, is_active, registered_at) VALUES ($1, true, $2)
     ON CONFLICT DO NOTHING`,
    [masterKeyId, now],
  );
};

/**
 * The master key that new keys are wrapped with, held until the transaction ends.
 *
 * @throws MasterKeyUnknown when this instance was not given it.
 */
const activeMasterKey = async (
  tx: Transaction,
  masterKeys: MasterKeys,
  now: Instant,
): Promise<MasterKey> => {
  let id = await findActiveId(tx);
  if (id === null) {
    await registerMasterKey(tx, masterKeys.current.id, now);
    id = await findActiveId(tx);
  }
  if (id === null) throw new Bug('no master key is active although one was just registered');
  const active = findMasterKey(masterKeys, id);
  if (active === null) throw new MasterKeyUnknown(id);
  return active;
};

interface NewKey {
  readonly subject: string;
  readonly key: Uint8Array;
  readonly now: Instant;
}

/** Keeps the key unless the subject has a row already: the first one counts, or the tombstone. */
export const addKey = (
  database: Database,
  masterKeys: MasterKeys,
  { subject, key, now }: NewKey,
): Promise<void> =>
  database.transaction(async (tx) => {
    const master = await activeMasterKey(tx, masterKeys, now);
    await tx.execute(
      `INSERT INTO account.personal_keys (subject, wrapped, master_key_id, created_at)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (subject) DO NOTHING`,
      [subject, master.wrap(subject, key), master.id, now],
    );
  });

/** Leaves a tombstone, whether there was a key or not, and tells every instance. */
export const destroyStoredKey = (database: Database, subject: string, at: Instant): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.execute(
      `INSERT INTO account.personal_keys (subject, created_at, destroyed_at) VALUES ($1, $2, $2)
       ON CONFLICT (subject) DO UPDATE
         SET wrapped = NULL, master_key_id = NULL, destroyed_at = excluded.destroyed_at
         WHERE personal_keys.destroyed_at IS NULL`,
      [subject, at],
    );
    await tx.execute('SELECT pg_notify($1, $2)', [destroyedChannel, subject]);
  });
