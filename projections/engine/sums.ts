import type { Sql } from '../../ports/database.js';
import { type Columns, type RowIn, recordset, type Table, toJson } from './table.js';

/** Rows that add up: nothing is read first, and in which order they grow makes no difference. */
export interface Sums<Row> {
  /** Adds the summed columns to those of the row with the same key. */
  add(row: Row): void;
  /** Writes what was added, in one statement. */
  save(): Promise<void>;
}

type Summed<C extends Columns> = {
  readonly [Name in keyof C & string]: RowIn<C>[Name] extends number ? Name : never;
}[keyof C & string];

/** What a row is when nothing was there before is what it adds. */
const upsertOf = <C extends Columns>(
  { name, columns, key }: Table<C>,
  summed: readonly string[],
): string => {
  const names = Object.keys(columns);
  const sums = summed.map((column) => `${column} = t.${column} + excluded.${column}`);
  return `INSERT INTO ${name} AS t (${names.join(', ')})
    SELECT ${names.join(', ')} FROM ${recordset(Object.entries(columns))}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET
      ${[...sums, 'position = greatest(t.position, excluded.position)'].join(', ')}`;
};

/**
 * Opens a table whose rows are sums over any number of streams. Such rows may follow from many
 * streams, because a stream that is replayed later adds the same; all other columns must follow
 * from the key. That nothing is added twice is the checkpoint's doing: it moves in the same
 * transaction.
 */
export const sumRows = <C extends Columns & { readonly position: unknown }>(
  sql: Sql,
  table: Table<C>,
  summed: readonly Summed<C>[],
): Sums<RowIn<C> & { readonly position: bigint }> => {
  const rows = new Map<string, RowIn<C> & { readonly position: bigint }>();
  const idOf = (row: RowIn<C>): string =>
    table.key.map((column) => String(row[column])).join('\u0000');
  return {
    add: (row) => {
      const id = idOf(row);
      const known = rows.get(id);
      if (known === undefined) {
        rows.set(id, row);
        return;
      }
      const sums = summed.map((name) => [name, Number(known[name]) + Number(row[name])]);
      // A batch is in order, so the last one has the highest position.
      rows.set(id, { ...known, ...Object.fromEntries(sums), position: row.position });
    },
    save: async () => {
      if (rows.size > 0) await sql.execute(upsertOf(table, summed), [toJson([...rows.values()])]);
      rows.clear();
    },
  };
};
