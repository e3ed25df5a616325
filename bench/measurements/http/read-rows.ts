/**
 * Rows for the reads, put straight into the tables of the read models: how they come there is not
 * what is measured, and 10,000 stations would take their time to be told.
 */

import { systemClock } from '../../../adapters/clock.js';
import type { Postgres } from '../../../adapters/postgres/index.js';
import type { RentalTerms } from '../../../domain/pricing/index.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { LateFeeConfigId, PackageId } from '../../../domain/shared/ids.js';
import { type Instant, plusMinutes } from '../../../domain/shared/instant.js';
import { rupees } from '../../../domain/shared/money.js';
import { appendRows } from '../../../projections/engine/rows.js';
import { useSchema } from '../../../projections/engine/schema.js';
import type { Columns, RowIn, RowOf, Table } from '../../../projections/engine/table.js';
import { accounts } from '../../../projections/points.js';
import { rentals } from '../../../projections/rental/tables.js';
import { slots, stations } from '../../../projections/station/tables.js';
import { wallets } from '../../../projections/wallet/tables.js';
import { numbersFrom, seed } from '../../seed.js';

export const stationsCount = 10_000;
export const usersCount = 1_000;
const slotsOfStation = 8;
const banksOfStation = 6;

/** About 110 by 100 km around Kathmandu: some 70 stations within the usual five kilometres. */
export const region = { south: 27_200_000, north: 28_200_000, west: 84_820_000, east: 85_820_000 };

/** Rows of one statement. */
const chunkRows = 5_000;
/** Of whatever event: nobody asks for one that is newer. */
const position = 1n;

export const userIdOf = (index: number): string => `bench-user-${index % usersCount}`;
export const balanceOf = (index: number): number => 100_000 + (index % usersCount);

const chunksOf = <A>(all: readonly A[]): readonly (readonly A[])[] =>
  Array.from({ length: Math.ceil(all.length / chunkRows) }, (_, chunk) =>
    all.slice(chunk * chunkRows, (chunk + 1) * chunkRows),
  );

const insert = async <C extends Columns>(
  database: Postgres,
  { schema, table }: { readonly schema: string; readonly table: Table<C> },
  all: readonly RowIn<C>[],
): Promise<void> => {
  for (const chunk of chunksOf(all)) {
    await database.transaction(async (tx) => {
      await useSchema(tx, schema);
      const rows = appendRows(tx, table);
      for (const row of chunk) rows.put(row);
      await rows.save();
    });
  }
};

const range = <A>(count: number, make: (index: number) => A): readonly A[] =>
  Array.from({ length: count }, (_, index) => make(index));

const stationNamed = (index: number): string => `BENCH-${String(index).padStart(5, '0')}`;

const stationRows = (at: Instant): readonly RowOf<typeof stations>[] => {
  const next = numbersFrom(seed);
  const between = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least));
  return range(stationsCount, (index) => ({
    station: stationNamed(index),
    imei: String(860_000_000_000_000 + index),
    name: `Station ${index}`,
    latitude_microdegrees: between(region.south, region.north),
    longitude_microdegrees: between(region.west, region.east),
    address: `Ward ${index % 32}, Kathmandu`,
    landmark: index % 2 === 0 ? null : 'Beside the temple',
    total_slots: slotsOfStation,
    opening_time: '06:00',
    closing_time: '22:00',
    model: 'CT-8',
    amenities: ['WIFI', 'CAFE'],
    is_configured: true,
    presence: index % 20 === 0 ? 'OFFLINE' : 'ONLINE',
    presence_since: at,
    is_in_maintenance: false,
    maintenance_reason: null,
    first_synced_at: at,
    registered_at: at,
    updated_at: at,
    position,
  }));
};

const slotRows = (at: Instant): readonly RowOf<typeof slots>[] =>
  range(stationsCount * slotsOfStation, (index) => {
    const slot = (index % slotsOfStation) + 1;
    const hasBank = slot <= banksOfStation;
    return {
      station: stationNamed(Math.floor(index / slotsOfStation)),
      slot,
      status: hasBank ? 'OCCUPIED' : 'AVAILABLE',
      power_bank: hasBank ? String(10_000_000 + index) : null,
      battery_percent: hasBank ? index % 101 : null,
      docked_at: hasBank ? at : null,
      is_bank_in_service: hasBank,
      fault: null,
      is_in_maintenance: false,
      is_in_doubt: false,
      reserved_for_rental: null,
      eject_id: null,
      is_rentable: hasBank,
      seen_at: at,
      position,
    };
  });

