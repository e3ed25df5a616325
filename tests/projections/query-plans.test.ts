import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import type { Database } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { prepare } from '../../projections/engine/prepare.js';
import type { Columns } from '../../projections/engine/table.js';
import {
  openRentalOf,
  readRows,
  rentalsOf,
  type Statement,
  stationsIn,
  transactionsOf,
  walletOf,
} from '../../projections/hot-reads.js';
import { rental } from '../../projections/rental/index.js';
import { station } from '../../projections/station/index.js';
import { wallet } from '../../projections/wallet/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { rentalTerms } from '../support/terms.js';

/** Enough that reading a whole table is never the better plan. */
const users = 2_000;
const rowsPerUser = 10;

const fill = async (database: Database): Promise<void> => {
  await database.execute(
    `INSERT INTO wallet.wallets SELECT 'u-' || n, 100, 0, 100, now(), n
     FROM generate_series(1, ${users}) n;
     INSERT INTO wallet.transactions
     SELECT 'wallet/' || n, 'TXN' || n, 'u-' || n % ${users}, 'TOPUP', NULL, 100, 'GATEWAY', 100, 0,
       NULL, 'SUCCESS', true, now() - n * interval '1 minute', now(), n
     FROM generate_series(1, ${users * rowsPerUser}) n;
     INSERT INTO station.stations
     SELECT 's-' || n, n::text, 'Station ' || n, 26000000 + n * 500, 80000000 + n * 900, '', NULL,
       8, NULL, NULL, NULL, '{}', true, 'ONLINE', now(), false, NULL, now(), now(), now(), n
     FROM generate_series(1, ${users}) n`,
  );
  await database.execute(
    `INSERT INTO rental.rentals (rental_id, rental_code, user_id, status, payment_status,
       payment_mode, package_id, package_name, package_type, payment_model, price_minor, terms,
       requested_at, pickup_station, is_eject_undecided, extensions_minor, paid_minor, paid_points,
       paid_wallet_minor, owed_minor, extensions_count, swaps_count, updated_at, position)
     SELECT 'r-' || n, 'CODE', 'u-' || n % ${users},
       CASE WHEN n <= ${users / 10} THEN 'ACTIVE' ELSE 'COMPLETED' END, 'PAID', 'wallet', 'p', 'P',
       'HOURLY', 'PREPAID', 5000, $1, now() - n * interval '1 minute', 's-1', false, 0, 0, 0, 0, 0,
       0, 0, now(), n
     FROM generate_series(1, ${users * rowsPerUser}) n`,
    [JSON.stringify(rentalTerms())],
  );
  await database.execute('ANALYZE');
};

const filled = async (context: ExecutionContext): Promise<Database> => {
  const { database } = await createTestDatabase(context);
  for (const projection of [wallet, rental, station]) await prepare(database, projection);
  await fill(database);
  return database;
};

const PlanLine = t.type({ 'QUERY PLAN': t.string });

const planOf = async <C extends Columns>(database: Database, statement: Statement<C>) => {
  const rows = await database.query(`EXPLAIN ${statement.text}`, statement.values);
  return decodeRows(PlanLine, rows)
    .map((row) => row['QUERY PLAN'])
    .join('\n');
};

/** The read finds its rows by that index, sorts nothing, and really answers. */
const usesIndex = async <C extends Columns>(
  context: ExecutionContext,
  statement: Statement<C>,
  expected: { readonly index: string; readonly rows: number },
): Promise<void> => {
  const database = await filled(context);
  const plan = await planOf(database, statement);
  context.regex(plan, new RegExp(`(using|on) ${expected.index}\\b`), plan);
  context.notRegex(plan, /Seq Scan|Sort/, plan);
  context.is((await readRows(database, statement)).length, expected.rows);
};

test('the wallet of a user is found by its key', async (context) => {
  await usesIndex(context, walletOf('u-7'), { index: 'wallets_pkey', rows: 1 });
});

test('the open rental of a user is found among all that have ended', async (context) => {
  await usesIndex(context, openRentalOf('u-7'), { index: 'open_rentals_of_user', rows: 1 });
});

test('the rentals of a user come newest first, without sorting', async (context) => {
  const page = rentalsOf('u-7', { limit: 4, after: null });
  await usesIndex(context, page, { index: 'rentals_of_user', rows: 4 });
});

test('the transactions of a user come newest first, without sorting', async (context) => {
  const page = transactionsOf('u-7', { limit: 4, after: null });
  await usesIndex(context, page, { index: 'transactions_of_user', rows: 4 });
});

test('stations nearby are found by their place on the map', async (context) => {
  const box = { south: 26_050_000, north: 26_060_000, west: 80_000_000, east: 81_000_000 };
  await usesIndex(context, stationsIn(box), { index: 'stations_on_map', rows: 21 });
});

test('pages of a list follow one another without a gap', async (context) => {
  const database = await filled(context);
  const first = await readRows(database, rentalsOf('u-7', { limit: 4, after: null }));
  const last = first.at(-1);
  const after = { at: last?.requested_at ?? '', id: last?.rental_id ?? '' };
  const second = await readRows(database, rentalsOf('u-7', { limit: 99, after }));
  const all = await readRows(database, rentalsOf('u-7', { limit: 99, after: null }));
  const ids = [...first, ...second].map(({ rental_id }) => rental_id);
  context.deepEqual(
    ids,
    all.map(({ rental_id }) => rental_id),
  );
  context.is(new Set(ids).size, rowsPerUser);
});
