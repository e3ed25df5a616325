/** Whether an instance has the keys that the database was made with, looked at before it starts. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Instant } from '../../domain/shared/instant.js';
import type { Database, Transaction } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { registerMasterKey } from './key-table.js';
import { findMasterKey, type MasterKeys, nameOfSecret } from './master-keys.js';

/** What an instance was configured with. */
export interface ConfiguredKeys {
  readonly masterKeys: MasterKeys;
  /** The secret of the blind index. */
  readonly identifierKey: string;
}

/** A key that the database was made with, and that this instance was not given. */
export type KeyMismatch =
  /** New keys are wrapped with another master key. */
  | { readonly kind: 'master-key'; readonly masterKeyId: string }
  /** A change of the master key has not come to its end. */
  | { readonly kind: 'previous-master-key'; readonly masterKeyId: string }
  /** Nobody would be found by telephone number, and everybody could register a second time. */
  | { readonly kind: 'identifier-key' };

const KeyIdRow = t.strict({ key_id: t.string });
const MasterKeyRow = t.strict({ key_id: t.string, is_active: t.boolean });

const identifierKeyIs = async (tx: Transaction, id: string, now: Instant): Promise<boolean> => {
  await tx.execute(
    `INSERT INTO account.identifier_key (key_id, registered_at) VALUES ($1, $2)
     ON CONFLICT DO NOTHING`,
    [id, now],
  );
  const rows = await tx.query('SELECT key_id FROM account.identifier_key');
  return decodeRows(KeyIdRow, rows).every(({ key_id }) => key_id === id);
};

const findForeignMasterKey = async (
  tx: Transaction,
  masterKeys: MasterKeys,
  now: Instant,
): Promise<KeyMismatch | null> => {
  await registerMasterKey(tx, masterKeys.current.id, now);
  const rows = await tx.query(
    'SELECT key_id, is_active FROM account.master_keys ORDER BY is_active DESC',
  );
  const [foreign] = decodeRows(MasterKeyRow, rows).filter(
    ({ key_id }) => findMasterKey(masterKeys, key_id) === null,
  );
  if (foreign === undefined) return null;
  const kind = foreign.is_active ? 'master-key' : 'previous-master-key';
  return { kind, masterKeyId: foreign.key_id };
};

/**
 * Takes the keys as those of a new database; of one that has keys already, compares them.
 *
 * @returns Left: what does not fit. Such an instance must not start: it could open nothing that
 *   others sealed, or would find nobody who registered elsewhere.
 */
export const registerKeys = (
  database: Database,
  { masterKeys, identifierKey }: ConfiguredKeys,
  now: Instant,
): Promise<E.Either<KeyMismatch, void>> =>
  database.transaction(async (tx) => {
    const identifierKeyId = nameOfSecret(identifierKey, 'the identifier key');
    if (!(await identifierKeyIs(tx, identifierKeyId, now))) {
      return E.left({ kind: 'identifier-key' } as const);
    }
    const foreign = await findForeignMasterKey(tx, masterKeys, now);
    return foreign === null ? E.right(undefined) : E.left(foreign);
  });
