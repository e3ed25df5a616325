import { applicableDiscount } from '../../domain/discount/index.js';
import { lateFeeCatalogueId, lateFeeTermsNow } from '../../domain/late-fee/index.js';
import {
  type AppliedDiscount,
  discountedPrice,
  type LateFeeTerms,
  type RentalTerms,
} from '../../domain/pricing/index.js';
import type { RentalPackage } from '../../domain/rental-package/index.js';
import type { Settings } from '../../domain/settings/index.js';
import { discountIdOf, type StationSerial, type UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Handlers } from '../handlers.js';

const secondsPerMinute = 60;

/** Who wants to rent what, where and when. */
export interface TermsWish {
  /** `null` for somebody who has not signed in: discounts are for known users. */
  readonly userId: UserId | null;
  /** `null` where no station is named yet: then no discount applies. */
  readonly station: StationSerial | null;
  readonly at: Instant;
}

/** The catalogue's parts of the terms. */
interface Catalogue {
  readonly discount: AppliedDiscount | null;
  readonly lateFee: LateFeeTerms;
}

const readCatalogue = async (
  handlers: Pick<Handlers, 'discount' | 'lateFee'>,
  { packageId, details }: RentalPackage,
  { userId, station, at, settings }: TermsWish & { readonly settings: Settings },
): Promise<Catalogue> => {
  const [discount, catalogue] = await Promise.all([
    station === null ? null : handlers.discount.load(discountIdOf(station, packageId)),
    handlers.lateFee.load(lateFeeCatalogueId),
  ]);
  return {
    discount:
      discount === null || userId === null
        ? null
        : applicableDiscount(discount.state, { userId, at }),
    lateFee: lateFeeTermsNow(catalogue.state, {
      packageType: details.packageType,
      fallbackMultiplierHundredths: settings.lateFeeFallbackMultiplierHundredths,
    }),
  };
};

/** All that a rental of this package would be agreed on now (P-017, P-073). */
export const termsNow = async (
  handlers: Pick<Handlers, 'discount' | 'lateFee'>,
  offered: RentalPackage,
  wish: TermsWish & { readonly settings: Settings },
): Promise<RentalTerms> => {
  const { settings } = wish;
  const { details } = offered;
  const { discount, lateFee } = await readCatalogue(handlers, offered, wish);
  return {
    packageId: offered.packageId,
    packageName: details.name,
    packageType: details.packageType,
    paymentModel: details.paymentModel,
    durationMinutes: details.durationMinutes,
    listPrice: details.price,
    price: discountedPrice(details.price, discount?.percent ?? 0),
    discount,
    lateFee,
    pointsPerNpr: settings.pointsPerNpr,
    freeCancellationMinutes: settings.freeCancellationMinutes,
    unpaidCancellationFeeMax: settings.unpaidCancellationFeeMax,
    slotSightMaxAgeSeconds: settings.slotSightMaxAgeSeconds,
    returnDecisionSeconds: settings.returnDecisionSeconds,
    swapWindowMinutes: settings.swapWindowMinutes,
    maxExtensions: settings.maxRentalExtensions,
    reminderLeadMinutes: settings.rentalReminderLeadMinutes,
    abandonedAfterMinutes: settings.abandonedAfterMinutes,
    lostItemPenalty: settings.lostPowerBankPenalty,
    minRentalBatteryPercent: settings.minRentalBatteryPercent,
    postpaidMinimumBalance: settings.postpaidMinimumBalance,
    holdTtlSeconds: settings.holdTtlMinutes * secondsPerMinute,
    completionPoints: settings.completionPoints,
    timelyReturnPoints: settings.timelyReturnPoints,
  };
};
