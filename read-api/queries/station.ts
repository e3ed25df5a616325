import type { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { small, text } from '../../projections/engine/columns.js';
import { selectionOf } from '../../projections/engine/table.js';
import { favourites } from '../../projections/favourite.js';
import { readRows } from '../../projections/hot-reads.js';
import { discounts } from '../../projections/package.js';
import { banks } from '../../projections/power-bank.js';
import { slots, stations } from '../../projections/station/tables.js';
import { select, when } from './select.js';

/** One word for a station: maintenance hides whether it is there (rules 2.4). */
export type StationStatus = 'ONLINE' | 'OFFLINE' | 'MAINTENANCE';

export interface StationFilter {
  /** Customers see only what staff have completed. */
  readonly isForCustomers: boolean;
  readonly status?: StationStatus | undefined;
  readonly search?: string | undefined;
  readonly after?: { readonly name: string; readonly station: string } | undefined;
}

/** Characters that `LIKE` would read as wildcards stand for themselves. */
const asPattern = (search: string): string => `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Stations by name. */
export const stationsWhere = (filter: StationFilter, limit: number) => {
  const { status, search, after } = filter;
  const pattern = search === undefined ? undefined : asPattern(search);
  return select('station', stations, {
    where: [
      when('is_configured = ?', filter.isForCustomers ? true : undefined),
      when('is_in_maintenance = ?', status === undefined ? undefined : status === 'MAINTENANCE'),
      when('presence = ?', status === 'MAINTENANCE' ? undefined : status),
      pattern === undefined
        ? null
        : ['(name ILIKE ? OR address ILIKE ? OR station ILIKE ?)', pattern, pattern, pattern],
      after === undefined ? null : ['(name, station) > (?, ?)', after.name, after.station],
    ],
    orderBy: 'name, station',
    limit,
  });
};

export const stationBySerial = (station: string) =>
  select('station', stations, { where: [['station = ?', station]], orderBy: 'station' });

/** What the slots of a station offer to customers. */
export interface SlotCounts {
  /** Slots that can take a power bank back. */
  readonly free: number;
  /** Power banks that could be rented now (START-10). */
  readonly rentable: number;
}

const slotCounts = selectionOf('slot counts', { station: text, free: small, rentable: small });

/** Counted where the slots are: a list of stations shows none of them. */
export const slotCountsStatement = (serials: readonly string[], minBatteryPercent: number) => ({
  table: slotCounts,
  text: `SELECT station, count(*) FILTER (WHERE status = 'AVAILABLE')::int AS free,
      count(*) FILTER (WHERE is_rentable AND battery_percent >= $2)::int AS rentable
    FROM station.slots WHERE station = ANY($1) GROUP BY station`,
  values: [serials, minBatteryPercent],
  name: 'slot-counts-of',
});

/** By station; one whose slots nobody has seen yet is not in it. */
export const slotCountsOf = async (
  sql: Sql,
  serials: readonly string[],
  minBatteryPercent: number,
): Promise<ReadonlyMap<string, SlotCounts>> => {
  const rows = await readRows(sql, slotCountsStatement(serials, minBatteryPercent));
  return new Map(rows.map(({ station, ...counts }) => [station, counts]));
};

/** Slots of these stations, each station's in order. */
export const slotsOf = (serials: readonly string[]) =>
  select('station', slots, { where: [['station = ANY(?)', serials]], orderBy: 'station, slot' });

export const favouritesOf = (userId: string) =>
  select('favourite', favourites, {
    where: [['user_id = ?', userId]],
    orderBy: 'since DESC, station',
  });

export const stationsNamed = (serials: readonly string[]) =>
  select('station', stations, {
    where: [
      ['station = ANY(?)', serials],
      ['is_configured = ?', true],
    ],
    orderBy: 'name, station',
  });

/** Discounts that may apply at a station at that moment (START-15). */
export const discountsAt = (station: string, at: Instant) =>
  select('package', discounts, {
    where: [
      ['station = ?', station],
      ["status = 'ACTIVE' AND valid_from <= ?", at],
      ['valid_until > ?', at],
      ['(max_total_uses IS NULL OR used_count < max_total_uses)'],
    ],
    orderBy: 'package_id',
  });

export const banksWhere = (
  filter: {
    readonly status?: string | undefined;
    readonly station?: string | undefined;
    readonly minBattery?: number | undefined;
    readonly maxBattery?: number | undefined;
    readonly after?: string | undefined;
  },
  limit: number,
) =>
  select('power_bank', banks, {
    where: [
      when('status = ?', filter.status),
      when('station = ?', filter.station),
      when('battery_percent >= ?', filter.minBattery),
      when('battery_percent <= ?', filter.maxBattery),
      when('power_bank > ?', filter.after),
    ],
    orderBy: 'power_bank',
    limit,
  });
