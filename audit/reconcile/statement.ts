/** What a gateway says that it has taken for us: a table in the form that `docs/audit.md` gives. */

import * as E from 'fp-ts/lib/Either.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { type Day, dayOf } from '../../domain/shared/day.js';
import { instantOfMs } from '../../domain/shared/instant.js';
import { isZero, type Money, parseRupees, zero } from '../../domain/shared/money.js';
import { type CsvFault, csvRecords } from './csv-lines.js';

export interface StatementLine {
  /** Of the file, from 1. */
  readonly line: number;
  readonly reference: string;
  /** Of Asia/Kathmandu. */
  readonly day: Day;
  /** What was paid, before fees. */
  readonly amount: Money;
  /** What the gateway keeps of it; told, and not booked. */
  readonly fee: Money;
}

const required = ['reference', 'date', 'amount'] as const;
const columns = [...required, 'fee'] as const;
type Column = (typeof columns)[number];
type Cells = Readonly<Record<Column, string>>;

/** Any printable text: what is none of our references is missing here, and shown as it is. */
const referencePattern = /^\P{Cc}{1,200}$/u;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A day as it is, a time by the day that it is in. */
const dayIn = (text: string): Day | null => {
  if (CalendarDate.is(text)) return text;
  const epochMs = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(epochMs) ? null : dayOf(instantOfMs(epochMs));
};

const shownLengthMax = 60;

/** A text of somebody else, safe to print. */
const shown = (text: string): string => JSON.stringify(text.slice(0, shownLengthMax));

/** Why there is no heading that tells which column is which; `null` when there is. */
const faultOfHeading = (names: readonly string[]): string | null => {
  const missing = required.filter((column) => !names.includes(column));
  if (missing.length > 0) return `no column ${missing.join(', ')}`;
  const unknown = names.filter((name) => !columns.some((column) => column === name));
  if (unknown.length > 0) return `unknown column ${unknown.map(shown).join(', ')}`;
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  return repeated.length > 0 ? `column ${repeated.join(', ')} is there twice` : null;
};

const cellsOf = (names: readonly string[], cells: readonly string[]): Cells => {
  const of = (column: Column): string => cells[names.indexOf(column)]?.trim() ?? '';
  return { reference: of('reference'), date: of('date'), amount: of('amount'), fee: of('fee') };
};

const lineOf = (line: number, cells: Cells): E.Either<CsvFault, StatementLine> => {
  const fault = (problem: string) => E.left({ line, problem });
  const { reference } = cells;
  if (!referencePattern.test(reference)) {
    return fault('a reference has 1 to 200 characters, none of them a control character');
  }
  const day = dayIn(cells.date);
  if (day === null) {
    return fault(`a date is 2026-11-22 or 2026-11-22T17:30:00+05:45, not ${shown(cells.date)}`);
  }
  const amount = parseRupees(cells.amount);
  if (amount === null || isZero(amount)) {
    return fault(`an amount is rupees as 1150.00, and not nothing: ${shown(cells.amount)}`);
  }
  const fee = cells.fee === '' ? zero : parseRupees(cells.fee);
  if (fee === null) return fault(`a fee is rupees as 11.50, not ${shown(cells.fee)}`);
  return E.right({ line, reference, day, amount, fee });
};

/** Reads a whole statement, or tells of the first line that is not in the form. */
export const readStatement = (text: string): E.Either<CsvFault, readonly StatementLine[]> => {
  let names: readonly string[] | null = null;
  const lines: StatementLine[] = [];
  for (const item of csvRecords(text)) {
    const { line } = item;
    if (item.kind === 'fault') return E.left(item);
    if (names === null) {
      names = item.cells.map((name) => name.trim().toLowerCase());
      const problem = faultOfHeading(names);
      if (problem !== null) return E.left({ line, problem });
      continue;
    }
    if (item.cells.length !== names.length) {
      const problem = `${item.cells.length} cells instead of ${names.length}`;
      return E.left({ line, problem });
    }
    const read = lineOf(line, cellsOf(names, item.cells));
    if (E.isLeft(read)) return read;
    lines.push(read.right);
  }
  if (names === null) return E.left({ line: 1, problem: 'no line with the names of the columns' });
  return E.right(lines);
};
