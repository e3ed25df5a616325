import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { failure } from 'io-ts/lib/PathReporter.js';
import { Bug } from '../../domain/shared/assert.js';
import type { Row, Sql } from '../../ports/database.js';
import type { Column } from './columns.js';

const digestLength = 16;

export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A row as handlers see it: decoded, and never changed in place. */
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
  return {
    name,
    columns,
    key,
    ddl: [`CREATE TABLE ${name} (\n  ${lines.join(',\n  ')}\n)`, ...indexes],
    decode: decoderOf(name, columns),
    writing: upsertOf(options),
  };
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

/** Rows of one table during one batch: read once, changed in memory, written once. */
export interface Rows<Row> {
  get(...key: readonly unknown[]): Row | undefined;
  /** All rows that are loaded or new, in no particular order. */
  all(): readonly Row[];
  /** Inserts or replaces the row with the same key. */
  put(row: Row): void;
  /** Changes a row that must be there: an event about nothing is a broken history, so it throws. */
  update(key: readonly unknown[], changes: Partial<Row>): void;
  remove(...key: readonly unknown[]): void;
  /** Writes what has changed, in one statement for each kind of change. */
  save(): Promise<void>;
}

/** Rows as the one parameter of a statement. */
export const toJson = (rows: readonly unknown[]): string =>
  JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

/** What {@link toJson} has written, as a table `r`. */
export const recordset = (columns: readonly [string, Column<unknown>][]): string =>
  `json_to_recordset($1) AS r(${columns.map(([name, { type }]) => `${name} ${type}`).join(', ')})`;

/**
 * Writes rows, whether they are new or not. It reads no more of the table than its key, so that a
 * plan from when the table was empty stays a good one.
 */
const upsertOf = <C extends Columns>({ name, columns, key }: TableOptions<C>): Statement => {
  const names = Object.keys(columns);
  const changes = names
    .filter((column) => !key.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  const text = `INSERT INTO ${name} (${names.join(', ')})
    SELECT ${names.join(', ')} FROM ${recordset(Object.entries(columns))}
    ON CONFLICT (${key.join(', ')}) DO ${
      changes.length === 0 ? 'NOTHING' : `UPDATE SET ${changes.join(', ')}`
    }`;
  // Read models may have tables of the same name.
  const digest = createHash('sha256').update(text).digest('hex').slice(0, digestLength);
  return { name: `upsert-${digest}`, text };
};

const deleteOf = <C extends Columns>({ name, columns, key }: Table<C>): string => {
  const keys = Object.entries(columns).filter(([column]) => key.includes(column));
  const same = key.map((column) => `t.${column} = r.${column}`).join(' AND ');
  return `DELETE FROM ${name} t USING ${recordset(keys)} WHERE ${same}`;
};

const rowsOn = <C extends Columns>(
  sql: Sql,
  table: Table<C>,
  loaded: readonly RowIn<C>[],
): Rows<RowIn<C>> => {
  const idOf = (key: readonly unknown[]): string => key.map(String).join('\u0000');
  const idOfRow = (row: RowIn<C>): string => idOf(table.key.map((column) => row[column]));
  const rows = new Map(loaded.map((row) => [idOfRow(row), row]));
  const changed = new Set<string>();
  const removed = new Map<string, readonly unknown[]>();
  const put = (row: RowIn<C>): void => {
    const id = idOfRow(row);
    rows.set(id, row);
    changed.add(id);
  };
  return {
    get: (...key) => rows.get(idOf(key)),
    all: () => [...rows.values()],
    put,
    update: (key, changes) => {
      const row = rows.get(idOf(key));
      if (row === undefined) throw new Bug(`no row ${key.join(', ')} in ${table.name}`);
      put({ ...row, ...changes });
    },
    remove: (...key) => {
      rows.delete(idOf(key));
      changed.delete(idOf(key));
      removed.set(idOf(key), key);
    },
    save: async () => {
      const gone = [...removed.values()].map((key) =>
        Object.fromEntries(table.key.map((column, index) => [column, key[index]])),
      );
      if (gone.length > 0) await sql.execute(deleteOf(table), [toJson(gone)]);
      const written = [...changed].map((id) => rows.get(id));
      const { name, text } = table.writing;
      if (written.length > 0) await sql.execute(text, [toJson(written)], name);
      changed.clear();
      removed.clear();
    },
  };
};

/** Opens the rows whose column `by` holds one of `values`, with one `SELECT` if there are any. */
export const loadRows = async <C extends Columns>(
  sql: Sql,
  table: Table<C>,
  by: keyof C & string,
  values: Iterable<string>,
): Promise<Rows<RowIn<C>>> => {
  const wanted = [...new Set(values)];
  if (wanted.length === 0) return appendRows(sql, table);
  const found = await sql.query(
    `SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name} WHERE ${by} = ANY($1)`,
    [wanted],
  );
  return rowsOn(sql, table, found.map(table.decode));
};

/** Opens a table that is only added to: nothing needs to be read first. */
export const appendRows = <C extends Columns>(sql: Sql, table: Table<C>): Rows<RowIn<C>> =>
  rowsOn(sql, table, []);
