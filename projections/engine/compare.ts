import * as t from 'io-ts';
import type { Sql, Transaction } from '../../ports/database.js';
import type { Position } from '../../ports/event-store.js';
import { decodeRows } from '../../ports/rows.js';
import { readCheckpoint } from './checkpoints.js';
import type { EngineContext } from './context.js';
import {
  type CopyOptions,
  dropCopy,
  fillCopy,
  finishCopy,
  type Poison,
  PoisonFound,
} from './copy.js';
import { auditNameOf, type Projection } from './projection.js';
import { type RebuildReport, reasonNotToCompare } from './rebuild.js';
import type { AnyTable } from './table.js';
import { compareTables, differs } from './verify.js';

/** A row that is not what the log makes of it; `null` where one side has no such row. */
export interface RowDifference {
  readonly table: string;
  /** Columns of the key and their values, as text. */
  readonly key: string;
  /** Columns that differ, each as JSON; of a row that is on one side only, all of them. */
  readonly expected: Readonly<Record<string, unknown>> | null;
  readonly found: Readonly<Record<string, unknown>> | null;
}

export type CompareResult =
  | {
      readonly kind: 'compared';
      readonly position: Position | null;
      readonly rows: number;
      /** At most `differencesMax` of each table. */
      readonly differences: readonly RowDifference[];
    }
  | { readonly kind: 'not-compared'; readonly why: NonNullable<RebuildReport['notCompared']> }
  /** It was never begun: there is no live copy. */
  | { readonly kind: 'missing' }
  | Poison;

/** Beyond this many rows it is the table that is wrong, and nobody reads on. */
const differencesMax = 100;

const RowValues = t.union([t.record(t.string, t.unknown), t.null]);
const DifferenceRow = t.strict({ expected: RowValues, found: RowValues });

type Values = t.TypeOf<typeof RowValues>;

const onlyDiffering = (of: Values, other: Values): Values =>
  of === null || other === null
    ? of
    : Object.fromEntries(
        Object.entries(of).filter(
          ([column, value]) => JSON.stringify(value) !== JSON.stringify(other[column]),
        ),
      );

/** The rows of one table that are not the same on both sides, by their keys. */
const differencesIn = async (
  sql: Sql,
  { name, key }: AnyTable,
  { live, copy }: { readonly live: string; readonly copy: string },
): Promise<readonly RowDifference[]> => {
  const rows = await sql.query(
    `SELECT to_jsonb(c) AS expected, to_jsonb(l) AS found
       FROM ${copy}.${name} c FULL JOIN ${live}.${name} l USING (${key.join(', ')})
      WHERE to_jsonb(c) IS DISTINCT FROM to_jsonb(l)
      ORDER BY ${key.join(', ')} LIMIT ${differencesMax}`,
  );
  return decodeRows(DifferenceRow, rows).map(({ expected, found }) => {
    const whole = expected ?? found ?? {};
    return {
      table: name,
      key: key.map((column) => `${column}=${String(whole[column])}`).join(' '),
      expected: onlyDiffering(expected, found),
      found: onlyDiffering(found, expected),
    };
  });
};

/** Checksums first: the rows are only looked at of tables that differ. */
const compareIn = async (
  tx: Transaction,
  projection: Projection,
  position: Position | null,
): Promise<CompareResult> => {
  const sides = { live: projection.name, copy: auditNameOf(projection.name) };
  const tables = await compareTables(tx, projection, { copy: sides.copy, withLive: true });
  const differing = new Set(tables.filter(differs).map(({ table }) => table));
  const differences: RowDifference[] = [];
  for (const table of projection.tables) {
    if (differing.has(table.name)) differences.push(...(await differencesIn(tx, table, sides)));
  }
  const rows = tables.reduce((all, { rebuilt }) => all + rebuilt.rows, 0);
  return { kind: 'compared', position, rows, differences };
};

/**
 * Compares a live read model with one that is made anew from the log, row by row, and leaves
 * everything as it was. The live copy stands still for the last step only, as in a rebuild.
 *
 * What is compared is as old as the live copy: one that lags is equal to a log of that age.
 */
export const compareWithLog = async (
  context: EngineContext,
  projection: Projection,
  options: CopyOptions,
): Promise<CompareResult> => {
  const { database } = context;
  const copied = { projection, copy: auditNameOf(projection.name) };
  const work = async (signal: AbortSignal): Promise<CompareResult> => {
    if ((await readCheckpoint(database, projection.name)) === null) return { kind: 'missing' };
    await dropCopy(database, copied.copy);
    try {
      await fillCopy(context, copied, { ...options, signal });
      return await database.transaction(async (tx) => {
        const { live } = await finishCopy(context, copied, { tx, signal });
        const why = await reasonNotToCompare(tx, projection, live);
        if (why !== null) return { kind: 'not-compared', why };
        return compareIn(tx, projection, live.position);
      });
    } catch (error) {
      if (error instanceof PoisonFound) return error.result;
      throw error;
    } finally {
      await dropCopy(database, copied.copy);
    }
  };
  const { signal } = options;
  return database.withAdvisoryLock(`projection:${copied.copy}`, { signal, work });
};
