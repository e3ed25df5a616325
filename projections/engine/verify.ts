import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import { decodeRows, WholeNumberColumn } from '../../ports/rows.js';
import { type Projection, rebuildNameOf } from './projection.js';
import { useSchema } from './schema.js';

/** Number of rows, and a sum over all of them that does not depend on their order. */
export interface Fingerprint {
  readonly rows: number;
  readonly checksum: string;
}

export interface TableComparison {
  readonly table: string;
  readonly rebuilt: Fingerprint;
  /** `null` when the live copy could not be compared. */
  readonly live: Fingerprint | null;
}

export interface CheckResult {
  readonly claim: string;
  readonly violations: number;
}

const FingerprintRow = t.strict({ rows: WholeNumberColumn, checksum: t.string });
const ViolationsRow = t.strict({ violations: WholeNumberColumn });

const fingerprint = async (sql: Sql, schema: string, table: string): Promise<Fingerprint> => {
  const rows = await sql.query(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(r::text, 0)::numeric), 0)::text
       AS checksum FROM ${schema}.${table} r`,
  );
  const [found] = decodeRows(FingerprintRow, rows);
  return found ?? { rows: 0, checksum: '0' };
};

/** Compares every table of a copy with the live one; both stand at one position. */
export const compareTables = async (
  sql: Sql,
  { name, tables }: Projection,
  { copy, withLive }: { readonly copy: string; readonly withLive: boolean },
): Promise<readonly TableComparison[]> => {
  const comparisons: TableComparison[] = [];
  for (const { name: table } of tables) {
    comparisons.push({
      table,
      rebuilt: await fingerprint(sql, copy, table),
      live: withLive ? await fingerprint(sql, name, table) : null,
    });
  }
  return comparisons;
};

export const differs = ({ rebuilt, live }: TableComparison): boolean =>
  live !== null && (live.rows !== rebuilt.rows || live.checksum !== rebuilt.checksum);

/** Asks the projection's own questions of the rebuilt copy. */
export const runChecks = async (
  sql: Sql,
  { name, checks }: Projection,
): Promise<readonly CheckResult[]> => {
  await useSchema(sql, rebuildNameOf(name));
  const results: CheckResult[] = [];
  for (const { claim, violations } of checks) {
    const [row] = decodeRows(ViolationsRow, await sql.query(violations));
    results.push({ claim, violations: row?.violations ?? 0 });
  }
  return results;
};
