import { setTimeout as delay } from 'node:timers/promises';
import * as t from 'io-ts';
import { type Database, DatabaseError, type Transaction } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { type Migration, migrations } from './migrations/index.js';

/** A step that another instance is applying right now is waited for this long, this often. */
const raceDelayMs = 100;
const raceAttemptsMax = 100;

const undefinedTable = '42P01';
const uniqueViolation = '23505';

export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

const createBook = `
  CREATE TABLE IF NOT EXISTS public.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

const Applied = t.strict({ number: t.number });

const appliedNumbers = async (database: Database): Promise<ReadonlySet<number>> => {
  try {
    const rows = await database.query('SELECT number FROM public.migrations');
    return new Set(decodeRows(Applied, rows).map(({ number }) => number));
  } catch (error) {
    if (error instanceof DatabaseError && error.code === undefinedTable) return new Set();
    throw error;
  }
};

/**
 * The row that records the step goes in FIRST: of two instances that race, one waits here for the
 * other's commit and then learns that the step is done, before it has touched anything else.
 */
const apply = async (transaction: Transaction, migration: Migration): Promise<void> => {
  await transaction.execute(createBook);
  await transaction.execute('INSERT INTO public.migrations (number, name) VALUES ($1, $2)', [
    migration.number,
    migration.name,
  ]);
  await transaction.execute(migration.sql);
};

/**
 * Brings the schema up to date, forward only, each step in its own transaction. Read models are
 * not part of it: each projection makes its own tables (see `projections/engine`).
 *
 * @returns the names of the steps that were applied.
 * @throws SchemaTooNew when the database knows steps that this program does not.
 */
export const migrate = async (
  database: Database,
  steps: readonly Migration[] = migrations,
): Promise<readonly string[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrateOnce(database, steps);
    } catch (error) {
      const isRace = error instanceof DatabaseError && error.code === uniqueViolation;
      if (!isRace || attempt >= raceAttemptsMax) throw error;
      await delay(raceDelayMs);
    }
  }
};

/** Names of the steps that the database still lacks; no program may run before they are there. */
export const missingMigrations = async (database: Database): Promise<readonly string[]> => {
  const applied = await appliedNumbers(database);
  return migrations.filter(({ number }) => !applied.has(number)).map(({ name }) => name);
};

const migrateOnce = async (
  database: Database,
  steps: readonly Migration[],
): Promise<readonly string[]> => {
  const applied = await appliedNumbers(database);
  const newest = steps.at(-1)?.number ?? 0;
  const unknown = [...applied].filter((number) => number > newest);
  if (unknown.length > 0) {
    throw new SchemaTooNew(
      `the database has migrations up to ${Math.max(...unknown)}, this program up to ${newest}`,
    );
  }
  const missing = steps.filter(({ number }) => !applied.has(number));
  for (const migration of missing) {
    await database.transaction((transaction) => apply(transaction, migration));
  }
  return missing.map(({ name }) => name);
};
