import {
  chargesAtReturn,
  type LateFeeCalculation,
  lateFee,
  lateRateOf,
  type PaidBefore,
  type RentalTerms,
  stillOwed,
  valueOfPoints,
} from '../pricing/index.js';
import { type Instant, isBefore, plusMinutes } from '../shared/instant.js';
import { add, isLess, isPositive, isZero, type Money, sum, zero } from '../shared/money.js';
import type { RentalCharges } from './events.js';
import { type PaymentSplit, zeroSplit } from './request.js';
import {
  chargedUntil,
  hasStarted,
  type Rental,
  type StartedRental,
  takenPayments,
} from './state.js';

/** All that the charges of a rental depend on; a read model's row has the same. */
export interface ChargeBasis {
  readonly terms: RentalTerms;
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  /** Prices of the extensions so far, together. */
  readonly extensions: Money;
}

/** What a rental costs if it ends at one moment, with how the late fee came about (P-030). */
export interface ChargeQuote {
  readonly charges: RentalCharges;
  readonly lateFee: LateFeeCalculation;
}

/** When a bank that is not back counts as lost, and the late fee stops growing (ABN-1). */
export const abandonedAtOf = ({ terms, dueAt }: Pick<ChargeBasis, 'terms' | 'dueAt'>): Instant =>
  plusMinutes(dueAt, terms.abandonedAfterMinutes);

const totalOf = (parts: Omit<RentalCharges, 'total' | 'overdueMinutes'>): Money =>
  sum([parts.use, parts.extensions, parts.lateFee, parts.penalty, parts.staffAmount ?? zero]);

/**
 * The one place where a rental is priced. What is shown live, the preview, the charge at return
 * and the charge at abandonment are all this function at their moment, so that they cannot differ
 * (P-029, P-030). Time beyond the moment of abandonment costs nothing, even if the timer that
 * abandons the rental is late: what is owed must not depend on our punctuality (P-031).
 */
export const quoteAt = (basis: ChargeBasis, at: Instant): ChargeQuote => {
  const { terms, startedAt, dueAt, extensions } = basis;
  const lastChargedAt = abandonedAtOf(basis);
  const endedAt = isBefore(at, lastChargedAt) ? at : lastChargedAt;
  const atReturn = chargesAtReturn(terms, { startedAt, dueAt, endedAt });
  const parts = {
    use: terms.paymentModel === 'PREPAID' ? terms.price : atReturn.use,
    extensions,
    lateFee: atReturn.lateFee.fee,
    penalty: zero,
    staffAmount: null,
  };
  const { overdueMinutes } = atReturn.lateFee;
  const charges = { ...parts, overdueMinutes, total: totalOf(parts) };
  return { charges, lateFee: atReturn.lateFee };
};

export const chargeBasisOf = (rental: StartedRental): ChargeBasis => ({
  terms: rental.request.terms,
  startedAt: rental.run.startedAt,
  dueAt: rental.run.dueAt,
  extensions: sum(rental.extensions.map(({ price }) => price)),
});

/** What the rental costs if the bank is back at `at`, or was put back before. */
export const chargesAt = (rental: StartedRental, at: Instant): RentalCharges =>
  quoteAt(chargeBasisOf(rental), chargedUntil(rental, at)).charges;

/** What an abandoned rental costs: everything up to that moment, and the penalty (ABN-1). */
export const abandonmentCharges = (rental: StartedRental): RentalCharges => {
  const basis = chargeBasisOf(rental);
  const { charges } = quoteAt(basis, abandonedAtOf(basis));
  const parts = { ...charges, penalty: rental.request.terms.lostItemPenalty };
  return { ...parts, total: totalOf(parts) };
};

/**
 * What a rental costs that staff end (ABN-3). What was paid in advance stays; the staff's amount
 * stands for everything that the rules would still charge: late fee, penalty and postpaid use.
 */
export const forcedCharges = (rental: Rental, amount: Money, at: Instant): RentalCharges => {
  const quote = hasStarted(rental) ? chargesAt(rental, at) : null;
  const isPrepaid = rental.request.terms.paymentModel === 'PREPAID';
  const parts = {
    use: isPrepaid && quote !== null ? quote.use : zero,
    extensions: quote?.extensions ?? zero,
    lateFee: zero,
    penalty: zero,
    staffAmount: amount,
  };
  return { ...parts, overdueMinutes: quote?.overdueMinutes ?? 0, total: totalOf(parts) };
};

/** Everything paid so far, and how: points as points, money as money (P-033). */
export const paidSoFar = (rental: Rental): PaidBefore =>
  takenPayments(rental).reduce<PaidBefore>(
    (paid, { amount, split }) => ({
      amount: add(paid.amount, amount),
      split: {
        points: paid.split.points + split.points,
        wallet: add(paid.split.wallet, split.wallet),
      },
    }),
    { amount: zero, split: zeroSplit },
  );

/**
 * What would have to be paid at `at` for nothing to be owed (RET-3, DUE-2, DUE-3): all charges
 * less all payments. Before the start and after a cancellation that is nothing.
 */
export const owedAt = (rental: Rental, at: Instant): Money => {
  const { amount } = paidSoFar(rental);
  if (rental.completion !== null) return stillOwed(rental.completion.charges.total, amount);
  if (rental.cancellation !== null || !hasStarted(rental)) return zero;
  return stillOwed(chargesAt(rental, at).total, amount);
};

/**
 * Whether a split pays exactly an amount (PAY-5). In points alone the last point may be worth
 * more than the rest; that excess is not given back (PAY-3, PAY-4).
 */
export const splitPays = (amount: Money, split: PaymentSplit, pointsPerNpr: number): boolean => {
  const { points, wallet } = split;
  if (!Number.isSafeInteger(points) || points < 0 || isLess(wallet, zero)) return false;
  const value = valueOfPoints(points, pointsPerNpr);
  if (add(value, wallet).minor === amount.minor) return true;
  const isLastPointNeeded = points > 0 && isLess(valueOfPoints(points - 1, pointsPerNpr), amount);
  return isZero(wallet) && isLastPointNeeded && isLess(amount, value);
};

export const PaymentStatuses = ['PENDING', 'PAID', 'FAILED', 'REFUNDED'] as const;
export type PaymentStatus = (typeof PaymentStatuses)[number];

/**
 * The payment status of rules 2.7, never stored: it always follows from what is owed and what was
 * paid, so that no repair job can turn an owed fee into a paid one (P-070).
 */
export const paymentStatusAt = (rental: Rental, at: Instant): PaymentStatus => {
  if (rental.cancellation !== null) {
    const { fee, refund } = rental.cancellation;
    // A cancelled rental is PAID only by the fee that was kept (P-068).
    if (isPositive(fee)) return 'PAID';
    return refund.points > 0 || isPositive(refund.wallet) ? 'REFUNDED' : 'FAILED';
  }
  if (isPositive(owedAt(rental, at))) return 'PENDING';
  if (rental.completion !== null) return 'PAID';
  // A running postpaid rental has not been paid yet, even in a minute in which nothing is owed.
  return hasStarted(rental) && rental.request.terms.paymentModel === 'PREPAID' ? 'PAID' : 'PENDING';
};

/** The late fee as it would be charged for `overdueMinutes`, for the preview (P-030). */
export const previewLateFee = (terms: RentalTerms, overdueMinutes: number): LateFeeCalculation =>
  lateFee(terms.lateFee, lateRateOf(terms), overdueMinutes);
