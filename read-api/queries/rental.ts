import * as t from 'io-ts';
import type { RentalStatus } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows, WholeNumberColumn } from '../../ports/rows.js';
import { extensions, payments, rentals, swaps } from '../../projections/rental/tables.js';
import { type Condition, select, when } from './select.js';

/** The row after which a page begins. */
export interface After {
  readonly at: Instant;
  readonly id: string;
}

/** Newest first; rows of one moment by their id. */
export const after = (
  place: After | undefined,
  { at, id }: { readonly at: string; readonly id: string },
): Condition =>
  place === undefined
    ? null
    : [`(${at} < ? OR (${at} = ? AND ${id} > ?))`, place.at, place.at, place.id];

export interface RentalFilter {
  readonly userId?: string;
  readonly status?: RentalStatus | undefined;
  readonly paymentStatus?: string | undefined;
  readonly station?: string | undefined;
  /** Requested at or after. */
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Rentals that fit, newest first. */
export const rentalsWhere = (
  filter: RentalFilter,
  page: { readonly limit: number; readonly after: After | undefined },
) =>
  select('rental', rentals, {
    where: [
      when('user_id = ?', filter.userId),
      when('status = ?', filter.status),
      when('payment_status = ?', filter.paymentStatus),
      when('pickup_station = ?', filter.station),
      when('requested_at >= ?', filter.since),
      when('requested_at < ?', filter.until),
      after(page.after, { at: 'requested_at', id: 'rental_id' }),
    ],
    orderBy: 'requested_at DESC, rental_id',
    limit: page.limit,
  });

export const rentalById = (rentalId: string) =>
  select('rental', rentals, { where: [['rental_id = ?', rentalId]], orderBy: 'rental_id' });

export const paymentsOfRental = (rentalId: string) =>
  select('rental', payments, {
    where: [['rental_id = ?', rentalId]],
    orderBy: 'planned_at, payment_id',
  });

export const extensionsOfRental = (rentalId: string) =>
  select('rental', extensions, { where: [['rental_id = ?', rentalId]], orderBy: 'at' });

export const swapsOfRental = (rentalId: string) =>
  select('rental', swaps, { where: [['rental_id = ?', rentalId]], orderBy: 'requested_at' });

const StatsRow = t.strict({
  total: WholeNumberColumn,
  completed: WholeNumberColumn,
  cancelled: WholeNumberColumn,
  on_time: WholeNumberColumn,
  spent_minor: WholeNumberColumn,
  points_spent: WholeNumberColumn,
  used_minutes: WholeNumberColumn,
});

export type RentalStats = t.TypeOf<typeof StatsRow>;

/** Totals of one user. Spent is what was paid and not given back. */
export const rentalStats = async (sql: Sql, userId: string): Promise<RentalStats> => {
  const rows = await sql.query(
    `SELECT count(*) AS total,
       count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
       count(*) FILTER (WHERE status = 'CANCELLED') AS cancelled,
       count(*) FILTER (WHERE completion_reason = 'RETURNED' AND is_on_time) AS on_time,
       coalesce(sum(paid_wallet_minor - coalesce(refund_wallet_minor, 0)), 0)::bigint
         AS spent_minor,
       coalesce(sum(paid_points - coalesce(refund_points, 0)), 0)::bigint AS points_spent,
       coalesce(sum(floor(extract(epoch FROM ended_at - started_at) / 60)), 0)::bigint
         AS used_minutes
     FROM rental.rentals WHERE user_id = $1`,
    [userId],
  );
  const [stats] = decodeRows(StatsRow, rows);
  if (stats === undefined) throw new Bug('an aggregate without a row');
  return stats;
};
