/** Rentals as staff see them. */

import * as t from 'io-ts';
import {
  CancellationCause,
  PaymentStatuses,
  RentalPaymentPurpose,
  RentalStatus,
  SwapReason,
} from '../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf, PositiveInteger } from '../domain/shared/codecs.js';
import { dayOf, startOfDay } from '../domain/shared/day.js';
import { RentalId, StationSerial, UserId } from '../domain/shared/ids.js';
import { Instant, plusMinutes } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { problem } from '../ports/http/answer.js';
import { MoneyText } from '../ports/http/money-text.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import type { RowOf } from '../projections/engine/table.js';
import {
  type extensions,
  type payments,
  RentalPaymentStatusWord,
  SwapStatus,
  type swaps,
} from '../projections/rental/tables.js';
import type { PeopleTools } from './account.js';
import {
  extensionsOfRental,
  paymentsOfRental,
  rentalById,
  rentalsWhere,
  swapsOfRental,
} from './queries/rental.js';
import { rowOf, rowsOf, TimeCursor, upToDate } from './reading.js';
import { RentalItem, type RentalRow, rentalItem } from './rental-shapes.js';
import { openRentals, openSwaps } from './rental-words.js';

const tag = 'Staff: rentals';

const StaffRental = t.intersection(
  [
    RentalItem,
    t.strict({
      user_id: t.string,
      pickup_slot: nullable(PositiveInteger),
      return_slot: nullable(PositiveInteger),
      start_battery: nullable(NonNegativeInteger),
      return_battery: nullable(NonNegativeInteger),
      eject_undecided: t.boolean,
      staff_note: nullable(t.string),
      cancellation_cause: nullable(CancellationCause),
      cancellation_reason: nullable(t.string),
      cancellation_fee: nullable(MoneyText),
    }),
  ],
  'StaffRental',
);

const staffRental = (row: RentalRow, now: Instant): t.TypeOf<typeof StaffRental> => ({
  ...rentalItem(row, now),
  user_id: row.user_id,
  pickup_slot: row.pickup_slot,
  return_slot: row.return_slot,
  start_battery: row.start_battery_percent,
  return_battery: row.return_battery_percent,
  eject_undecided: row.is_eject_undecided,
  staff_note: row.staff_note,
  cancellation_cause: row.cancellation_cause,
  cancellation_reason: row.cancellation_reason,
  cancellation_fee: row.cancellation_fee_minor === null ? null : paisa(row.cancellation_fee_minor),
});

const minutesPerDay = 1_440;

const Recent = oneOf('Recent', ['today', '24h', '7d', '30d']);

/** When what staff call recent began; a day is one of Kathmandu. */
const beginningOf = (recent: t.TypeOf<typeof Recent>, now: Instant): Instant => {
  switch (recent) {
    case 'today':
      return startOfDay(dayOf(now));
    case '24h':
      return plusMinutes(now, -minutesPerDay);
    case '7d':
      return plusMinutes(now, -7 * minutesPerDay);
    case '30d':
      return plusMinutes(now, -30 * minutesPerDay);
  }
};

const ListQuery = t.intersection([
  pageQuery(TimeCursor),
  t.exact(
    t.partial({
      status: RentalStatus,
      payment_status: oneOf('PaymentStatus', PaymentStatuses),
      station: StationSerial,
      user_id: UserId,
      recent: Recent,
      start_date: Instant,
      end_date: Instant,
    }),
  ),
]);

const StaffRentalPage = pageOf('StaffRentalPage', StaffRental);

const listRentalsForStaff = (tools: PeopleTools): Route =>
  route({
    operation: 'listRentalsForStaff',
    method: 'GET',
    path: '/api/admin/rentals',
    summary: 'Rentals, newest first',
    tag,
    minPosition: true,
    query: ListQuery,
    responses: { 200: StaffRentalPage },
    handler: async ({ query, now, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental'], minPosition);
      const { recent, page_size: size, user_id: userId } = query;
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        status: query.status,
        paymentStatus: query.payment_status,
        station: query.station,
        since: recent === undefined ? query.start_date : beginningOf(recent, now),
        until: query.end_date,
      };
      const statement = rentalsWhere(filter, { limit: size + 1, after: query.cursor });
      const rows = await openRentals(tools, await rowsOf(tools, statement));
      const page = pageFrom(rows, {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.requested_at, id: row.rental_id }),
        itemOf: (row) => staffRental(row, now),
      });
      return answer(200, page, shown);
    },
  });

