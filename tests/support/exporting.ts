/** Exports of histories, and what their figures must be by a fold of the test's own. */

import { tmpdir } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import { openDaySpool } from '../../adapters/day-spool.js';
import {
  type ExportFormatName,
  exportLedger,
  type Period,
  type Unbookable,
} from '../../audit/export/index.js';
import type { Until } from '../../audit/pass.js';
import { isOfValue, type Posting, RentalBooks } from '../../domain/ledger/index.js';
import { occurredAt } from '../../domain/occurred-at.js';
import { dayOf } from '../../domain/shared/day.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { collect } from './proposed-event.js';

export const wholeLog: Period = { from: null, to: null };

export const tryExport = async (
  history: readonly RecordedEvent[],
  format: ExportFormatName,
  { until = { kind: 'end' }, ...period }: Period & { readonly until?: Until } = wholeLog,
): Promise<E.Either<Unbookable, string>> => {
  const store = {
    async *readLog(): AsyncGenerator<RecordedEvent> {
      yield* history;
    },
  };
  const spool = await openDaySpool(tmpdir());
  try {
    const books = await exportLedger({ store, spool, period, until });
    if (E.isLeft(books)) return books;
    return E.right((await collect(books.right.text({ format }))).join(''));
  } finally {
    await spool.close();
  }
};

export const exported = async (...wish: Parameters<typeof tryExport>): Promise<string> => {
  const text = await tryExport(...wish);
  if (E.isLeft(text)) throw new Error(`${text.left.stream}: ${text.left.why}`);
  return text.right;
};

/** All postings of a history by their days. */
export const postingsByDay = (
  history: readonly RecordedEvent[],
): ReadonlyMap<string, readonly Posting[]> => {
  const books = new RentalBooks();
  const days = new Map<string, Posting[]>();
  for (const recorded of history) {
    const logged = decodeLogged(recorded);
    if (E.isLeft(logged) || !isOfValue(logged.right)) continue;
    const day = dayOf(occurredAt(logged.right.event));
    days.set(day, [...(days.get(day) ?? []), ...books.post(logged.right)]);
  }
  return days;
};

const isOfPeriod = ({ account }: Posting): boolean => /^(income|expenses):/.test(account);

/** Balances at the end of a period, not zero: income and expenses are those of the period. */
export const balancesAfter = (
  byDay: ReadonlyMap<string, readonly Posting[]>,
  { from, to }: Period,
): Readonly<Record<string, number>> => {
  const balances: Record<string, number> = {};
  const add = (account: string, amount: number): void => {
    balances[account] = (balances[account] ?? 0) + amount;
  };
  for (const [day, postings] of byDay) {
    if (to !== null && day > to) continue;
    const isBefore = from !== null && day < from;
    for (const posting of postings) {
      const { account, asset, amount } = posting;
      const opening = asset === 'NPR' ? 'equity:opening-balances' : 'equity:opening-points';
      add(isBefore && isOfPeriod(posting) ? opening : account, amount);
    }
  }
  return Object.fromEntries(Object.entries(balances).filter(([, amount]) => amount !== 0));
};
