import * as E from 'fp-ts/lib/Either.js';
import type { PaymentChoice, PaymentSplit } from '../rental/request.js';
import { invariant } from '../shared/assert.js';
import {
  add,
  isLess,
  isZero,
  type Money,
  moneyOfRatio,
  paisa,
  smaller,
  subtract,
  zero,
} from '../shared/money.js';
import { floorRatio, multiply, type Ratio, ratio } from '../shared/ratio.js';

const paisaPerNpr = 100;

/** What a renter can spend: holds are already taken off. */
export interface Available {
  readonly points: number;
  readonly wallet: Money;
}

export interface PaymentQuestion {
  readonly amount: Money;
  readonly choice: PaymentChoice;
  readonly available: Available;
  /** Setting POINTS_PER_NPR: how many points pay for one rupee (PAY-1). */
  readonly pointsPerNpr: number;
  /** Setting TOPUP_SUGGESTION_STEP: a suggested top-up is a multiple of it (PAY-7). */
  readonly topUpStep: Money;
}

/** How far the balances reach: `pointsValue + wallet + shortfall` is the required amount. */
export interface PaymentBreakdown {
  readonly points: number;
  readonly pointsValue: Money;
  readonly wallet: Money;
}

export type PaymentRefusal =
  | {
      readonly kind: 'InsufficientFunds';
      readonly required: Money;
      readonly shortfall: Money;
      readonly suggestedTopUp: Money;
      readonly breakdown: PaymentBreakdown;
    }
  | {
      readonly kind: 'InvalidSplit';
      readonly fault: 'ModeTakesNoSplit' | 'NegativePart' | 'BeyondBalance';
      readonly split: PaymentSplit;
      readonly available: Available;
    }
  | {
      readonly kind: 'SplitTotalMismatch';
      readonly split: PaymentSplit;
      readonly total: Money;
      readonly required: Money;
    };

/** Points as money (PAY-1): at 10 points for NPR 1, 639 points are NPR 63.90. */
export const valueOfPoints = (points: number, pointsPerNpr: number): Money =>
  moneyOfRatio(ratio(BigInt(points) * BigInt(paisaPerNpr), pointsPerNpr));

/** Money as points, still a fraction. */
const pointsFor = (amount: Money, pointsPerNpr: number): Ratio =>
  multiply(ratio(amount.minor, paisaPerNpr), ratio(pointsPerNpr));

const ceilRatio = ({ numerator, denominator }: Ratio): number =>
  -floorRatio(ratio(-numerator, denominator));

/** A shortfall rounded up to full steps (PAY-7): short of 30.00 in steps of 100.00 is 100.00. */
export const suggestedTopUp = (shortfall: Money, step: Money): Money => {
  invariant(step.minor > 0, 'the step of suggested top-ups is positive');
  return paisa(ceilRatio(ratio(shortfall.minor, step.minor)) * step.minor);
};

type Plan = E.Either<PaymentRefusal, PaymentSplit>;

/** Says how much is missing when `points` and the whole of `wallet` are used up. */
const insufficient = (question: PaymentQuestion, points: number, wallet: Money): Plan => {
  const { amount, pointsPerNpr, topUpStep } = question;
  const pointsValue = smaller(amount, valueOfPoints(points, pointsPerNpr));
  const shortfall = subtract(amount, add(pointsValue, wallet));
  return E.left({
    kind: 'InsufficientFunds',
    required: amount,
    shortfall,
    suggestedTopUp: suggestedTopUp(shortfall, topUpStep),
    breakdown: { points, pointsValue, wallet },
  });
};

const planWallet = (question: PaymentQuestion): Plan => {
  const { amount, available } = question;
  if (isLess(available.wallet, amount)) return insufficient(question, 0, available.wallet);
  return E.right({ points: 0, wallet: amount });
};

/** PAY-3: as many whole points as cover the amount; the excess of the last is not given back. */
const planPoints = (question: PaymentQuestion): Plan => {
  const { amount, available, pointsPerNpr } = question;
  const needed = ceilRatio(pointsFor(amount, pointsPerNpr));
  if (available.points < needed) return insufficient(question, available.points, zero);
  return E.right({ points: needed, wallet: zero });
};

/** PAY-4: points as far as they go, the rest from the wallet. */
const planPointsThenWallet = (question: PaymentQuestion): Plan => {
  const { amount, available, pointsPerNpr } = question;
  const points = Math.min(available.points, floorRatio(pointsFor(amount, pointsPerNpr)));
  const rest = subtract(amount, valueOfPoints(points, pointsPerNpr));
  if (!isLess(available.wallet, rest)) return E.right({ points, wallet: rest });
  // With points left over, the rest is a fraction of one point, so one more covers all of it.
  if (points < available.points) return E.right({ points: points + 1, wallet: zero });
  return insufficient(question, points, available.wallet);
};

/** PAY-5: the renter's own split must add up exactly and be covered by both balances. */
const planExplicit = (question: PaymentQuestion, split: PaymentSplit): Plan => {
  const { amount, available, choice, pointsPerNpr } = question;
  const invalid = (fault: 'ModeTakesNoSplit' | 'NegativePart' | 'BeyondBalance'): Plan =>
    E.left({ kind: 'InvalidSplit', fault, split, available });

  if (choice.mode !== 'wallet_points') return invalid('ModeTakesNoSplit');
  if (split.points < 0 || split.wallet.minor < 0) return invalid('NegativePart');
  const total = add(split.wallet, valueOfPoints(split.points, pointsPerNpr));
  if (!isZero(subtract(total, amount))) {
    return E.left({ kind: 'SplitTotalMismatch', split, total, required: amount });
  }
  if (available.points < split.points || isLess(available.wallet, split.wallet)) {
    return invalid('BeyondBalance');
  }
  return E.right(split);
};

/**
 * How an amount is paid from points and wallet, or why it cannot be (PAY-2 to PAY-5, PAY-7).
 * The preview and the real payment ask this same function.
 */
export const planPayment = (question: PaymentQuestion): Plan => {
  const { choice } = question;
  if (choice.split !== null) return planExplicit(question, choice.split);
  switch (choice.mode) {
    case 'wallet':
      return planWallet(question);
    case 'points':
      return planPoints(question);
    case 'wallet_points':
      return planPointsThenWallet(question);
  }
};

export interface PaidBefore {
  /** Price that was paid. */
  readonly amount: Money;
  /** How it was paid; in mode `points` its value may exceed the price by part of a point. */
  readonly split: PaymentSplit;
}

/**
 * What comes back when `fee` is kept of a payment (CAN-5, P-067): points in the proportion in
 * which they were paid, rounded down, and the rest to the wallet. Without a fee everything comes
 * back exactly as it was paid (CAN-3, P-008).
 */
export const refundAfterFee = (
  paid: PaidBefore,
  fee: Money,
  pointsPerNpr: number,
): PaymentSplit => {
  invariant(fee.minor >= 0 && !isLess(paid.amount, fee), 'a fee is part of what was paid');
  if (isZero(fee)) return paid.split;
  const refund = subtract(paid.amount, fee);
  const points = floorRatio(
    multiply(ratio(paid.split.points), ratio(refund.minor, paid.amount.minor)),
  );
  const pointsValue = valueOfPoints(points, pointsPerNpr);
  // The excess paid in mode `points` may make the points worth a little more than the refund.
  const wallet = isLess(pointsValue, refund) ? subtract(refund, pointsValue) : zero;
  return { points, wallet };
};
