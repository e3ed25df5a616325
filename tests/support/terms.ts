import type { RentalTerms } from '../../domain/pricing/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { LateFeeConfigId, PackageId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';

const oneHour: RentalTerms = {
  packageId: brandOrThrow(PackageId, 'one-hour'),
  packageName: '1 Hour',
  packageType: 'HOURLY',
  paymentModel: 'PREPAID',
  durationMinutes: 60,
  listPrice: rupees('50'),
  price: rupees('50'),
  discount: null,
  lateFee: {
    configId: brandOrThrow(LateFeeConfigId, 'hourly-double'),
    feeType: 'MULTIPLIER',
    multiplierHundredths: 200,
    flatRatePerHour: rupees('0'),
    graceMinutes: 2,
    capPerDay: rupees('100'),
  },
  pointsPerNpr: 10,
  freeCancellationMinutes: 5,
  unpaidCancellationFeeMax: rupees('500'),
  slotSightMaxAgeSeconds: 60,
  swapWindowMinutes: 5,
  returnDecisionSeconds: 0,
  maxExtensions: 3,
  reminderLeadMinutes: 15,
  abandonedAfterMinutes: 1_440,
  lostItemPenalty: rupees('5000'),
  minRentalBatteryPercent: 20,
  postpaidMinimumBalance: rupees('50'),
  holdTtlSeconds: 7_200,
  completionPoints: 5,
  timelyReturnPoints: 50,
};

/** Terms of the seed package "1 Hour" (rules 3.5, 3.8), with whatever a test wants different. */
export const rentalTerms = (changes: Partial<RentalTerms> = {}): RentalTerms => ({
  ...oneHour,
  ...changes,
});
