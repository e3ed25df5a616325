import { type Instant, wholeMinutesBetween } from '../shared/instant.js';
import { add, isLess, type Money, moneyOfRatio, smaller, subtract, zero } from '../shared/money.js';
import { multiply, ratio } from '../shared/ratio.js';
import {
  type LateFeeCalculation,
  lateFee,
  lateRateOf,
  overdueMinutesOf,
  priceOfMinutes,
} from './late-fee.js';
import type { LateFeeTerms, RatePerMinute, RentalTerms } from './terms.js';

/** Price with a percentage taken off, half-up (START-15): 150.00 at 20 % is 120.00. */
export const discountedPrice = (listPrice: Money, percent: number): Money =>
  moneyOfRatio(multiply(ratio(listPrice.minor), ratio(100 - percent, 100)));

/** What the use of a postpaid rental costs, late fee not included (PKG-2). */
export const postpaidUse = (rate: RatePerMinute, usedMinutes: number): Money =>
  moneyOfRatio(priceOfMinutes(rate, usedMinutes));

export interface RentalTimes {
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  readonly endedAt: Instant;
}

export interface ReturnCharges {
  /** Cost of the use itself; zero when prepaid, because it was paid at the start. */
  readonly use: Money;
  readonly lateFee: LateFeeCalculation;
  /** What the return costs in all, before what was already paid for it (RET-3). */
  readonly total: Money;
}

/**
 * What a rental that ends (or would end) at `endedAt` costs on top of a prepaid price (RET-3).
 * A discount lowers the use, never the late rate (LATE-6).
 */
export const chargesAtReturn = (terms: RentalTerms, times: RentalTimes): ReturnCharges => {
  const use =
    terms.paymentModel === 'PREPAID'
      ? zero
      : postpaidUse(
          { price: terms.price, minutes: terms.durationMinutes },
          wholeMinutesBetween(times.startedAt, times.endedAt),
        );
  const overdueMinutes = overdueMinutesOf(times.dueAt, times.endedAt);
  const late = lateFee(terms.lateFee, lateRateOf(terms), overdueMinutes);
  return { use, lateFee: late, total: add(use, late.fee) };
};

/** What is still to pay of a charge; overpaying leaves nothing owed, never less (P-069). */
export const stillOwed = (charge: Money, alreadyPaid: Money): Money =>
  isLess(alreadyPaid, charge) ? subtract(charge, alreadyPaid) : zero;

export interface Cancellation {
  readonly lateFee: LateFeeTerms;
  readonly rate: RatePerMinute;
  readonly usedMinutes: number;
  /** Setting NO_CHARGE_RENTAL_CANCELLATION_TIME: up to and including it nothing is charged. */
  readonly freeMinutes: number;
  readonly paid: Money;
  /** Highest fee where nothing was paid (CAN-4). */
  readonly unpaidFeeMax: Money;
}

/**
 * Fee for cancelling a running rental: the late-fee formula, grace included, on the minutes
 * beyond the free ones, and never above what was paid (CAN-3, CAN-4).
 */
export const cancellationFee = (cancellation: Cancellation): Money => {
  const { usedMinutes, freeMinutes, paid, unpaidFeeMax } = cancellation;
  if (usedMinutes <= freeMinutes) return zero;
  const { fee } = lateFee(cancellation.lateFee, cancellation.rate, usedMinutes - freeMinutes);
  return smaller(fee, paid.minor > 0 ? paid : unpaidFeeMax);
};
