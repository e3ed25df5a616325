import { invariant } from '../shared/assert.js';
import type { LateFeeConfigId } from '../shared/ids.js';
import { type Instant, wholeMinutesBetween } from '../shared/instant.js';
import { type Money, moneyOfRatio, paisa, smaller, zero } from '../shared/money.js';
import { addRatio, multiply, type Ratio, ratio } from '../shared/ratio.js';
import type { LateFeeTerms, PackageType, RatePerMinute, RentalTerms } from './terms.js';

/** Length of one cap period: 24 hours, counted from the end of grace (LATE-3). */
const minutesPerCapPeriod = 1_440;
const minutesPerHour = 60;

/** A fee together with everything that it was computed from (P-030). */
export interface LateFeeCalculation {
  readonly fee: Money;
  readonly overdueMinutes: number;
  /** Overdue minutes beyond grace: those that cost. */
  readonly effectiveMinutes: number;
  /** Started periods of 24 hours, at least one; each opens one more cap (LATE-3). */
  readonly capPeriods: number;
  readonly isCapped: boolean;
  readonly terms: LateFeeTerms;
  readonly rate: RatePerMinute;
}

/** Whole minutes past due; a return up to and including the due time is on time (LATE-1). */
export const overdueMinutesOf = (dueAt: Instant, endedAt: Instant): number =>
  wholeMinutesBetween(dueAt, endedAt);

/**
 * The rate that late minutes cost. It is the original package's list price: neither extensions
 * nor discounts change it (LATE-6, P-086).
 */
export const lateRateOf = (
  terms: Pick<RentalTerms, 'listPrice' | 'durationMinutes'>,
): RatePerMinute => ({ price: terms.listPrice, minutes: terms.durationMinutes });

/** Price of `minutes` at a rate, in paisa, still exact (PKG-1). */
export const priceOfMinutes = (rate: RatePerMinute, minutes: number): Ratio =>
  multiply(ratio(rate.price.minor, rate.minutes), ratio(minutes));

const feeByMultiplier = (terms: LateFeeTerms, rate: RatePerMinute, minutes: number): Ratio =>
  multiply(priceOfMinutes(rate, minutes), ratio(terms.multiplierHundredths, 100));

const feeByFlatRate = (terms: LateFeeTerms, minutes: number): Ratio =>
  ratio(BigInt(terms.flatRatePerHour.minor) * BigInt(minutes), minutesPerHour);

/** The fee before cap and rounding, in paisa (LATE-2). */
const rawFee = (terms: LateFeeTerms, rate: RatePerMinute, minutes: number): Ratio => {
  switch (terms.feeType) {
    case 'MULTIPLIER':
      return feeByMultiplier(terms, rate, minutes);
    case 'FLAT_RATE':
      return feeByFlatRate(terms, minutes);
    case 'COMPOUND':
      return addRatio(feeByMultiplier(terms, rate, minutes), feeByFlatRate(terms, minutes));
  }
};

/**
 * Late fee of `overdueMinutes` whole minutes (LATE-1 to LATE-3). The live amount, the preview and
 * the charge at return are all this one function, so they cannot differ (P-029).
 */
export const lateFee = (
  terms: LateFeeTerms,
  rate: RatePerMinute,
  overdueMinutes: number,
): LateFeeCalculation => {
  invariant(Number.isSafeInteger(overdueMinutes), 'overdue minutes are whole');
  invariant(overdueMinutes >= 0, 'overdue minutes are not negative');
  const effectiveMinutes = Math.max(0, overdueMinutes - terms.graceMinutes);
  const capPeriods = Math.max(1, Math.ceil(effectiveMinutes / minutesPerCapPeriod));
  // Rounding before the cap equals rounding after it, because a cap is whole paisa.
  const uncapped = moneyOfRatio(rawFee(terms, rate, effectiveMinutes));
  const fee =
    terms.capPerDay === null
      ? uncapped
      : smaller(uncapped, paisa(terms.capPerDay.minor * capPeriods));
  return {
    fee,
    overdueMinutes,
    effectiveMinutes,
    capPeriods,
    isCapped: fee.minor < uncapped.minor,
    terms,
    rate,
  };
};

/** An active configuration, as far as choosing one needs to know it. */
export interface LateFeeCandidate extends Omit<LateFeeTerms, 'configId'> {
  readonly configId: LateFeeConfigId;
  readonly packageTypes: readonly PackageType[];
}

/** An empty list of package types means all of them (rules 2.11). */
export const appliesTo = (types: readonly PackageType[], packageType: PackageType): boolean =>
  types.length === 0 || types.includes(packageType);

const termsOf = (candidate: LateFeeCandidate): LateFeeTerms => ({
  configId: candidate.configId,
  feeType: candidate.feeType,
  multiplierHundredths: candidate.multiplierHundredths,
  flatRatePerHour: candidate.flatRatePerHour,
  graceMinutes: candidate.graceMinutes,
  capPerDay: candidate.capPerDay,
});

/** Where no configuration is active: a multiple of the rate, no grace, no cap (LATE-4). */
export const fallbackLateFeeTerms = (multiplierHundredths: number): LateFeeTerms => ({
  configId: null,
  feeType: 'MULTIPLIER',
  multiplierHundredths,
  flatRatePerHour: zero,
  graceMinutes: 0,
  capPerDay: null,
});

export interface LateFeeSelection {
  readonly packageType: PackageType;
  /** Setting LATE_FEE_FALLBACK_MULTIPLIER, in hundredths. */
  readonly fallbackMultiplierHundredths: number;
}

/** The terms for a package's type among the active configurations (LATE-4, P-085). */
export const selectLateFeeTerms = (
  active: readonly LateFeeCandidate[],
  { packageType, fallbackMultiplierHundredths }: LateFeeSelection,
): LateFeeTerms => {
  const chosen = active.find(({ packageTypes }) => appliesTo(packageTypes, packageType));
  return chosen === undefined
    ? fallbackLateFeeTerms(fallbackMultiplierHundredths)
    : termsOf(chosen);
};
