/** How rentals look in lists and details. */

import * as t from 'io-ts';
import { stillOwed } from '../domain/pricing/index.js';
import {
  type ChargeBasis,
  CompletionReason,
  PaymentStatuses,
  quoteAt,
  RentalStatus,
} from '../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf } from '../domain/shared/codecs.js';
import { Instant, isAfter } from '../domain/shared/instant.js';
import { isPositive, paisa, zero } from '../domain/shared/money.js';
import { MoneyText } from '../ports/http/money-text.js';
import type { RowOf } from '../projections/engine/table.js';
import type { shownRentals } from '../projections/hot-reads.js';
import type { rentals } from '../projections/rental/tables.js';

export type RentalRow = RowOf<typeof rentals>;
export type ShownRental = RowOf<typeof shownRentals>;

export const Charges = t.strict(
  {
    use: MoneyText,
    extensions: MoneyText,
    late_fee: MoneyText,
    penalty: MoneyText,
    total: MoneyText,
    overdue_minutes: NonNegativeInteger,
  },
  'RentalCharges',
);

export const RentalItem = t.strict(
  {
    rental_id: t.string,
    rental_code: t.string,
    status: RentalStatus,
    payment_status: oneOf('PaymentStatus', PaymentStatuses),
    package: t.strict({ id: t.string, name: t.string, price: MoneyText }),
    pickup_station: t.string,
    return_station: nullable(t.string),
    powerbank_sn: nullable(t.string),
    requested_at: Instant,
    started_at: nullable(Instant),
    due_at: nullable(Instant),
    ended_at: nullable(Instant),
    on_time: nullable(t.boolean),
    completion_reason: nullable(CompletionReason),
    cancellation_code: nullable(t.string),
    extensions_count: NonNegativeInteger,
    swaps_count: NonNegativeInteger,
    paid: t.strict({ amount: MoneyText, points: NonNegativeInteger, wallet: MoneyText }),
    refunded: t.strict({ points: NonNegativeInteger, wallet: MoneyText }),
    /** What it costs, as charged at the end, or as it would be charged now. */
    charges: nullable(Charges),
    owed: MoneyText,
  },
  'Rental',
);
export type RentalItem = t.TypeOf<typeof RentalItem>;

/** What the charges of a running rental depend on; `null` before the start and after the end. */
export const runningBasisOf = (row: ShownRental): ChargeBasis | null => {
  const { terms, started_at: startedAt, due_at: dueAt, status } = row;
  const isRunning = status === 'ACTIVE' || status === 'OVERDUE';
  if (!isRunning || startedAt === null || dueAt === null) return null;
  return { terms, startedAt, dueAt, extensions: paisa(row.extensions_minor) };
};

type ShownCharges = t.TypeOf<typeof Charges>;

/** Charged: as the log fixed it. Running: by the function that will charge it (P-029). */
const chargesOf = (row: ShownRental, now: Instant): ShownCharges | null => {
  const basis = runningBasisOf(row);
  if (basis !== null) {
    const { charges } = quoteAt(basis, now);
    const { use, extensions, lateFee: late_fee, penalty, total } = charges;
    return { use, extensions, late_fee, penalty, total, overdue_minutes: charges.overdueMinutes };
  }
  if (row.total_minor === null) return null;
  return {
    use: paisa(row.use_minor ?? 0),
    extensions: paisa(row.extensions_minor),
    late_fee: paisa(row.late_fee_minor ?? 0),
    penalty: paisa(row.penalty_minor ?? 0),
    total: paisa(row.total_minor),
    overdue_minutes: row.overdue_minutes ?? 0,
  };
};

/** Status and debt as the clock says them: timers may be late (P-031). */
const standingOf = (row: ShownRental, charges: ShownCharges | null, now: Instant) => {
  const isRunning = runningBasisOf(row) !== null;
  if (!isRunning || charges === null) {
    const { status, payment_status } = row;
    return { status, payment_status, owed: paisa(row.owed_minor) };
  }
  const owed = stillOwed(charges.total, paisa(row.paid_minor));
  const isLate = row.due_at !== null && isAfter(now, row.due_at);
  return {
    status: isLate ? ('OVERDUE' as const) : row.status,
    payment_status: isPositive(owed) ? ('PENDING' as const) : row.payment_status,
    owed,
  };
};

export const rentalItem = (row: ShownRental, now: Instant): RentalItem => {
  const charges = chargesOf(row, now);
  return {
    rental_id: row.rental_id,
    rental_code: row.rental_code,
    ...standingOf(row, charges, now),
    package: { id: row.package_id, name: row.package_name, price: paisa(row.price_minor) },
    pickup_station: row.pickup_station,
    return_station: row.return_station,
    powerbank_sn: row.power_bank,
    requested_at: row.requested_at,
    started_at: row.started_at,
    due_at: row.due_at,
    ended_at: row.ended_at,
    on_time: row.is_on_time,
    completion_reason: row.completion_reason,
    cancellation_code: row.cancellation_code,
    extensions_count: row.extensions_count,
    swaps_count: row.swaps_count,
    paid: {
      amount: paisa(row.paid_minor),
      points: row.paid_points,
      wallet: paisa(row.paid_wallet_minor),
    },
    refunded: {
      points: row.refund_points ?? 0,
      wallet: row.refund_wallet_minor === null ? zero : paisa(row.refund_wallet_minor),
    },
    charges,
  };
};
