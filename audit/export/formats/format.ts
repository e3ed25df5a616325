import type { AccountCode } from '../../../domain/ledger/index.js';
import type { Day } from '../../../domain/shared/day.js';
import type { BookedEntry, ClosingBalance } from '../booked.js';

/** What an export is of, for its first and its last lines. */
export interface Summary {
  /** Its days in words, and how far the log was read. */
  readonly period: string;
  /** `null` when nothing is in it. */
  readonly firstDay: Day | null;
  readonly accounts: readonly AccountCode[];
  readonly entries: number;
  readonly postings: number;
}

/** One way of writing the books; texts are whole lines. */
export interface ExportFormat {
  /** Declarations, which stand before everything that uses them. */
  head(summary: Summary): Iterable<string>;
  entry(day: Day, entry: BookedEntry): string;
  /** After the entries of a day: balances of the accounts that moved. */
  endOfDay(day: Day, balances: readonly ClosingBalance[]): Iterable<string>;
  /** Shows a reader that nothing was cut off. */
  tail(summary: Summary): string;
}
