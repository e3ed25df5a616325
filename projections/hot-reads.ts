import type { Sql } from '../ports/database.js';
import { type Columns, partOf, type RowIn, type Selection } from './engine/table.js';
import { accounts } from './points.js';
import { rentals } from './rental/index.js';
import { stations } from './station/index.js';
import { transactions, wallets } from './wallet/index.js';

/**
 * The reads that the app makes all the time: each must find its rows by an index, however big the
 * tables grow, and a test asks Postgres for its plan. They are values, so that the test asks for
 * exactly the statement that runs.
 */
export interface Statement<C extends Columns> {
  readonly table: Selection<C>;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Of a statement whose text never changes: it is planned once a connection. */
  readonly name?: string;
}

/** Runs a statement and decodes its rows. */
export const readRows = async <C extends Columns>(
  sql: Sql,
  { table, text, values, name }: Statement<C>,
): Promise<readonly RowIn<C>[]> => (await sql.query(text, values, name)).map(table.decode);

const all = <C extends Columns>({ columns }: Selection<C>): string =>
  Object.keys(columns).join(', ');

const walletText = `SELECT ${all(wallets)} FROM wallet.wallets WHERE user_id = $1`;

/** No row until money has moved for the first time. */
export const walletOf = (userId: string) => ({
  table: wallets,
  text: walletText,
  values: [userId],
  name: 'wallet-of',
});

const accountText = `SELECT ${all(accounts)} FROM points.accounts WHERE user_id = $1`;

/** No row until points have moved for the first time. */
export const accountOf = (userId: string) => ({
  table: accounts,
  text: accountText,
  values: [userId],
  name: 'points-account-of',
});

/** What a renter is shown of a rental, and what that is computed from. */
export const shownRentals = partOf(rentals, [
  ...['rental_id', 'rental_code', 'status', 'payment_status', 'terms'],
  ...['package_id', 'package_name', 'price_minor', 'pickup_station', 'return_station'],
  ...['power_bank', 'requested_at', 'started_at', 'due_at', 'ended_at', 'is_on_time'],
  ...['completion_reason', 'cancellation_code', 'extensions_count', 'swaps_count'],
  ...['use_minor', 'extensions_minor', 'late_fee_minor', 'penalty_minor', 'total_minor'],
  ...['overdue_minutes', 'owed_minor', 'paid_minor', 'paid_points', 'paid_wallet_minor'],
  ...['refund_points', 'refund_wallet_minor'],
] as const);

const openRentalText = `SELECT ${all(shownRentals)} FROM rental.rentals WHERE user_id = $1
  AND status IN ('PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE')`;

/** The user's one open rental (START-4), or none. */
export const openRentalOf = (userId: string) => ({
  table: shownRentals,
  text: openRentalText,
  values: [userId],
  name: 'open-rental-of',
});

/** Where the next page of a list begins: after the row with this time and id. */
export interface After {
  readonly at: string;
  readonly id: string;
}

export interface Page {
  readonly limit: number;
  readonly after: After | null;
}

/** Before every page there is nothing: later than any instant that the domain can write. */
const beforeAll: After = { at: 'infinity', id: '' };

/** A user's rentals, newest first. */
export const rentalsOf = (userId: string, { limit, after }: Page) => {
  const { at, id } = after ?? beforeAll;
  return {
    table: rentals,
    text: `SELECT ${all(rentals)} FROM rental.rentals
      WHERE user_id = $1 AND requested_at <= $2
        AND (requested_at < $2 OR rental_id > $3)
      ORDER BY requested_at DESC, rental_id LIMIT $4`,
    values: [userId, at, id, limit],
  };
};

/** A user's transactions, newest first. */
export const transactionsOf = (userId: string, { limit, after }: Page) => {
  const { at, id } = after ?? beforeAll;
  return {
    table: transactions,
    text: `SELECT ${all(transactions)} FROM wallet.transactions
      WHERE user_id = $1 AND created_at <= $2
        AND (created_at < $2 OR source > $3)
      ORDER BY created_at DESC, source LIMIT $4`,
    values: [userId, at, id, limit],
  };
};

/** A box on the map, in millionths of a degree, both ends inclusive. */
export interface MapBox {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** What a customer is shown of a station besides its slots. */
export const shownStations = partOf(stations, [
  ...['station', 'name', 'latitude_microdegrees', 'longitude_microdegrees', 'address'],
  ...['landmark', 'total_slots', 'opening_time', 'closing_time', 'amenities'],
  ...['presence', 'is_in_maintenance'],
] as const);

/** Stations in a box that customers may see; the caller orders them by distance (STA-1). */
export const stationsIn = ({ south, north, west, east }: MapBox) => ({
  table: shownStations,
  text: `SELECT ${all(shownStations)} FROM station.stations
    WHERE is_configured AND latitude_microdegrees BETWEEN $1 AND $2
      AND longitude_microdegrees BETWEEN $3 AND $4`,
  values: [south, north, west, east],
  name: 'stations-in',
});
