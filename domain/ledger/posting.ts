import { invariant } from '../shared/assert.js';
import type { Money } from '../shared/money.js';
import { type AccountCode, type Asset, assets } from './account.js';

/** One line of a journal entry. */
export interface Posting {
  readonly account: AccountCode;
  readonly asset: Asset;
  /** Paisa or points; a debit is positive, a credit negative. Never zero. */
  readonly amount: number;
}

const posting = (account: AccountCode, asset: Asset, amount: number): Posting => {
  invariant(Number.isSafeInteger(amount), `a posting is a whole number: ${amount}`);
  return { account, asset, amount };
};

export const debit = (account: AccountCode, { minor }: Money): Posting =>
  posting(account, 'NPR', minor);
export const credit = (account: AccountCode, { minor }: Money): Posting =>
  posting(account, 'NPR', 0 - minor);
export const debitPoints = (account: AccountCode, points: number): Posting =>
  posting(account, 'POINTS', points);
export const creditPoints = (account: AccountCode, points: number): Posting =>
  posting(account, 'POINTS', 0 - points);

/** Sum of the postings of one asset: 0 when they balance. */
export const imbalanceOf = (postings: readonly Posting[], asset: Asset): number =>
  postings.reduce((total, each) => (each.asset === asset ? total + each.amount : total), 0);

/**
 * Postings that cancel out, without those of nothing. Others throw, because a ledger that does not
 * balance must not be shown to anybody.
 */
export const balanced = (postings: readonly Posting[]): readonly Posting[] => {
  for (const asset of assets) {
    const imbalance = imbalanceOf(postings, asset);
    invariant(imbalance === 0, `postings must cancel out, ${asset} is off by ${imbalance}`);
  }
  return postings.filter(({ amount }) => amount !== 0);
};
