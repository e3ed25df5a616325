/** Rows that go out as a file are read like pages, one after the other. */

/** Rows that are read at once: enough to be quick, and few in memory. */
export const rowsAtOnce = 1_000;

/**
 * All rows of a list, in its order, however many there are; none of the database's connections
 * waits for a slow reader.
 *
 * @param pageAfter reads up to `rowsAtOnce` rows after a row, or the first ones.
 */
export async function* allRows<Row>(
  pageAfter: (last: Row | null) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let last: Row | null = null;
  for (;;) {
    const rows: readonly Row[] = await pageAfter(last);
    yield* rows;
    last = rows.at(-1) ?? null;
    if (rows.length < rowsAtOnce) return;
  }
}

/** The rows of a file, as it shows them. */
export async function* shownRows<Row, Item>(
  rows: AsyncIterable<Row>,
  itemOf: (row: Row) => Item,
): AsyncGenerator<Item> {
  for await (const row of rows) yield itemOf(row);
}
