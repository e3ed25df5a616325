/**
 * Changing the master key: every key of a subject is wrapped anew, batch by batch, while instances
 * that know both master keys go on working. What is sealed with those keys stays as it is.
 */

import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import type { Instant } from '../../domain/shared/instant.js';
import type { Database, Sql, Transaction } from '../../ports/database.js';
import { decodeRows, WholeNumberColumn } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';
import { registerMasterKey } from './key-table.js';
import type { MasterKey, MasterKeys } from './master-keys.js';

/** Keys in one transaction: so many are locked at once, and lost work when it is interrupted. */
const batchKeysMax = 500;

export interface RotationOptions {
  readonly now: Instant;
  /** Ends it after the batch under way; another run goes on from there. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  readonly batchKeys?: number;
}

export interface Rotation {
  /** Keys that were wrapped anew by this run. */
  readonly rewrapped: number;
  /** Whether it was ended before it had looked at all of them. */
  readonly isStopped: boolean;
  /** Subjects whose keys the previous master key does not open; they were left alone. */
  readonly damaged: readonly string[];
}

/**
 * New keys are wrapped with it from now on. Waits for those that are just being wrapped with the
 * one before, so that none of them is overlooked.
 */
const activate = (database: Database, { id }: MasterKey, now: Instant): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.execute('UPDATE account.master_keys SET is_active = false WHERE key_id <> $1', [id]);
    await registerMasterKey(tx, id, now);
    await tx.execute('UPDATE account.master_keys SET is_active = true WHERE key_id = $1', [id]);
  });

/** Names of master keys that no key is wrapped with any more are struck off. */
const retire = async (sql: Sql): Promise<void> => {
  await sql.execute(
    `DELETE FROM account.master_keys
      WHERE NOT is_active AND NOT EXISTS (
        SELECT FROM account.personal_keys WHERE master_key_id = master_keys.key_id)`,
  );
};

const Count = t.strict({ count: WholeNumberColumn });

const countWrapped = async (sql: Sql, { id }: MasterKey): Promise<number> => {
  const rows = await sql.query(
    'SELECT count(*) AS count FROM account.personal_keys WHERE master_key_id = $1',
    [id],
  );
  return decodeRows(Count, rows)[0]?.count ?? 0;
};

const WrappedRow = t.strict({ subject: t.string, wrapped: BytesColumn });

interface Batch {
  /** The last subject that was looked at; `null` when none was left. */
  readonly last: string | null;
  readonly rewrapped: number;
  readonly damaged: readonly string[];
}

interface Change {
  readonly from: MasterKey;
  readonly to: MasterKey;
}

interface Place {
  /** Subjects up to here were looked at. */
  readonly after: string;
  readonly batchKeys: number;
}

const rewrapBatch = async (
  tx: Transaction,
  { from, to }: Change,
  { after, batchKeys }: Place,
): Promise<Batch> => {
  // Locked, so that a key that is being destroyed does not come back.
  const found = await tx.query(
    `SELECT subject, wrapped FROM account.personal_keys
      WHERE master_key_id = $1 AND subject > $2 ORDER BY subject LIMIT $3 FOR UPDATE`,
    [from.id, after, batchKeys],
  );
  const rows = decodeRows(WrappedRow, found);
  const subjects: string[] = [];
  const keys: Buffer[] = [];
  const damaged: string[] = [];
  for (const { subject, wrapped } of rows) {
    const key = from.unwrap(subject, wrapped);
    if (O.isNone(key)) {
      damaged.push(subject);
      continue;
    }
    subjects.push(subject);
    keys.push(to.wrap(subject, key.value));
  }
  await tx.execute(
    `UPDATE account.personal_keys SET wrapped = anew.wrapped, master_key_id = $3
       FROM unnest($1::text[], $2::bytea[]) AS anew (subject, wrapped)
      WHERE personal_keys.subject = anew.subject`,
    [subjects, keys, to.id],
  );
  return { last: rows.at(-1)?.subject ?? null, rewrapped: subjects.length, damaged };
};

/**
 * Wraps every key with the current master key. May be interrupted and run again, by anybody and
 * also by several at once; when nothing is left to do it does nothing.
 */
export const rotateMasterKey = async (
  database: Database,
  { current, previous }: MasterKeys,
  { now, signal, onProgress, batchKeys = batchKeysMax }: RotationOptions,
): Promise<Rotation> => {
  await activate(database, current, now);
  const damaged: string[] = [];
  let rewrapped = 0;
  if (previous !== null) {
    const total = await countWrapped(database, previous);
    const change = { from: previous, to: current };
    onProgress(0, total);
    let after: string | null = '';
    while (after !== null) {
      if (signal.aborted) return { rewrapped, isStopped: true, damaged };
      const place: Place = { after, batchKeys };
      const batch: Batch = await database.transaction((tx) => rewrapBatch(tx, change, place));
      after = batch.last;
      rewrapped += batch.rewrapped;
      damaged.push(...batch.damaged);
      onProgress(rewrapped, total);
    }
  }
  await retire(database);
  return { rewrapped, isStopped: false, damaged };
};