const Payment = t.strict(
  {
    payment_id: t.string,
    purpose: RentalPaymentPurpose,
    status: RentalPaymentStatusWord,
    amount: MoneyText,
    points: NonNegativeInteger,
    wallet: MoneyText,
    shortfall: nullable(MoneyText),
    planned_at: Instant,
  },
  'RentalPayment',
);

const Extension = t.strict(
  {
    package_id: t.string,
    minutes: PositiveInteger,
    price: MoneyText,
    due_at: Instant,
    at: Instant,
  },
  'RentalExtension',
);

const Swap = t.strict(
  {
    swap_id: t.string,
    status: SwapStatus,
    reason: SwapReason,
    description: nullable(t.string),
    old_powerbank_sn: t.string,
    new_powerbank_sn: nullable(t.string),
    failure_code: nullable(t.string),
    requested_at: Instant,
  },
  'RentalSwap',
);

const StaffRentalDetail = t.intersection(
  [
    StaffRental,
    t.strict({
      payments: t.array(Payment),
      extensions: t.array(Extension),
      swaps: t.array(Swap),
    }),
  ],
  'StaffRentalDetail',
);

const paymentItem = (row: RowOf<typeof payments>): t.TypeOf<typeof Payment> => ({
  payment_id: row.payment_id,
  purpose: row.purpose,
  status: row.status,
  amount: paisa(row.amount_minor),
  points: row.points,
  wallet: paisa(row.wallet_minor),
  shortfall: row.shortfall_minor === null ? null : paisa(row.shortfall_minor),
  planned_at: row.planned_at,
});

const extensionItem = (row: RowOf<typeof extensions>): t.TypeOf<typeof Extension> => ({
  package_id: row.package_id,
  minutes: row.minutes,
  price: paisa(row.price_minor),
  due_at: row.due_at,
  at: row.at,
});

const swapItem = (row: RowOf<typeof swaps>): t.TypeOf<typeof Swap> => ({
  swap_id: row.swap_id,
  status: row.status,
  reason: row.reason,
  description: row.description,
  old_powerbank_sn: row.old_power_bank,
  new_powerbank_sn: row.new_power_bank,
  failure_code: row.failure_code,
  requested_at: row.requested_at,
});

const readRentalForStaff = (tools: PeopleTools): Route =>
  route({
    operation: 'readRentalForStaff',
    method: 'GET',
    path: '/api/admin/rentals/:id',
    summary: 'One rental with its payments, extensions and swaps',
    tag,
    minPosition: true,
    params: t.strict({ id: RentalId }, 'RentalPath'),
    responses: { 200: StaffRentalDetail },
    problems: ['rental_not_found'],
    handler: async ({ params, now, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental'], minPosition);
      const found = await rowOf(tools, rentalById(params.id));
      if (found === null) return problem('rental_not_found');
      const [paid, extended, swapped] = await Promise.all([
        rowsOf(tools, paymentsOfRental(params.id)),
        rowsOf(tools, extensionsOfRental(params.id)),
        rowsOf(tools, swapsOfRental(params.id)),
      ]);
      const [row = found] = await openRentals(tools, [found]);
      const data = {
        ...staffRental(row, now),
        payments: paid.map(paymentItem),
        extensions: extended.map(extensionItem),
        swaps: (await openSwaps(tools, row.user_id, swapped)).map(swapItem),
      };
      return answer(200, data, shown);
    },
  });

export const staffRentalReads = (tools: PeopleTools): readonly Route[] => [
  listRentalsForStaff(tools),
  readRentalForStaff(tools),
];
