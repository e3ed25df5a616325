/** Entries with the balance that each posting leaves behind. */

import type { AccountCode, Asset, Posting } from '../../domain/ledger/index.js';
import type { EntrySource, JournalEntry } from './entry.js';

export interface BookedPosting extends Posting {
  /** Of the account after this posting; paisa or points. */
  readonly balance: number;
  /** Nothing more is posted to the account on this day: the balance is the day's. */
  readonly isClosing: boolean;
}

export interface BookedEntry {
  readonly title: string;
  readonly source: EntrySource | null;
  readonly postings: readonly BookedPosting[];
}

export interface ClosingBalance {
  readonly account: AccountCode;
  readonly asset: Asset;
  readonly balance: number;
}

/** Balances of accounts through the days of an export. */
export class RunningBalances {
  readonly #balances = new Map<AccountCode, number>();
  /** Postings of this day that are still to come, by account. */
  readonly #ahead = new Map<AccountCode, number>();
  readonly #closed = new Map<AccountCode, ClosingBalance>();

  /** To be told all entries of a day before the first of them is booked. */
  expect({ postings }: JournalEntry): void {
    for (const { account } of postings) {
      this.#ahead.set(account, (this.#ahead.get(account) ?? 0) + 1);
    }
  }

  book({ title, source, postings }: JournalEntry): BookedEntry {
    return { title, source, postings: postings.map((posting) => this.#post(posting)) };
  }

  #post(posting: Posting): BookedPosting {
    const { account, asset, amount } = posting;
    const balance = (this.#balances.get(account) ?? 0) + amount;
    this.#balances.set(account, balance);
    const ahead = (this.#ahead.get(account) ?? 0) - 1;
    const isClosing = ahead === 0;
    if (isClosing) {
      this.#ahead.delete(account);
      this.#closed.set(account, { account, asset, balance });
    } else {
      this.#ahead.set(account, ahead);
    }
    return { ...posting, balance, isClosing };
  }

  /** Closing balances of the accounts that moved on this day, which is then over. */
  endOfDay(): readonly ClosingBalance[] {
    const closed = [...this.#closed.values()];
    this.#closed.clear();
    return closed;
  }
}
