import { Bug } from '../../domain/shared/assert.js';
import type { Sql } from '../../ports/database.js';
import type { Columns, RowIn, Table } from './table.js';

/** Rows of one table during one batch: read once, changed in memory, written once. */
export interface Rows<Row> {
  get(...key: readonly unknown[]): Row | undefined;
  /** Inserts or replaces the row with the same key; from here on the row is this table's. */
  put(row: Row): void;
  /**
   * Changes a row that must be there: an event about nothing is a broken history, so it throws.
   * The row changes where it stands: to copy a wide one for each event would be most of the cost.
   * Whoever has got it before sees the change.
   */
  update(key: readonly unknown[], changes: Partial<Row>): void;
  remove(...key: readonly unknown[]): void;
  /** Writes what has changed, in one statement for each kind of change. */
  save(): Promise<void>;
}

/** Rows that were read by one of their columns. */
export interface LoadedRows<Row> extends Rows<Row> {
  /** Those with a value in that column, new ones included, in no particular order. */
  having(value: string): readonly Row[];
}

const deleteOf = <C extends Columns>({ name, key, records }: Table<C>): string => {
  const same = key.map((column) => `t.${column} = ${records.alias(column)}`).join(' AND ');
  return `DELETE FROM ${name} t USING ${records.source} WHERE ${same}`;
};

/** A row that says nothing but its key. */
const keyed = <C extends Columns>(
  table: Table<C>,
  key: readonly unknown[],
): Readonly<Partial<Record<keyof C & string, unknown>>> => {
  const row: Partial<Record<keyof C & string, unknown>> = {};
  for (const [index, column] of table.key.entries()) row[column] = key[index];
  return row;
};

const keySeparator = '\u0000';

/** A text that no other key of the table has. */
const idOf = (key: readonly unknown[]): string =>
  key.length === 1 ? String(key[0]) : key.join(keySeparator);

export const idOfRow = <C extends Columns>({ key }: Table<C>, row: RowIn<C>): string =>
  idOf(key.map((column) => row[column]));

interface Opened<C extends Columns> {
  readonly loaded: readonly RowIn<C>[];
  /** The column that they were read by; `null` where nothing was read. */
  readonly by: (keyof C & string) | null;
}

const rowsOn = <C extends Columns>(
  sql: Sql,
  table: Table<C>,
  { loaded, by }: Opened<C>,
): LoadedRows<RowIn<C>> => {
  const rows = new Map(loaded.map((row) => [idOfRow(table, row), row]));
  const changed = new Set<string>();
  const removed = new Map<string, Readonly<Partial<Record<keyof C & string, unknown>>>>();
  /** Ids by value of the column; made when somebody asks for it, and never shortened. */
  let groups: Map<unknown, Set<string>> | null = null;
  const join = (into: Map<unknown, Set<string>>, id: string, row: RowIn<C>): void => {
    if (by === null) return;
    const group = into.get(row[by]);
    if (group === undefined) into.set(row[by], new Set([id]));
    else group.add(id);
  };
  const grouped = (): Map<unknown, Set<string>> => {
    const made = new Map<unknown, Set<string>>();
    for (const [id, row] of rows) join(made, id, row);
    return made;
  };
  const existing = (ids: Iterable<string>): readonly RowIn<C>[] => {
    const found: RowIn<C>[] = [];
    for (const id of ids) {
      const row = rows.get(id);
      if (row !== undefined) found.push(row);
    }
    return found;
  };
  return {
    get: (...key) => rows.get(idOf(key)),
    having: (value) => {
      groups ??= grouped();
      return existing(groups.get(value) ?? []);
    },
    put: (row) => {
      const id = idOfRow(table, row);
      rows.set(id, row);
      changed.add(id);
      if (groups !== null) join(groups, id, row);
    },
    update: (key, changes) => {
      const id = idOf(key);
      const row = rows.get(id);
      if (row === undefined) throw new Bug(`no row ${key.join(', ')} in ${table.name}`);
      Object.assign(row, changes);
      changed.add(id);
    },
    remove: (...key) => {
      const id = idOf(key);
      rows.delete(id);
      changed.delete(id);
      removed.set(id, keyed(table, key));
    },
    save: async () => {
      const gone = [...removed.values()];
      if (gone.length > 0) await sql.execute(deleteOf(table), [table.records.textOf(gone)]);
      const written = existing(changed);
      const { name, text } = table.writing;
      if (written.length > 0) await sql.execute(text, [table.records.textOf(written)], name);
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
): Promise<LoadedRows<RowIn<C>>> => {
  const wanted = [...new Set(values)];
  if (wanted.length === 0) return rowsOn(sql, table, { loaded: [], by });
  const found = await sql.query(
    `SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name} WHERE ${by} = ANY($1)`,
    [wanted],
  );
  return rowsOn(sql, table, { loaded: found.map(table.decode), by });
};

/** Opens a table that is only added to: nothing needs to be read first. */
export const appendRows = <C extends Columns>(sql: Sql, table: Table<C>): Rows<RowIn<C>> =>
  rowsOn(sql, table, { loaded: [], by: null });
