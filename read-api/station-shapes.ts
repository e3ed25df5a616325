/** How stations look to customers and to staff. */

import * as t from 'io-ts';
import {
  NonNegativeInteger,
  nullable,
  oneOf,
  Percent,
  PositiveInteger,
} from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { LatitudeDegrees, LongitudeDegrees } from '../ports/http/degrees.js';
import type { RowOf } from '../projections/engine/table.js';
import type { shownStations } from '../projections/hot-reads.js';
import { SlotStatus, type slots, type stations } from '../projections/station/tables.js';
import type { SlotCounts, StationStatus } from './queries/station.js';

export type StationRow = RowOf<typeof stations>;
export type ShownStation = RowOf<typeof shownStations>;
export type SlotRow = RowOf<typeof slots>;

export const StationStatusWord = oneOf('StationStatus', ['ONLINE', 'OFFLINE', 'MAINTENANCE']);

export const StationItem = t.strict(
  {
    serial_number: t.string,
    name: t.string,
    latitude: LatitudeDegrees,
    longitude: LongitudeDegrees,
    address: t.string,
    landmark: nullable(t.string),
    status: StationStatusWord,
    total_slots: NonNegativeInteger,
    /** Slots that can take a power bank back. */
    free_slots: NonNegativeInteger,
    /** Power banks that could be rented now (START-10). */
    rentable_power_banks: NonNegativeInteger,
    opening_time: nullable(t.string),
    closing_time: nullable(t.string),
    amenities: t.array(t.string),
    /** From the place that was named; `null` when none was. */
    distance_km: nullable(t.number),
  },
  'Station',
);
export type StationItem = t.TypeOf<typeof StationItem>;

export const SlotItem = t.strict(
  {
    number: PositiveInteger,
    status: SlotStatus,
    battery_level: nullable(Percent),
    powerbank_sn: nullable(t.string),
    rentable: t.boolean,
  },
  'Slot',
);

export const StationDetail = t.intersection(
  [
    StationItem,
    t.strict({
      slots: t.array(SlotItem),
      discounts: t.array(t.strict({ package_id: t.string, percent: Percent })),
    }),
  ],
  'StationDetail',
);

export const StaffStation = t.intersection(
  [
    StationItem,
    t.strict({
      imei: t.string,
      model: nullable(t.string),
      is_configured: t.boolean,
      presence: oneOf('StationPresence', ['ONLINE', 'OFFLINE']),
      presence_since: nullable(Instant),
      maintenance_reason: nullable(t.string),
      registered_at: Instant,
    }),
  ],
  'StaffStation',
);

export const StaffStationDetail = t.intersection(
  [StaffStation, t.strict({ slots: t.array(SlotItem) })],
  'StaffStationDetail',
);

export const statusOf = (row: ShownStation): StationStatus =>
  row.is_in_maintenance ? 'MAINTENANCE' : row.presence;

/** START-10, as far as the read model knows: an offer, which the station accepts or refuses. */
const isRentable = (slot: SlotRow, minBatteryPercent: number): boolean =>
  slot.is_rentable && slot.battery_percent !== null && slot.battery_percent >= minBatteryPercent;

/** What the slots that are shown with a station offer. */
export const countsOf = (slots: readonly SlotRow[], minBatteryPercent: number): SlotCounts => ({
  free: slots.filter(({ status }) => status === 'AVAILABLE').length,
  rentable: slots.filter((slot) => isRentable(slot, minBatteryPercent)).length,
});

export interface StationView {
  /** `undefined`: nobody has seen its slots yet. */
  readonly counts: SlotCounts | undefined;
  readonly distanceKm: number | null;
}

const metresPerKm = 1_000;

export const stationItem = (row: ShownStation, view: StationView): StationItem => {
  const { counts = { free: 0, rentable: 0 } } = view;
  return {
    serial_number: row.station,
    name: row.name,
    latitude: row.latitude_microdegrees,
    longitude: row.longitude_microdegrees,
    address: row.address,
    landmark: row.landmark,
    status: statusOf(row),
    total_slots: row.total_slots,
    free_slots: counts.free,
    rentable_power_banks: counts.rentable,
    opening_time: row.opening_time,
    closing_time: row.closing_time,
    amenities: [...row.amenities],
    distance_km:
      view.distanceKm === null ? null : Math.round(view.distanceKm * metresPerKm) / metresPerKm,
  };
};

export const slotItem =
  (minBatteryPercent: number) =>
  (slot: SlotRow): t.TypeOf<typeof SlotItem> => ({
    number: slot.slot,
    status: slot.status,
    battery_level: slot.battery_percent,
    powerbank_sn: slot.power_bank,
    rentable: isRentable(slot, minBatteryPercent),
  });

export const staffStation = (row: StationRow, view: StationView) => ({
  ...stationItem(row, view),
  imei: row.imei,
  model: row.model,
  is_configured: row.is_configured,
  presence: row.presence,
  presence_since: row.presence_since,
  maintenance_reason: row.maintenance_reason,
  registered_at: row.registered_at,
});
