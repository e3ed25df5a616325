import { row } from '../row.js';
import { amount, hundredths, minutes, seconds, whole, wholePercent, yesOrNo } from '../values.js';

/** What a rental is agreed on: who may rent, how long things are allowed, what lateness costs. */
export const rentingSettings = {
  needRentalsProfileComplete: row({
    key: 'NEED_RENTALS_PROFILE_COMPLETE',
    value: yesOrNo(),
    initial: 'false',
    whenMissing: 'true',
    isPublic: true,
    description: 'Only users with a complete profile may rent (START-2).',
  }),
  needRentalsKycVerified: row({
    key: 'NEED_RENTALS_KYC_VERIFIED',
    value: yesOrNo(),
    initial: 'false',
    whenMissing: 'true',
    isPublic: true,
    description: 'Only users with approved KYC may rent (START-3).',
  }),
  minRentalBatteryPercent: row({
    key: 'MIN_RENTAL_BATTERY',
    value: wholePercent(),
    initial: '20',
    description: 'Charge below which a power bank is not handed out (START-10, SWAP-1).',
  }),
  freeCancellationMinutes: row({
    key: 'NO_CHARGE_RENTAL_CANCELLATION_TIME',
    value: minutes(0, 1_440),
    initial: '5',
    isPublic: true,
    description: 'Use up to which cancelling a running rental is free (CAN-3).',
  }),
  rentalCancellationWindowMinutes: row({
    key: 'RENTAL_CANCELLATION_WINDOW_MINUTES',
    value: minutes(0, 1_440),
    initial: '5',
    description: 'Earlier name of the free cancellation time; shown, but without effect.',
  }),
  unpaidCancellationFeeMax: row({
    key: 'UNPAID_CANCELLATION_FEE_MAX',
    value: amount({ minimum: 0, maximum: 100_000 }),
    initial: '500',
    description: 'Highest cancellation fee of a rental for which nothing was paid (CAN-4).',
  }),
  swapWindowMinutes: row({
    key: 'SWAPPING_MAX_TIME',
    value: minutes(0, 1_440),
    initial: '5',
    isPublic: true,
    description: 'Time after the start within which a swap is possible (SWAP-1).',
  }),
  returnDecisionSeconds: row({
    key: 'RETURN_DECISION_SECONDS',
    value: seconds(0, 600),
    initial: '0',
    description:
      'How long an unannounced return to the pickup station may become a cancellation or swap.',
  }),
  maxRentalExtensions: row({
    key: 'MAX_RENTAL_EXTENSIONS',
    value: whole('rentals', { minimum: 0, maximum: 100 }),
    initial: '3',
    isPublic: true,
    description: 'How often one rental may be extended (EXT-1, P-020).',
  }),
  rentalReminderLeadMinutes: row({
    key: 'RENTAL_REMINDER_LEAD_MINUTES',
    value: minutes(1, 1_440),
    initial: '15',
    description: 'How long before the due time the renter is reminded (START-16).',
  }),
  abandonedAfterMinutes: row({
    key: 'ABANDONED_AFTER_MINUTES',
    value: minutes(1, 43_200),
    initial: '1440',
    description: 'Time past due after which a rental is closed as abandoned (ABN-1).',
  }),
  lostPowerBankPenalty: row({
    key: 'LOST_POWERBANK_PENALTY',
    value: amount({ minimum: 0, maximum: 1_000_000 }),
    initial: '5000',
    isPublic: true,
    description: 'Added when a power bank is not back when its rental is abandoned (ABN-1).',
  }),
  lateFeeFallbackMultiplierHundredths: row({
    key: 'LATE_FEE_FALLBACK_MULTIPLIER',
    value: hundredths('times', { minimum: 0, maximum: 1_000 }),
    initial: '2.0',
    description: 'Multiple of the rate where no late-fee configuration is active (LATE-4).',
  }),
  slotSightMaxAgeSeconds: row({
    key: 'SLOT_SIGHT_MAX_AGE_SECONDS',
    value: seconds(1, 3_600),
    initial: '60',
    description: 'Age up to which a cabinet’s sight of a bank proves its place (CAN-2, P-011).',
  }),
  cycleShortRentalSeconds: row({
    key: 'CYCLE_SHORT_RENTAL_SECONDS',
    value: seconds(0, 3_600),
    initial: '300',
    description: 'A return sooner than this hints at a hardware fault (rules 2.6).',
  }),
  rentalStartLimitPerMinute: row({
    key: 'RENTAL_START_LIMIT_PER_MINUTE',
    value: whole('requests a minute', { minimum: 1, maximum: 1_000 }),
    initial: '3',
    description: 'Rental starts that one user may ask for (rules 3.2).',
  }),
  rentalSwapLimitPerMinute: row({
    key: 'RENTAL_SWAP_LIMIT_PER_MINUTE',
    value: whole('requests a minute', { minimum: 1, maximum: 1_000 }),
    initial: '5',
    description: 'Swaps that one user may ask for (rules 3.2).',
  }),
  rentalPricePerHour: row({
    key: 'RENTAL_PRICE_PER_HOUR',
    value: amount({ minimum: 0, maximum: 100_000 }),
    initial: '50',
    isPublic: true,
    description: 'Informative: what an hour costs. The packages hold the real prices.',
  }),
  maxRentalHours: row({
    key: 'MAX_RENTAL_HOURS',
    value: whole('hours', { minimum: 1, maximum: 8_760 }),
    initial: '24',
    isPublic: true,
    description: 'Informative: the longest rental without extension.',
  }),
} as const;
