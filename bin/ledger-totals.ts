/** The books in a few lines, computed from nothing but the log. */

import * as E from 'fp-ts/lib/Either.js';
import { type PointsEvent, type PointsState, points } from '../domain/points/index.js';
import { add, type Money, subtract, sum, toRupees, zero } from '../domain/shared/money.js';
import { type WalletEvent, type WalletState, wallet } from '../domain/wallet/index.js';
import type { EventStore } from '../ports/event-store.js';
import { decodeLogged } from '../ports/logged-event.js';

/** Sums over events on one side, folded accounts on the other: two ways to the same number. */
export interface LedgerTotals {
  readonly money: {
    /** What came in: credits, and corrections by staff with their sign. */
    readonly credited: Money;
    /** What was taken: captured holds, and debits. */
    readonly taken: Money;
    /** What all wallets hold, and how much of it is held for something. */
    readonly balances: Money;
    readonly held: Money;
  };
  readonly points: {
    readonly awarded: number;
    readonly redeemed: number;
    readonly balances: number;
    readonly held: number;
  };
  readonly isBalanced: boolean;
}

interface Sums {
  credited: Money;
  taken: Money;
  awarded: number;
  redeemed: number;
}

const countMoney = (sums: Sums, { type, data }: WalletEvent): void => {
  switch (type) {
    case 'FundsCredited':
    case 'WalletAdjusted':
      sums.credited = add(sums.credited, data.amount);
      return;
    case 'FundsCaptured':
    case 'FundsDebited':
      sums.taken = add(sums.taken, data.amount);
      return;
    case 'FundsHeld':
    case 'FundsReleased':
      return;
  }
};

const countPoints = (sums: Sums, { type, data }: PointsEvent): void => {
  switch (type) {
    case 'PointsAwarded':
    case 'PointsGivenBack':
    case 'PointsAdjusted':
      sums.awarded += data.points;
      return;
    case 'PointsRedeemed':
      sums.redeemed += data.points;
      return;
    case 'PointsHeld':
    case 'PointsReleased':
      return;
  }
};

/** Reads every wallet and every points account; a log of millions of events takes a while. */
export const readLedgerTotals = async (
  store: Pick<EventStore, 'readLog'>,
): Promise<LedgerTotals> => {
  const sums: Sums = { credited: zero, taken: zero, awarded: 0, redeemed: 0 };
  const wallets = new Map<string, WalletState>();
  const accounts = new Map<string, PointsState>();
  const categories = [wallet.category, points.category];
  for await (const recorded of store.readLog(null, { categories })) {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded)) throw new Error(`${recorded.stream}: ${decoded.left.kind}`);
    const logged = decoded.right;
    const { streamId } = logged;
    if (logged.category === 'wallet') {
      countMoney(sums, logged.event);
      const before = wallets.get(streamId) ?? wallet.initial;
      wallets.set(streamId, wallet.evolve(before, logged.event));
    }
    if (logged.category === 'points') {
      countPoints(sums, logged.event);
      const before = accounts.get(streamId) ?? points.initial;
      accounts.set(streamId, points.evolve(before, logged.event));
    }
  }
  return totalsOf(sums, [...wallets.values()], [...accounts.values()]);
};

const totalsOf = (
  { credited, taken, awarded, redeemed }: Sums,
  wallets: readonly WalletState[],
  accounts: readonly PointsState[],
): LedgerTotals => {
  const balances = sum(wallets.map(({ balance }) => balance));
  const pointBalances = accounts.reduce((total, { balance }) => total + balance, 0);
  return {
    money: { credited, taken, balances, held: sum(wallets.map(({ held }) => held)) },
    points: {
      awarded,
      redeemed,
      balances: pointBalances,
      held: accounts.reduce((total, { held }) => total + held, 0),
    },
    isBalanced:
      subtract(credited, taken).minor === balances.minor && awarded - redeemed === pointBalances,
  };
};

/** The totals as a person reads them. */
export const describeTotals = ({ money, points: scores, isBalanced }: LedgerTotals) => [
  `money   ${toRupees(money.credited)} in = ${toRupees(money.balances)} in wallets ` +
    `(${toRupees(money.held)} held) + ${toRupees(money.taken)} taken`,
  `points  ${scores.awarded} given = ${scores.balances} in accounts ` +
    `(${scores.held} held) + ${scores.redeemed} spent`,
  isBalanced ? 'balanced' : 'NOT BALANCED: the log contradicts itself, tell a developer',
];
