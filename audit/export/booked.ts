/** Entries with the balance that each posting leaves behind. */

import type { AccountCode, Asset, Posting } from '../../domain/ledger/index.js';
import { Bug } from '../../domain/shared/assert.js';
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
  readonly #balances: Map<AccountCode, number>;
  /** Postings of this day that are still to come, by account. */
  readonly #ahead = new Map<AccountCode, number>();
  readonly #closed = new Map<AccountCode, ClosingBalance>();

  /**
   * @param accounts all that there will be. A code that is cut out of a longer text keeps that text
   * in memory, so balances are kept under these and not under those that are read.
   */
  constructor(accounts: readonly AccountCode[]) {
    this.#balances = new Map(accounts.map((account) => [account, 0]));
  }

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
    const balance = this.#balanceOf(account) + amount;
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

  #balanceOf(account: AccountCode): number {
    const balance = this.#balances.get(account);
    if (balance === undefined) throw new Bug(`${account} is not declared`);
    return balance;
  }

  /** Closing balances of the accounts that moved on this day, which is then over. */
  endOfDay(): readonly ClosingBalance[] {
    const closed = [...this.#closed.values()];
    this.#closed.clear();
    return closed;
  }
}
