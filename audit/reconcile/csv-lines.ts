/** Tables of others as they come: RFC 4180, with either kind of line end. */

export interface CsvRecord {
  /** Of the file, from 1: where the record begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFault {
  readonly line: number;
  readonly problem: string;
}

export type CsvItem =
  | ({ readonly kind: 'record' } & CsvRecord)
  | ({ readonly kind: 'fault' } & CsvFault);

/** One cell, and what ends it: a comma, the end of a line, or the end of the text. */
const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y;

const linesIn = (text: string): number => text.split('\n').length - 1;

/** Spreadsheets put it in front of their files. */
const byteOrderMark = '\uFEFF';

/** Records one after the other; lines with nothing on them are passed over. Ends at a fault. */
export function* csvRecords(file: string): Generator<CsvItem> {
  const text = file.startsWith(byteOrderMark) ? file.slice(1) : file;
  const pattern = new RegExp(cellPattern);
  let line = 1;
  let record: { readonly line: number; readonly cells: string[] } = { line, cells: [] };
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) {
      yield { kind: 'fault', line, problem: 'a quotation mark is missing, or one too many' };
      return;
    }
    const [all, quoted, plain = '', end] = match;
    record.cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += linesIn(all);
    if (end === ',' && pattern.lastIndex < text.length) continue;
    if (end === ',') record.cells.push('');
    if (record.cells.some((cell) => cell !== '')) yield { kind: 'record', ...record };
    record = { line, cells: [] };
  }
}
