/**
 * Tables as CSV (RFC 4180): one line of names, then a line for each row, as long as there are any.
 *
 * Whoever opens one does so with a spreadsheet, which takes a text that begins like a formula for
 * one and carries it out. Such a text gets an apostrophe in front; numbers stay numbers.
 */

import * as t from 'io-ts';

export const csvMediaType = 'text/csv';

/** Characters that go out together, about. */
const chunkLength = 65_536;
const lineEnd = '\r\n';
const formulaStart = /^[=+\-@\t\r\n]/;
const plainNumber = /^-?\d+(\.\d+)?$/;
const needsQuotes = /[",\r\n]/;

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of cells, with its end. */
export const csvLine = (cells: readonly unknown[]): string =>
  `${cells.map(cellOf).join(',')}${lineEnd}`;

const isAsyncIterable = (input: unknown): input is AsyncIterable<unknown> =>
  typeof input === 'object' && input !== null && Symbol.asyncIterator in input;

/**
 * "Codec" of an answer that is a table, row by row as they come. Its own class, so that the writer
 * of answers and the OpenAPI document recognise it. Rows pass `row` on their way out.
 */
export class CsvType<Row> extends t.Type<AsyncIterable<Row>> {
  readonly _tag = 'CsvType' as const;

  constructor(
    /** Name of the file that a browser makes of it, without its ending. */
    readonly fileName: string,
    /** Names of the columns, in their order. */
    readonly header: readonly string[],
    readonly row: t.Type<Row, Readonly<Record<string, unknown>>>,
  ) {
    const is = (input: unknown): input is AsyncIterable<Row> => isAsyncIterable(input);
    super(
      'Csv',
      is,
      (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
      t.identity,
    );
  }

  /** The text, many lines at a time. */
  async *textOf(rows: AsyncIterable<Row>): AsyncGenerator<string> {
    let text = csvLine(this.header);
    for await (const row of rows) {
      const wire = this.row.encode(row);
      text += csvLine(this.header.map((name) => wire[name]));
      if (text.length < chunkLength) continue;
      yield text;
      text = '';
    }
    yield text;
  }
}

/** A table with a column for each field of `row`. */
export const csvOf = <Fields extends t.Props>(
  fileName: string,
  row: t.ExactC<t.TypeC<Fields>>,
): CsvType<t.TypeOfProps<Fields>> =>
  new CsvType<t.TypeOfProps<Fields>>(fileName, Object.keys(row.type.props), row);
