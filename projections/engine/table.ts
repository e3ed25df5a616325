import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { failure } from 'io-ts/lib/PathReporter.js';
import { Bug } from '../../domain/shared/assert.js';
import type { Row } from '../../ports/database.js';
import type { Column } from './columns.js';
import { type Recordset, recordsetOf } from './recordset.js';

const digestLength = 16;

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A row as handlers see it: decoded, and changed only by means of `Rows`. */
export type RowIn<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends Column<infer A> ? A : never;
};

export interface TableOptions<C extends Columns> {
  readonly name: string;
  readonly columns: C;
  /** Columns of the primary key. */
  readonly key: readonly (keyof C & string)[];
  /** Table constraints, each a `CHECK (…)` that the domain's rules promise. */
  readonly constraints?: readonly string[];
  /** `CREATE INDEX` statements; table names without a schema. */
  readonly indexes?: readonly string[];
}

/** What the engine needs to know of a table. */
export interface AnyTable {
  readonly name: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Statements that make the table in the first schema of the search path. */
  readonly ddl: readonly string[];
}

/**
 * A table and its rows. Every row follows from the events of ONE stream: only then can a parked
 * stream be replayed later and still give the same rows.
 */
export interface Table<C extends Columns> extends AnyTable {
  readonly columns: C;
  readonly key: readonly (keyof C & string)[];
  readonly decode: (row: Row) => RowIn<C>;
  /** How rows go into a statement. */
  readonly records: Recordset<keyof C & string>;
  readonly writing: Statement;
}

/** One that is planned once a connection, and its name there. */
interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What a read takes of a table. */
export interface Selection<C extends Columns> {
  readonly columns: C;
  readonly decode: (row: Row) => RowIn<C>;
}

/** Some columns of a table, for reads that need no more. */
export const partOf = <C extends Columns, const Name extends keyof C & string>(
  table: Table<C>,
  names: readonly Name[],
): Selection<Pick<C, Name>> => {
  const picked = names.map((name) => [name, table.columns[name]]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- exactly the named columns
  const columns = Object.fromEntries(picked) as Pick<C, Name>;
  return selectionOf(table.name, columns);
};

/** Columns that a statement makes itself, such as counts. */
export const selectionOf = <const C extends Columns>(name: string, columns: C): Selection<C> => ({
  columns,
  decode: decoderOf(name, columns),
});

/** The row type of a table: `RowOf<typeof wallets>`. */
export type RowOf<T extends { readonly columns: Columns }> = RowIn<T['columns']>;

const columnLine = ([name, { type, isNullable }]: [string, Column<unknown>]): string =>
  `${name} ${type}${isNullable ? '' : ' NOT NULL'}`;

export const defineTable = <const C extends Columns>(options: TableOptions<C>): Table<C> => {
  const { name, columns, key, constraints = [], indexes = [] } = options;
  const lines = [
    ...Object.entries(columns).map(columnLine),
    `PRIMARY KEY (${key.join(', ')})`,
    ...constraints,
  ];
  const records = recordsetOf<keyof C & string>(Object.entries(columns));
  return {
    name,
    columns,
    key,
    ddl: [`CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n)`, ...indexes],
    decode: decoderOf(name, columns),
    records,
    writing: upsertOf(options, records.source),
  };
};

/**
 * Writes rows, whether they are new or not. It reads no more of the table than its key, so that a
 * plan from when the table was empty stays a good one.
 */
const upsertOf = <C extends Columns>(
  { name, columns, key }: TableOptions<C>,
  source: string,
): Statement => {
  const names = Object.keys(columns);
  const changes = names
    .filter((column) => !key.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  const text = `INSERT INTO ${name} (${names.join(', ')})
    SELECT * FROM ${source}
    ON CONFLICT (${key.join(', ')}) DO ${
      changes.length === 0 ? 'NOTHING' : `UPDATE SET ${changes.join(', ')}`
    }`;
  // Read models may have tables of the same name.
  const digest = createHash('sha256').update(text).digest('hex').slice(0, digestLength);
  return { name: `upsert-${digest}`, text };
};

const decoderOf = <C extends Columns>(table: string, columns: C): ((row: Row) => RowIn<C>) => {
  const entries = Object.entries(columns);
  return (row) => {
    const decoded: Record<string, unknown> = {};
    for (const [column, { decode }] of entries) {
      const value = decode(row[column]);
      if (E.isLeft(value)) {
        throw new Bug(`${table}.${column} is not as declared: ${failure(value.left).join('; ')}`);
      }
      decoded[column] = value.right;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded column by column
    return decoded as RowIn<C>;
  };
};
