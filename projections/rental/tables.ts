import { PackageType, PaymentModel, RentalTerms } from '../../domain/pricing/index.js';
import {
  CancellationCause,
  CompletionReason,
  PaymentMode,
  PaymentStatuses,
  RentalPaymentPurpose,
  RentalStatus,
  SwapReason,
} from '../../domain/rental/index.js';
import { oneOf } from '../../domain/shared/codecs.js';
import {
  count,
  flag,
  instant,
  json,
  maybe,
  minor,
  position,
  small,
  text,
  word,
} from '../engine/columns.js';
import { defineTable } from '../engine/table.js';

export const PaymentStatusWord = oneOf('PaymentStatus', PaymentStatuses);

/** What a rental was agreed on, and how it began. */
const agreement = {
  rental_id: text,
  rental_code: text,
  user_id: text,
  status: word(RentalStatus),
  /** As of the last event; what is owed while the bank is out grows with the clock (P-029). */
  payment_status: word(PaymentStatusWord),
  payment_mode: word(PaymentMode),
  package_id: text,
  package_name: text,
  package_type: word(PackageType),
  payment_model: word(PaymentModel),
  price_minor: minor,
  discount_id: maybe(text),
  discount_percent: maybe(small),
  /** All terms, so that a live fee is computed by the same function that will charge it. */
  terms: json(RentalTerms),
  requested_at: instant,
  pickup_station: text,
  pickup_slot: maybe(small),
  /** The bank that the renter answers for now; swaps change it. */
  power_bank: maybe(text),
  start_battery_percent: maybe(small),
  is_eject_undecided: flag,
  started_at: maybe(instant),
  due_at: maybe(instant),
  overdue_at: maybe(instant),
  /** The renter announced to put the bank back into the pickup station: to cancel, or to swap. */
  awaited_put_back_wish: maybe(text),
  awaited_put_back_until: maybe(instant),
  /** The bank was put back, and the renter may still choose what to do. */
  put_back_wish: maybe(text),
  put_back_slot: maybe(small),
  put_back_at: maybe(instant),
  put_back_decide_by: maybe(instant),
} as const;

/** How it ended, and what it cost. */
const ending = {
  return_station: maybe(text),
  return_slot: maybe(small),
  return_battery_percent: maybe(small),
  returned_at: maybe(instant),
  ended_at: maybe(instant),
  completion_reason: maybe(word(CompletionReason)),
  is_on_time: maybe(flag),
  staff_note: maybe(text),
  use_minor: maybe(minor),
  late_fee_minor: maybe(minor),
  overdue_minutes: maybe(small),
  penalty_minor: maybe(minor),
  staff_amount_minor: maybe(minor),
  /** Sum of all charges, fixed at the end. */
  total_minor: maybe(minor),
  extensions_minor: minor,
  paid_minor: minor,
  paid_points: count,
  paid_wallet_minor: minor,
  /** What is unpaid of the fixed charges; 0 before the end. */
  owed_minor: minor,
  due_opened_at: maybe(instant),
  due_settled_at: maybe(instant),
} as const;

const cancellation = {
  cancellation_requested_at: maybe(instant),
  cancelled_at: maybe(instant),
  cancellation_cause: maybe(word(CancellationCause)),
  /** The refusal word that clients know, such as `no_power_bank_available`. */
  cancellation_code: maybe(text),
  cancellation_reason: maybe(text),
  cancellation_fee_minor: maybe(minor),
  refund_points: maybe(count),
  refund_wallet_minor: maybe(minor),
  refund_paid_at: maybe(instant),
} as const;

export const rentals = defineTable({
  name: 'rentals',
  columns: {
    ...agreement,
    ...ending,
    ...cancellation,
    extensions_count: small,
    swaps_count: small,
    lost_found_at: maybe(instant),
    updated_at: instant,
    position,
  },
  key: ['rental_id'],
  constraints: ['CHECK (owed_minor >= 0)', 'CHECK ((started_at IS NULL) = (due_at IS NULL))'],
  indexes: [
    'CREATE INDEX rentals_of_user ON rentals (user_id, requested_at DESC, rental_id)',
    `CREATE INDEX open_rentals_of_user ON rentals (user_id)
       WHERE status IN ('PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE')`,
    'CREATE INDEX rentals_newest ON rentals (requested_at DESC, rental_id)',
    'CREATE INDEX rentals_by_code ON rentals (rental_code)',
    'CREATE INDEX rentals_of_station ON rentals (pickup_station, requested_at DESC)',
    'CREATE INDEX rentals_of_power_bank ON rentals (power_bank)',
  ],
});

export const RentalPaymentStatusWord = oneOf('RentalPaymentStatus', [
  'planned',
  'secured',
  'declined',
  'confirmed',
  'captured',
  'released',
]);

/** Payments with their splits, in the order in which they were planned (P-033). */
export const payments = defineTable({
  name: 'payments',
  columns: {
    rental_id: text,
    payment_id: text,
    purpose: word(RentalPaymentPurpose),
    status: word(RentalPaymentStatusWord),
    amount_minor: minor,
    points: count,
    wallet_minor: minor,
    /** What was missing, when a hold was refused. */
    shortfall_minor: maybe(minor),
    planned_at: instant,
    updated_at: instant,
    position,
  },
  key: ['rental_id', 'payment_id'],
});

/** Extensions bought (rules 2.8); never changed. */
export const extensions = defineTable({
  name: 'extensions',
  columns: {
    rental_id: text,
    payment_id: text,
    package_id: text,
    package_name: text,
    minutes: small,
    price_minor: minor,
    previous_due_at: instant,
    due_at: instant,
    at: instant,
    position,
  },
  key: ['rental_id', 'payment_id'],
});

export const SwapStatus = oneOf('SwapStatus', ['OPEN', 'COMPLETED', 'FAILED']);

/** Swaps, done or not (SWAP-4). */
export const swaps = defineTable({
  name: 'swaps',
  columns: {
    rental_id: text,
    swap_id: text,
    status: word(SwapStatus),
    reason: word(SwapReason),
    description: maybe(text),
    station: text,
    old_power_bank: text,
    old_slot: small,
    old_battery_percent: maybe(small),
    new_power_bank: maybe(text),
    new_slot: maybe(small),
    new_battery_percent: maybe(small),
    failure_code: maybe(text),
    requested_at: instant,
    settled_at: maybe(instant),
    position,
  },
  key: ['rental_id', 'swap_id'],
});
