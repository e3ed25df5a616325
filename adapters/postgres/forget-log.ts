import * as t from 'io-ts';
import type { Database, Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';

const Name = t.strict({ name: t.string });
const Locked = t.strict({ locked: t.boolean });

export type Forgotten =
  | { readonly kind: 'forgotten'; readonly readModels: readonly string[] }
  /** An instance still works with this one. */
  | { readonly kind: 'in-use'; readonly name: string };

/** What says how far something is in the log, or repeats what was said about it. */
const aboutTheLog = [
  'projection.checkpoints',
  'projection.parked',
  'process.checkpoints',
  'process.parked',
  'process.timers',
  'http.idempotency_keys',
  'public.log_namespace',
];

const isFree = async (tx: Sql, lock: string): Promise<boolean> => {
  const rows = await tx.query(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
    [lock],
  );
  return decodeRows(Locked, rows)[0]?.locked ?? false;
};

const readModelNames = 'SELECT name FROM projection.checkpoints ORDER BY name';
const processNames = 'SELECT process AS name FROM process.checkpoints ORDER BY process';

const namesIn = async (tx: Sql, statement: string): Promise<readonly string[]> =>
  decodeRows(Name, await tx.query(statement)).map(({ name }) => name);

class InUse extends Error {
  constructor(readonly lock: string) {
    super(lock);
  }
}

/**
 * After the log was copied to another store every position in it is another one. Read models,
 * checkpoints and timers all follow from the log, so they are dropped and made anew; what is kept
 * of accounts and for cabinets does not, and stays. All of it happens, or nothing.
 */
export const forgetLog = async (database: Database): Promise<Forgotten> => {
  try {
    return await database.transaction(async (tx) => {
      const readModels = await namesIn(tx, readModelNames);
      const processes = await namesIn(tx, processNames);
      const locks = [
        ...readModels.map((name) => `projection:${name}`),
        ...processes.map((name) => `process:${name}`),
      ];
      for (const lock of locks) if (!(await isFree(tx, lock))) throw new InUse(lock);
      for (const name of readModels) await tx.execute(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
      for (const table of aboutTheLog) await tx.execute(`DELETE FROM ${table}`);
      return { kind: 'forgotten', readModels };
    });
  } catch (error) {
    if (error instanceof InUse) return { kind: 'in-use', name: error.lock };
    throw error;
  }
};