const terms: RentalTerms = {
  packageId: brandOrThrow(PackageId, 'hour-1'),
  packageName: '1 Hour',
  packageType: 'HOURLY',
  paymentModel: 'PREPAID',
  durationMinutes: 60,
  listPrice: rupees('50'),
  price: rupees('50'),
  discount: null,
  lateFee: {
    configId: brandOrThrow(LateFeeConfigId, 'hourly'),
    feeType: 'MULTIPLIER',
    multiplierHundredths: 200,
    flatRatePerHour: rupees('0'),
    graceMinutes: 15,
    capPerDay: null,
  },
  pointsPerNpr: 10,
  freeCancellationMinutes: 5,
  unpaidCancellationFeeMax: rupees('500'),
  slotSightMaxAgeSeconds: 60,
  swapWindowMinutes: 5,
  returnDecisionSeconds: 600,
  maxExtensions: 3,
  reminderLeadMinutes: 15,
  abandonedAfterMinutes: 1_440,
  lostItemPenalty: rupees('5000'),
  minRentalBatteryPercent: 20,
  postpaidMinimumBalance: rupees('50'),
  holdTtlSeconds: 7_200,
  completionPoints: 5,
  timelyReturnPoints: 50,
};

/** What has not happened to a rental that is under way. */
const notYet = {
  overdue_at: null,
  awaited_put_back_wish: null,
  awaited_put_back_until: null,
  put_back_wish: null,
  put_back_slot: null,
  put_back_at: null,
  put_back_decide_by: null,
  return_station: null,
  return_slot: null,
  return_battery_percent: null,
  returned_at: null,
  ended_at: null,
  completion_reason: null,
  is_on_time: null,
  staff_note: null,
  use_minor: null,
  late_fee_minor: null,
  overdue_minutes: null,
  penalty_minor: null,
  staff_amount_minor: null,
  total_minor: null,
  due_opened_at: null,
  due_settled_at: null,
  cancellation_requested_at: null,
  cancelled_at: null,
  cancellation_cause: null,
  cancellation_code: null,
  cancellation_reason: null,
  cancellation_fee_minor: null,
  refund_points: null,
  refund_wallet_minor: null,
  refund_paid_at: null,
  lost_found_at: null,
} as const;

const rentalRow = (index: number, at: Instant): RowOf<typeof rentals> => ({
  ...notYet,
  rental_id: `bench-rental-${index}`,
  rental_code: `RNT${index}`,
  user_id: userIdOf(index),
  status: 'ACTIVE',
  payment_status: 'PAID',
  payment_mode: 'wallet',
  package_id: terms.packageId,
  package_name: terms.packageName,
  package_type: terms.packageType,
  payment_model: terms.paymentModel,
  price_minor: terms.price.minor,
  discount_id: null,
  discount_percent: null,
  terms,
  requested_at: at,
  pickup_station: stationNamed(index),
  pickup_slot: 1,
  power_bank: String(10_000_000 + index),
  start_battery_percent: 90,
  is_eject_undecided: false,
  started_at: at,
  // Longer than the benchmark: what it costs is the same in every answer.
  due_at: plusMinutes(at, terms.durationMinutes),
  extensions_minor: 0,
  paid_minor: terms.price.minor,
  paid_points: 0,
  paid_wallet_minor: terms.price.minor,
  owed_minor: 0,
  extensions_count: 0,
  swaps_count: 0,
  updated_at: at,
  position,
});

/** Fills all tables that the reads ask, and tells the planner how large they are. */
export const fillReadModels = async (database: Postgres): Promise<void> => {
  const at = systemClock.now();
  await insert(database, { schema: 'station', table: stations }, stationRows(at));
  await insert(database, { schema: 'station', table: slots }, slotRows(at));
  const walletRows = range(usersCount, (index) => ({
    user_id: userIdOf(index),
    balance_minor: balanceOf(index),
    held_minor: 0,
    spendable_minor: balanceOf(index),
    updated_at: at,
    position,
  }));
  await insert(database, { schema: 'wallet', table: wallets }, walletRows);
  const pointsRows = range(usersCount, (index) => ({
    user_id: userIdOf(index),
    current: index,
    held: 0,
    spendable: index,
    lifetime_earned: index,
    updated_at: at,
    position,
  }));
  await insert(database, { schema: 'points', table: accounts }, pointsRows);
  const rentalRows = range(usersCount, (index) => rentalRow(index, at));
  await insert(database, { schema: 'rental', table: rentals }, rentalRows);
  await database.execute('VACUUM ANALYZE');
};
