import { type AccountCode, assets, type Posting } from '../../domain/ledger/index.js';
import { openingAccounts } from './entry.js';

/** Income and expenses belong to the period in which they arose, and begin the next one at zero. */
const isOfPeriod = (account: AccountCode): boolean =>
  account.startsWith('income:') || account.startsWith('expenses:');

/** Balances at the beginning of a period, from everything before it. */
export class Opening {
  readonly #balances = new Map<AccountCode, Posting>();

  add(postings: readonly Posting[]): void {
    for (const posting of postings) {
      const { asset } = posting;
      const account = isOfPeriod(posting.account) ? openingAccounts[asset] : posting.account;
      const amount = (this.#balances.get(account)?.amount ?? 0) + posting.amount;
      if (amount === 0) this.#balances.delete(account);
      else this.#balances.set(account, { account, asset, amount });
    }
  }

  /** One posting for each balance that is not zero; rupees first, then points. They cancel out. */
  postings(): readonly Posting[] {
    const all = [...this.#balances.values()].sort((left, right) =>
      left.account < right.account ? -1 : 1,
    );
    return assets.flatMap((asset) => all.filter((posting) => posting.asset === asset));
  }
}
