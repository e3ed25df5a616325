import type { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import type { LoggedIn } from '../engine/projection.js';
import { appendRows, loadRows, type Rows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { extensions, payments, rentals, swaps } from './tables.js';

export type RentalRow = RowOf<typeof rentals>;
export type PaymentRow = RowOf<typeof payments>;

export type RentalContext = Readonly<{
  rentals: Rows<RentalRow>;
  payments: Rows<PaymentRow>;
  extensions: Rows<RowOf<typeof extensions>>;
  swaps: Rows<RowOf<typeof swaps>>;
}>;

/**
 * Most events are about the rental alone, and somebody may wait to see them: what they do not touch
 * is not read.
 */
export const openRentals = async (
  sql: Sql,
  ids: readonly string[],
  events: readonly LoggedIn<'rental'>[],
): Promise<RentalContext> => {
  const idsWith = (what: 'Payment' | 'Swap'): readonly string[] =>
    events.filter(({ event }) => event.type.startsWith(what)).map(({ streamId }) => streamId);
  return {
    rentals: await loadRows(sql, rentals, 'rental_id', ids),
    payments: await loadRows(sql, payments, 'rental_id', idsWith('Payment')),
    extensions: appendRows(sql, extensions),
    swaps: await loadRows(sql, swaps, 'rental_id', idsWith('Swap')),
  };
};

/** Changes the row of the rental that the event is about. */
export const change = (
  context: RentalContext,
  { streamId, position }: LoggedIn<'rental'>,
  changes: Partial<RentalRow> & { readonly updated_at: Instant },
): void => context.rentals.update([streamId], { ...changes, position });

/** No bank is put back: the renter holds it, or the rental is over. */
export const notPutBack = {
  put_back_wish: null,
  put_back_slot: null,
  put_back_at: null,
  put_back_decide_by: null,
} as const;

export const notAwaited = { awaited_put_back_wish: null, awaited_put_back_until: null } as const;

/** What is unpaid of the charges that were fixed at the end; nothing before that. */
export const owedOf = (total: number | null, paid: number): number =>
  total === null ? 0 : Math.max(0, total - paid);

/**
 * The payment status as far as events tell it (rules 2.7). The domain's `paymentStatusAt` says the
 * same with the clock's help, for a rental that is running late.
 */
export const paymentStatusOf = (rental: RentalRow): RentalRow['payment_status'] => {
  if (rental.status === 'CANCELLED') {
    if ((rental.cancellation_fee_minor ?? 0) > 0) return 'PAID';
    const isRefunded = (rental.refund_points ?? 0) > 0 || (rental.refund_wallet_minor ?? 0) > 0;
    return isRefunded ? 'REFUNDED' : 'FAILED';
  }
  if (rental.status === 'COMPLETED') return rental.owed_minor > 0 ? 'PENDING' : 'PAID';
  const isPaidAhead = rental.started_at !== null && rental.payment_model === 'PREPAID';
  return isPaidAhead ? 'PAID' : 'PENDING';
};

/** Brings the payment status in line with what has just changed. */
export const settleStatus = (context: RentalContext, { streamId }: LoggedIn<'rental'>): void => {
  const rental = context.rentals.get(streamId);
  if (rental === undefined) return;
  context.rentals.update([streamId], { payment_status: paymentStatusOf(rental) });
};
