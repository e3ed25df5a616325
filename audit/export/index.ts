/**
 * The books as files for accountants, from the log alone.
 *
 * The log is read once. Its facts are in the order in which they were written down, the formats
 * want that of their days, and declarations of accounts come first; so entries wait in a
 * {@link DaySpool} outside of memory until the log has ended. Within a day they keep the order of
 * the log. Memory grows with accounts and open rentals, not with events.
 */

import * as E from 'fp-ts/lib/Either.js';
import type { AccountCode } from '../../domain/ledger/index.js';
import type { Day } from '../../domain/shared/day.js';
import type { DaySpool } from '../../ports/day-spool.js';
import type { Position } from '../../ports/event-store.js';
import { RunningBalances } from './booked.js';
import { entryOfLine, type JournalEntry } from './entry.js';
import { type ExportFormatName, exportFormats } from './formats/index.js';
import {
  type Gathered,
  type GatherOptions,
  gather,
  type Period,
  type Unbookable,
} from './gather.js';

export { type ExportFormatName, exportFormats } from './formats/index.js';
export type { Period, Unbookable } from './gather.js';

/** Characters that go out together, about. */
const chunkLength = 65_536;

export interface LedgerExport {
  readonly entries: number;
  readonly postings: number;
  readonly accounts: number;
  /** The text, many lines at a time; to be read before the spool is closed. */
  text(options: WriteOptions): AsyncGenerator<string>;
}

export interface WriteOptions {
  readonly format: ExportFormatName;
  /** Ends the text by throwing its reason. */
  readonly signal?: AbortSignal;
  /** Called for each entry. */
  readonly onEntry?: () => void;
}

const inWords = ({ from, to }: Period, upTo: Position | null): string => {
  const start = from === null ? 'from the beginning' : `from ${from}`;
  const end = to === null ? 'to the end' : `to ${to}`;
  return `${start} ${end}, by the log up to position ${upTo ?? 'none'}`;
};

class Books {
  readonly #spool: DaySpool;
  readonly #opening: JournalEntry | null;
  readonly #from: Day | null;
  readonly accounts: readonly AccountCode[];
  readonly days: readonly Day[];

  constructor({ opening, accounts }: Gathered, { from }: Period, spool: DaySpool) {
    this.#spool = spool;
    this.accounts = accounts;
    const title = 'Opening balances';
    this.#opening = opening.length === 0 ? null : { title, source: null, postings: opening };
    this.#from = from;
    const first = this.#opening === null || from === null ? [] : [from];
    this.days = [...new Set([...first, ...spool.days()])];
  }

  async *entriesOf(day: Day): AsyncGenerator<JournalEntry> {
    if (this.#opening !== null && day === this.#from) yield this.#opening;
    for await (const line of this.#spool.linesOf(day)) yield entryOfLine(line);
  }
}

/** Each day is read twice: which posting of it is the last to an account is known at its end. */
async function* linesOf(
  books: Books,
  { format, signal, onEntry }: WriteOptions,
): AsyncGenerator<string> {
  const balances = new RunningBalances(books.accounts);
  const write = exportFormats[format];
  for (const day of books.days) {
    for await (const entry of books.entriesOf(day)) balances.expect(entry);
    for await (const entry of books.entriesOf(day)) {
      signal?.throwIfAborted();
      yield write.entry(day, balances.book(entry));
      onEntry?.();
    }
    yield* write.endOfDay(day, balances.endOfDay());
  }
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const line of lines) {
    text += line;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** @throws as `passOver` does; nothing may then be taken for the books. */
export const exportLedger = async (
  options: GatherOptions,
): Promise<E.Either<Unbookable, LedgerExport>> => {
  const gathered = await gather(options);
  if (E.isLeft(gathered)) return gathered;
  const { entries, postings, accounts } = gathered.right;
  const { period, spool } = options;
  const books = new Books(gathered.right, period, spool);
  const counts = { entries, postings, accounts };
  const summary = {
    ...counts,
    period: inWords(period, gathered.right.upTo),
    firstDay: books.days[0] ?? null,
  };
  async function* text(write: WriteOptions): AsyncGenerator<string> {
    const format = exportFormats[write.format];
    yield* format.head(summary);
    yield* linesOf(books, write);
    yield format.tail(summary);
  }
  return E.right({
    entries,
    postings,
    accounts: accounts.length,
    text: (write) => inChunks(text(write)),
  });
};
