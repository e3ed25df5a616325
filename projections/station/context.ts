import type { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import type { LoggedIn } from '../engine/projection.js';
import { appendRows, type LoadedRows, loadRows, type Rows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { anomalies, changes, openEjects, reservations, slots, stations } from './tables.js';

export type StationRow = RowOf<typeof stations>;
export type SlotRow = RowOf<typeof slots>;

export type StationContext = Readonly<{
  stations: Rows<StationRow>;
  slots: LoadedRows<SlotRow>;
  reservations: LoadedRows<RowOf<typeof reservations>>;
  openEjects: LoadedRows<RowOf<typeof openEjects>>;
  changes: Rows<RowOf<typeof changes>>;
  anomalies: Rows<RowOf<typeof anomalies>>;
}>;

export const openStations = async (
  sql: Sql,
  serials: readonly string[],
): Promise<StationContext> => ({
  stations: await loadRows(sql, stations, 'station', serials),
  slots: await loadRows(sql, slots, 'station', serials),
  reservations: await loadRows(sql, reservations, 'station', serials),
  openEjects: await loadRows(sql, openEjects, 'station', serials),
  changes: appendRows(sql, changes),
  anomalies: appendRows(sql, anomalies),
});

type Logged = LoggedIn<'station'>;

export const changeStation = (
  { stations: rows }: StationContext,
  { streamId, position }: Logged,
  change: Partial<StationRow> & { readonly updated_at: Instant },
): void => rows.update([streamId], { ...change, position });

const firstShown = ({ streamId, position }: Logged, slot: number, at: Instant): SlotRow => ({
  station: streamId,
  slot,
  status: 'AVAILABLE',
  power_bank: null,
  battery_percent: null,
  docked_at: null,
  is_bank_in_service: true,
  fault: null,
  is_in_maintenance: false,
  is_in_doubt: false,
  reserved_for_rental: null,
  eject_id: null,
  is_rentable: false,
  seen_at: at,
  position,
});

/** The one word for a slot (rules 2.5): what staff say, then the cabinet, then the content. */
const statusOf = (slot: SlotRow): SlotRow['status'] => {
  if (slot.is_in_maintenance) return 'MAINTENANCE';
  if (slot.fault !== null) return 'ERROR';
  return slot.power_bank === null ? 'AVAILABLE' : 'OCCUPIED';
};

type Claims = Pick<SlotRow, 'reserved_for_rental' | 'eject_id'>;

/** START-10 but for the charge, which is compared with the setting of the moment. */
const isRentable = (slot: SlotRow, claims: Claims): boolean =>
  statusOf(slot) === 'OCCUPIED' &&
  slot.is_bank_in_service &&
  !slot.is_in_doubt &&
  claims.reserved_for_rental === null &&
  claims.eject_id === null;

export interface SlotChange {
  readonly slot: number;
  readonly at: Instant;
  readonly to: Partial<SlotRow>;
}

/** Who waits for the bank in a slot; a reservation follows its bank, not the slot. */
const claimsOn = (
  { reservations: reserved, openEjects: open }: StationContext,
  slot: SlotRow,
): Claims => {
  const isOfBank = (row: { readonly power_bank: string }): boolean =>
    row.power_bank === slot.power_bank;
  return {
    reserved_for_rental: reserved.having(slot.station).find(isOfBank)?.rental_id ?? null,
    eject_id: open.having(slot.station).find(isOfBank)?.eject_id ?? null,
  };
};

/** Changes a slot, one that was never shown included, and brings its words in line. */
export const changeSlot = (context: StationContext, logged: Logged, change: SlotChange): void => {
  const { slot, at, to } = change;
  const old = context.slots.get(logged.streamId, slot) ?? firstShown(logged, slot, at);
  const row = { ...old, ...to, position: logged.position };
  const claims = claimsOn(context, row);
  const words = { status: statusOf(row), is_rentable: isRentable(row, claims) };
  context.slots.put({ ...row, ...claims, ...words });
};

/** Slots of the event's station, as they stand at this point of the batch. */
export const slotsOf = ({ slots: rows }: StationContext, { streamId }: Logged) =>
  rows.having(streamId);

/** Changes the slot that holds a bank; a bank that is in none changes nothing. */
export const changeSlotOfBank = (
  context: StationContext,
  logged: Logged,
  change: Omit<SlotChange, 'slot'> & { readonly powerBank: string },
): void => {
  const found = slotsOf(context, logged).find(({ power_bank }) => power_bank === change.powerBank);
  if (found !== undefined) changeSlot(context, logged, { ...change, slot: found.slot });
};

/** Brings the slots of a bank in line with who waits for it now. */
export const refreshBank = (
  context: StationContext,
  logged: Logged,
  bank: { readonly powerBank: string; readonly at: Instant },
): void => changeSlotOfBank(context, logged, { ...bank, to: {} });

/** What a slot is when nothing is in it. */
export const empty = {
  power_bank: null,
  battery_percent: null,
  docked_at: null,
  is_bank_in_service: true,
} as const;
