/**
 * What a rental owes, worked out from its facts alone and written differently on purpose: whole
 * paisa, one division, no helper of the domain. It judges the domain; it is not an echo of it.
 */

import type { RentalTerms } from '../../domain/pricing/index.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import type { Instant } from '../../domain/shared/instant.js';

const minuteMs = 60_000;

const minutesFrom = (startMs: number, endMs: number): number =>
  endMs <= startMs ? 0 : Math.floor((endMs - startMs) / minuteMs);

const halfUp = (above: bigint, below: bigint): number =>
  Number((2n * above + below) / (2n * below));

const lateFee = (terms: RentalTerms, overdueMinutes: number): number => {
  const { feeType, multiplierHundredths, flatRatePerHour, graceMinutes, capPerDay } = terms.lateFee;
  const costing = overdueMinutes - graceMinutes;
  if (costing <= 0) return 0;
  const percent = BigInt(feeType === 'FLAT_RATE' ? 0 : multiplierHundredths);
  const hourly = BigInt(feeType === 'MULTIPLIER' ? 0 : flatRatePerHour.minor);
  const length = BigInt(terms.durationMinutes);
  const perMinute = BigInt(terms.listPrice.minor) * percent * 60n + hourly * length * 100n;
  const fee = halfUp(BigInt(costing) * perMinute, length * 6_000n);
  return capPerDay === null ? fee : Math.min(fee, capPerDay.minor * Math.ceil(costing / 1_440));
};

/** The running sums of one rental; times in milliseconds, money in paisa. */
interface Books {
  terms: RentalTerms | null;
  startMs: number | null;
  dueMs: number;
  extensions: number;
  paid: number;
  readonly planned: Map<string, number>;
  /** When the bank came back for good, or was put back; until then time runs. */
  stoppedMs: number | null;
  /** The whole cost, once it is fixed. */
  fixed: number | null;
}

const lostMs = (books: Books, terms: RentalTerms): number =>
  books.dueMs + terms.abandonedAfterMinutes * minuteMs;

const costAt = (books: Books, atMs: number): number => {
  const { terms, startMs } = books;
  if (terms === null || startMs === null) return 0;
  const endMs = Math.min(books.stoppedMs ?? atMs, lostMs(books, terms));
  const used = BigInt(terms.price.minor) * BigInt(minutesFrom(startMs, endMs));
  const use =
    terms.paymentModel === 'PREPAID'
      ? terms.price.minor
      : halfUp(used, BigInt(terms.durationMinutes));
  return use + books.extensions + lateFee(terms, minutesFrom(books.dueMs, endMs));
};

/** The fixed cost of a rental that ended; of the event only what staff set is believed. */
const costAtEnd = (
  books: Books,
  { reason, at, charges }: Extract<RentalEvent, { type: 'RentalCompleted' }>['data'],
): number => {
  const { terms, startMs } = books;
  if (terms === null) return 0;
  if (reason === 'RETURNED') return costAt(books, Date.parse(at));
  if (reason === 'ABANDONED') {
    return costAt(books, lostMs(books, terms)) + terms.lostItemPenalty.minor;
  }
  const prepaid = terms.paymentModel === 'PREPAID' && startMs !== null ? terms.price.minor : 0;
  return prepaid + books.extensions + (charges.staffAmount?.minor ?? 0);
};

const record = (books: Books, { type, data }: RentalEvent): void => {
  if (type === 'RentalRequested') {
    books.terms = data.request.terms;
  } else if (type === 'RentalStarted') {
    books.startMs = Date.parse(data.startedAt);
    books.dueMs = books.startMs + (books.terms?.durationMinutes ?? 0) * minuteMs;
  } else if (type === 'RentalExtended') {
    books.extensions += data.offer.price.minor;
    books.dueMs += data.offer.minutes * minuteMs;
  } else if (type === 'PaymentPlanned') {
    books.planned.set(data.paymentId, data.amount.minor);
  } else if (type === 'PaymentConfirmed') {
    books.paid += books.planned.get(data.paymentId) ?? 0;
  } else if (type === 'PowerBankPutBack') {
    books.stoppedMs = Date.parse(data.sight.at);
  } else if (type === 'SwapCompleted') {
    books.stoppedMs = null;
  } else if (type === 'PowerBankReturned') {
    books.stoppedMs = Date.parse(data.at);
  } else if (type === 'RentalCompleted') {
    books.fixed = costAtEnd(books, data);
  } else if (type === 'RentalCancelled') {
    books.fixed = 0;
  }
};

const booksOf = (history: readonly RentalEvent[]): Books => {
  const books: Books = {
    terms: null,
    startMs: null,
    dueMs: 0,
    extensions: 0,
    paid: 0,
    planned: new Map(),
    stoppedMs: null,
    fixed: null,
  };
  for (const event of history) record(books, event);
  return books;
};

/** Paisa paid, and the whole cost, at a moment after these facts. */
export const auditedBooks = (
  history: readonly RentalEvent[],
  at: Instant,
): { readonly paid: number; readonly cost: number } => {
  const books = booksOf(history);
  return { paid: books.paid, cost: books.fixed ?? costAt(books, Date.parse(at)) };
};

/** Paisa owed at a moment after these facts. */
export const auditedDebt = (history: readonly RentalEvent[], at: Instant): number => {
  const { paid, cost } = auditedBooks(history, at);
  return Math.max(0, cost - paid);
};
