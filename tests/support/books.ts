/** The words in which tests tell what facts do to the books. */

import { type Posting, RentalBooks, type ValueEvent } from '../../domain/ledger/index.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import { paisa, toRupees } from '../../domain/shared/money.js';

export const ofWallet = (event: Extract<ValueEvent, { category: 'wallet' }>['event']) =>
  ({ category: 'wallet', streamId: 'u-1', event }) as const;
export const ofPoints = (event: Extract<ValueEvent, { category: 'points' }>['event']) =>
  ({ category: 'points', streamId: 'u-1', event }) as const;
export const ofRental = (event: RentalEvent) =>
  ({ category: 'rental', streamId: 'r-1', event }) as const;

/** A posting as an accountant reads it: `liabilities:wallets:u-1 -50.00`, points as they are. */
export const line = ({ account, asset, amount }: Posting): string =>
  `${account} ${asset === 'NPR' ? toRupees(paisa(amount)) : `${amount} points`}`;

/** What the last of these facts does to the books. */
export const lastPosted = (...events: readonly ValueEvent[]): readonly string[] => {
  const books = new RentalBooks();
  return events.map((event) => books.post(event).map(line)).at(-1) ?? [];
};

/** Balances of all accounts that are not zero; a debit is positive. */
export const balancesOf = (postings: Iterable<Posting>): ReadonlyMap<string, number> => {
  const balances = new Map<string, number>();
  for (const { account, amount } of postings) {
    balances.set(account, (balances.get(account) ?? 0) + amount);
  }
  for (const [account, balance] of balances) if (balance === 0) balances.delete(account);
  return balances;
};
