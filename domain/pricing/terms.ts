import * as t from 'io-ts';
import {
  integer,
  NonNegativeInteger,
  nullable,
  oneOf,
  Percent,
  PositiveInteger,
} from '../shared/codecs.js';
import { DiscountId, LateFeeConfigId, PackageId } from '../shared/ids.js';
import { Money } from '../shared/money.js';

export const PackageType = oneOf('PackageType', ['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY']);
export type PackageType = t.TypeOf<typeof PackageType>;

export const PaymentModel = oneOf('PaymentModel', ['PREPAID', 'POSTPAID']);
export type PaymentModel = t.TypeOf<typeof PaymentModel>;

export const FeeType = oneOf('FeeType', ['MULTIPLIER', 'FLAT_RATE', 'COMPOUND']);
export type FeeType = t.TypeOf<typeof FeeType>;

/** A multiplier in hundredths: 200 is 2.0 times. */
export const Hundredths = integer('Hundredths', { minimum: 0, maximum: 100_000 });

/** How overdue time is charged; a copy of the configuration in force, kept with the rental. */
export const LateFeeTerms = t.strict(
  {
    /** `null`: no configuration was active for the package's type (LATE-4). */
    configId: nullable(LateFeeConfigId),
    feeType: FeeType,
    multiplierHundredths: Hundredths,
    flatRatePerHour: Money,
    graceMinutes: NonNegativeInteger,
    /** Most that one started period of 24 hours costs; `null` is no limit. */
    capPerDay: nullable(Money),
  },
  'LateFeeTerms',
);
export type LateFeeTerms = t.TypeOf<typeof LateFeeTerms>;

/** Price ÷ minutes as a fraction: never rounded before the final amount (PKG-1). */
export const RatePerMinute = t.strict({ price: Money, minutes: PositiveInteger }, 'RatePerMinute');
export type RatePerMinute = t.TypeOf<typeof RatePerMinute>;

export const AppliedDiscount = t.strict(
  { discountId: DiscountId, percent: Percent },
  'AppliedDiscount',
);
export type AppliedDiscount = t.TypeOf<typeof AppliedDiscount>;

/**
 * All that a rental was agreed on. Everything in it comes from settings and catalogues at the
 * moment of the start and stays with the rental: later edits do not change a running one (LATE-5,
 * P-017).
 */
export const RentalTerms = t.strict(
  {
    packageId: PackageId,
    packageName: t.string,
    packageType: PackageType,
    paymentModel: PaymentModel,
    durationMinutes: PositiveInteger,
    /** Price of the package without discount; the late rate comes from it (LATE-6). */
    listPrice: Money,
    /** What a prepaid rental costs, discount taken off (START-15). */
    price: Money,
    discount: nullable(AppliedDiscount),
    lateFee: LateFeeTerms,
    pointsPerNpr: PositiveInteger,
    freeCancellationMinutes: NonNegativeInteger,
    /** Highest cancellation fee where nothing was paid (CAN-4). */
    unpaidCancellationFeeMax: Money,
    /** How fresh the cabinet's sight of the bank must be for cancelling (CAN-2). */
    slotSightMaxAgeSeconds: PositiveInteger,
    swapWindowMinutes: NonNegativeInteger,
    /**
     * How long an unannounced return to the pickup station stays open for cancelling or swapping;
     * 0 ends the rental at once.
     */
    returnDecisionSeconds: NonNegativeInteger,
    maxExtensions: NonNegativeInteger,
    reminderLeadMinutes: NonNegativeInteger,
    abandonedAfterMinutes: PositiveInteger,
    lostItemPenalty: Money,
    minRentalBatteryPercent: Percent,
    postpaidMinimumBalance: Money,
    holdTtlSeconds: PositiveInteger,
    completionPoints: NonNegativeInteger,
    timelyReturnPoints: NonNegativeInteger,
  },
  'RentalTerms',
);
export type RentalTerms = t.TypeOf<typeof RentalTerms>;
