/** A renter's own rentals. */

import * as t from 'io-ts';
import { FeeType } from '../domain/pricing/index.js';
import { PaymentStatuses, quoteAt, RentalStatus } from '../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf, PositiveInteger } from '../domain/shared/codecs.js';
import { StationSerial } from '../domain/shared/ids.js';
import { Instant, isAfter } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { MoneyText } from '../ports/http/money-text.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import { openRentalOf } from '../projections/hot-reads.js';
import { rentalStats, rentalsWhere } from './queries/rental.js';
import { type ReadTools, rowOf, rowsOf, TimeCursor, upToDate } from './reading.js';
import { RentalItem, rentalItem, runningBasisOf, type ShownRental } from './rental-shapes.js';

const tag = 'Rentals';

/** How the late fee comes about: its configuration and everything that it is computed from. */
const LateFeeQuote = t.strict(
  {
    fee: MoneyText,
    overdue_minutes: NonNegativeInteger,
    effective_minutes: NonNegativeInteger,
    cap_periods: PositiveInteger,
    is_capped: t.boolean,
    configuration_id: nullable(t.string),
    fee_type: FeeType,
    grace_minutes: NonNegativeInteger,
    cap_per_day: nullable(MoneyText),
  },
  'LateFeeQuote',
);

const ActiveRental = t.strict(
  {
    rental: nullable(RentalItem),
    /** The late fee of that moment; `null` before the bank is out. */
    late_fee: nullable(LateFeeQuote),
    as_of: Instant,
  },
  'ActiveRental',
);

const lateFeeOf = (row: ShownRental, asOf: Instant): t.TypeOf<typeof LateFeeQuote> | null => {
  const basis = runningBasisOf(row);
  if (basis === null) return null;
  const { lateFee } = quoteAt(basis, asOf);
  const { terms } = lateFee;
  return {
    fee: lateFee.fee,
    overdue_minutes: lateFee.overdueMinutes,
    effective_minutes: lateFee.effectiveMinutes,
    cap_periods: lateFee.capPeriods,
    is_capped: lateFee.isCapped,
    configuration_id: terms.configId,
    fee_type: terms.feeType,
    grace_minutes: terms.graceMinutes,
    cap_per_day: terms.capPerDay,
  };
};

const readActiveRental = (tools: ReadTools): Route =>
  route({
    operation: 'readActiveRental',
    method: 'GET',
    path: '/api/rentals/active',
    summary: 'The open rental with what it costs now',
    description:
      'With `if_returned_at`, what it would cost if the bank were returned then: the preview of ' +
      'the late fee, by the function that will charge it (P-029, P-030).',
    tag,
    minPosition: true,
    query: t.exact(t.partial({ if_returned_at: Instant })),
    responses: { 200: ActiveRental },
    handler: async ({ principal, query, now, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental'], minPosition);
      const row = await rowOf(tools, openRentalOf(principal.id));
      // The past cannot be chosen: what has accrued has accrued.
      const wanted = query.if_returned_at ?? now;
      const asOf = isAfter(wanted, now) ? wanted : now;
      if (row === null) return answer(200, { rental: null, late_fee: null, as_of: asOf }, shown);
      const data = { rental: rentalItem(row, asOf), late_fee: lateFeeOf(row, asOf), as_of: asOf };
      return answer(200, data, shown);
    },
  });

const HistoryQuery = t.intersection([
  pageQuery(TimeCursor),
  t.exact(
    t.partial({
      status: RentalStatus,
      payment_status: oneOf('PaymentStatus', PaymentStatuses),
      station: StationSerial,
      start_date: Instant,
      end_date: Instant,
    }),
  ),
]);

export const RentalPage = pageOf('RentalPage', RentalItem);

const readRentalHistory = (tools: ReadTools): Route =>
  route({
    operation: 'readRentalHistory',
    method: 'GET',
    path: '/api/rentals/history',
    summary: 'Own rentals, newest first',
    tag,
    minPosition: true,
    query: HistoryQuery,
    responses: { 200: RentalPage },
    handler: async ({ principal, query, now, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental'], minPosition);
      const size = query.page_size;
      const filter = {
        userId: principal.id,
        status: query.status,
        paymentStatus: query.payment_status,
        station: query.station,
        since: query.start_date,
        until: query.end_date,
      };
      const rows = await rowsOf(
        tools,
        rentalsWhere(filter, { limit: size + 1, after: query.cursor }),
      );
      const page = pageFrom(rows, {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.requested_at, id: row.rental_id }),
        itemOf: (row) => rentalItem(row, now),
      });
      return answer(200, page, shown);
    },
  });

const Stats = t.strict(
  {
    total_rentals: NonNegativeInteger,
    completed_rentals: NonNegativeInteger,
    cancelled_rentals: NonNegativeInteger,
    timely_returns: NonNegativeInteger,
    total_minutes: NonNegativeInteger,
    /** What the wallet paid, and did not get back. */
    total_spent: MoneyText,
    total_points_spent: NonNegativeInteger,
  },
  'RentalStats',
);

const readRentalStats = (tools: ReadTools): Route =>
  route({
    operation: 'readRentalStats',
    method: 'GET',
    path: '/api/rentals/stats',
    summary: 'Own totals',
    tag,
    minPosition: true,
    responses: { 200: Stats },
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental'], minPosition);
      const stats = await rentalStats(tools.database, principal.id);
      return answer(
        200,
        {
          total_rentals: stats.total,
          completed_rentals: stats.completed,
          cancelled_rentals: stats.cancelled,
          timely_returns: stats.on_time,
          total_minutes: stats.used_minutes,
          total_spent: paisa(stats.spent_minor),
          total_points_spent: stats.points_spent,
        },
        shown,
      );
    },
  });

export const rentalReads = (tools: ReadTools): readonly Route[] => [
  readActiveRental(tools),
  readRentalHistory(tools),
  readRentalStats(tools),
];
