import { row } from '../row.js';
import { amount, days, minutes, percentHundredths, yesOrNo } from '../values.js';

/** Payments, dues, withdrawals and the shares of the platform. Percentages are in hundredths. */
export const moneySettings = {
  postpaidMinimumBalance: row({
    key: 'POSTPAID_MINIMUM_BALANCE',
    value: amount({ minimum: 0, maximum: 100_000 }),
    initial: '50',
    isPublic: true,
    description: 'Wallet money needed to start a postpaid rental (PKG-3, P-024).',
  }),
  holdTtlMinutes: row({
    key: 'HOLD_TTL_MINUTES',
    value: minutes(1, 10_080),
    initial: '120',
    description: 'How long points and money stay held when nothing else ends the hold (PAY-10).',
  }),
  topUpSuggestionStep: row({
    key: 'TOPUP_SUGGESTION_STEP',
    value: amount({ minimum: 1, maximum: 50_000 }),
    initial: '100',
    isPublic: true,
    description: 'A suggested top-up is the shortfall rounded up to this (PAY-7).',
  }),
  dueReminderDays: row({
    key: 'DUE_REMINDER_DAYS',
    value: days(1, 365),
    initial: '1',
    description: 'Age of an unpaid due at which the renter is reminded (DUE-4).',
  }),
  dueEscalationDays: row({
    key: 'DUE_ESCALATION_DAYS',
    value: days(1, 365),
    initial: '7',
    description: 'Age of an unpaid due at which staff is told (DUE-4).',
  }),
  platformVatPercentHundredths: row({
    key: 'PLATFORM_VAT_PERCENT',
    value: percentHundredths(),
    initial: '13',
    description: 'VAT taken off gross revenue before it is shared (rules 3.23).',
  }),
  platformServiceChargePercentHundredths: row({
    key: 'PLATFORM_SERVICE_CHARGE_PERCENT',
    value: percentHundredths(),
    initial: '2.5',
    description: 'Service charge taken off gross revenue before it is shared (rules 3.23).',
  }),
  withdrawalEnabled: row({
    key: 'WITHDRAWAL_ENABLED',
    value: yesOrNo(),
    initial: 'true',
    isPublic: true,
    description: 'Users may ask for wallet money to be paid out (WDR-1).',
  }),
  withdrawalMinAmount: row({
    key: 'WITHDRAWAL_MIN_AMOUNT',
    value: amount({ minimum: 0, maximum: 100_000 }),
    initial: '100',
    isPublic: true,
    description: 'Smallest withdrawal (WDR-1).',
  }),
  withdrawalMaxPerDay: row({
    key: 'WITHDRAWAL_MAX_DAILY_LIMIT',
    value: amount({ minimum: 0, maximum: 10_000_000 }),
    initial: '10000',
    isPublic: true,
    description: 'Most that a user may withdraw in one day in Kathmandu (WDR-1, P-063).',
  }),
  withdrawalMaxPerMonth: row({
    key: 'WITHDRAWAL_MAX_MONTHLY_LIMIT',
    value: amount({ minimum: 0, maximum: 100_000_000 }),
    initial: '50000',
    isPublic: true,
    description: 'Most that a user may withdraw in one calendar month (WDR-1, P-063).',
  }),
  withdrawalFeePercentHundredths: row({
    key: 'WITHDRAWAL_PROCESSING_FEE_PERCENTAGE',
    value: percentHundredths(),
    initial: '2.0',
    isPublic: true,
    description: 'Part of a withdrawal that is kept as a fee (WDR-1).',
  }),
  withdrawalFeeFixed: row({
    key: 'WITHDRAWAL_PROCESSING_FEE_FIXED',
    value: amount({ minimum: 0, maximum: 100_000 }),
    initial: '10',
    isPublic: true,
    description: 'Fixed part of a withdrawal’s fee (WDR-1).',
  }),
} as const;
