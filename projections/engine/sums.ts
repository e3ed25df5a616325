import type { Sql } from '../../ports/database.js';
import { idOfRow } from './rows.js';
import type { Columns, RowIn, Table } from './table.js';

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
  { name, columns, key, records }: Table<C>,
  summed: readonly string[],
): string => {
  const names = Object.keys(columns);
  const sums = summed.map((column) => `${column} = t.${column} + excluded.${column}`);
  return `INSERT INTO ${name} AS t (${names.join(', ')})
    SELECT * FROM ${records.source}
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
  type Sum = RowIn<C> & { readonly position: bigint };
  const rows = new Map<string, Sum>();
  return {
    add: (row) => {
      const id = idOfRow(table, row);
      const known = rows.get(id);
      if (known === undefined) {
        rows.set(id, { ...row });
        return;
      }
      // A batch is in order, so the last one has the highest position.
      const sum: Record<string, unknown> = { position: row.position };
      for (const name of summed) sum[name] = Number(known[name]) + Number(row[name]);
      Object.assign(known, sum);
    },
    save: async () => {
      if (rows.size === 0) return;
      await sql.execute(upsertOf(table, summed), [table.records.textOf(rows.values())]);
      rows.clear();
    },
  };
};
