import { type Place, type PowerBankStatus, ServiceState } from '../domain/power-bank/index.js';
import { oneOf } from '../domain/shared/codecs.js';
import type { Instant } from '../domain/shared/instant.js';
import type { Sql } from '../ports/database.js';
import { count, instant, maybe, position, revision, small, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { appendRows, loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

export const PowerBankStatusWord = oneOf('PowerBankStatus', [
  'AVAILABLE',
  'RENTED',
  'LOST',
  'MAINTENANCE',
  'DAMAGED',
]);
export const PlaceWord = oneOf('Place', ['nowhere', 'slot', 'rental', 'missing', 'lost']);

/** Banks and where they are: exactly one place at any time (P-005). */
export const banks = defineTable({
  name: 'banks',
  columns: {
    power_bank: text,
    model: maybe(text),
    capacity_mah: maybe(small),
    status: word(PowerBankStatusWord),
    service_state: word(ServiceState),
    service_reason: maybe(text),
    place: word(PlaceWord),
    /** Of `slot`, and of `missing`: the last that showed it. */
    station: maybe(text),
    slot: maybe(small),
    /** Of `rental` and `lost`. */
    rental_id: maybe(text),
    placed_at: maybe(instant),
    battery_percent: maybe(small),
    rentals_count: count,
    /** Sum of the shares of charge cycles, in ten-thousandths of one. */
    cycles_ten_thousandths: count,
    /** Rentals of less than five minutes: a hint of a hardware fault. */
    under_five_minutes_count: count,
    registered_at: maybe(instant),
    updated_at: instant,
    position,
  },
  key: ['power_bank'],
  constraints: [
    `CHECK (place <> 'slot' OR (station IS NOT NULL AND slot IS NOT NULL))`,
    `CHECK ((place IN ('rental', 'lost')) = (rental_id IS NOT NULL))`,
    `CHECK (status <> 'RENTED' OR (station IS NULL AND slot IS NULL))`,
  ],
  indexes: [
    'CREATE INDEX banks_by_status ON banks (status, power_bank)',
    'CREATE INDEX banks_of_station ON banks (station)',
  ],
});

/** What happened to a bank, newest last. */
export const history = defineTable({
  name: 'history',
  columns: {
    power_bank: text,
    revision,
    event: text,
    station: maybe(text),
    slot: maybe(small),
    rental_id: maybe(text),
    battery_percent: maybe(small),
    reason: maybe(text),
    at: instant,
    position,
  },
  key: ['power_bank', 'revision'],
});

type Bank = RowOf<typeof banks>;
type Context = Readonly<{ banks: Rows<Bank>; history: Rows<RowOf<typeof history>> }>;
type Logged = LoggedIn<'powerbank'>;

const open = async (sql: Sql, serials: readonly string[]): Promise<Context> => ({
  banks: await loadRows(sql, banks, 'power_bank', serials),
  history: appendRows(sql, history),
});

const unheardOf = (serial: string, at: Instant): Bank => ({
  power_bank: serial,
  model: null,
  capacity_mah: null,
  status: 'MAINTENANCE',
  service_state: 'AVAILABLE',
  service_reason: null,
  place: 'nowhere',
  station: null,
  slot: null,
  rental_id: null,
  placed_at: null,
  battery_percent: null,
  rentals_count: 0,
  cycles_ten_thousandths: 0,
  under_five_minutes_count: 0,
  registered_at: null,
  updated_at: at,
  position: 0n,
});

/** Places that say all of a bank's status; elsewhere it is as staff said. */
const statusOfPlace: Partial<Record<Place['kind'], PowerBankStatus>> = {
  rental: 'RENTED',
  lost: 'LOST',
};

/** The one word for a bank (rules 2.6); one that is nowhere to be seen needs looking after. */
const statusOfRow = ({ place, service_state: service }: Bank): PowerBankStatus =>
  statusOfPlace[place] ?? (place !== 'slot' && service === 'AVAILABLE' ? 'MAINTENANCE' : service);

interface Told {
  readonly to: Partial<Bank>;
  readonly at: Instant;
  /** For the history, where it is not what the row says afterwards. */
  readonly about?: { readonly station?: string; readonly slot?: number; readonly rental?: string };
  readonly reason?: string;
}

const tell = (context: Context, logged: Logged, { to, at, about = {}, reason }: Told): Bank => {
  const { streamId, revision: number, position: here, event } = logged;
  const old = context.banks.get(streamId) ?? unheardOf(streamId, at);
  const changed = { ...old, ...to, updated_at: at, position: here };
  const row = { ...changed, status: statusOfRow(changed) };
  context.banks.put(row);
  context.history.put({
    power_bank: streamId,
    revision: number,
    event: event.type,
    station: about.station ?? row.station,
    slot: about.slot ?? row.slot,
    rental_id: about.rental ?? row.rental_id,
    battery_percent: row.battery_percent,
    reason: reason ?? null,
    at,
    position: here,
  });
  return row;
};

const handlers: Handlers<'powerbank', Context> = {
  PowerBankRegistered: (context, { model, capacityMah, at }, logged) => {
    tell(context, logged, { to: { model, capacity_mah: capacityMah, registered_at: at }, at });
  },
  PowerBankPlaced: (context, { station, slot, batteryPercent, at }, logged) => {
    const place = { place: 'slot', station, slot, rental_id: null, placed_at: at } as const;
    tell(context, logged, { to: { ...place, battery_percent: batteryPercent }, at });
  },
  PowerBankRented: (context, { rentalId, station, slot, batteryPercent, at }, logged) => {
    const rentals = (context.banks.get(logged.streamId)?.rentals_count ?? 0) + 1;
    const place = { place: 'rental', station: null, slot: null, rental_id: rentalId } as const;
    const to = { ...place, placed_at: at, battery_percent: batteryPercent, rentals_count: rentals };
    tell(context, logged, { to, at, about: { station, slot } });
  },
  PowerBankWentMissing: (context, { station, slot, at }, logged) => {
    const to = { place: 'missing', station, slot, rental_id: null, placed_at: at } as const;
    tell(context, logged, { to, at });
  },
  PowerBankDeclaredLost: (context, { rentalId, at }, logged) => {
    const place = { place: 'lost', station: null, slot: null, rental_id: rentalId } as const;
    tell(context, logged, { to: { ...place, placed_at: at }, at });
  },
  LostPowerBankSeenAgain: (context, { rentalId, station, slot, at }, logged) => {
    tell(context, logged, { to: {}, at, about: { station, slot, rental: rentalId } });
  },
  ServiceStateChanged: (context, { state, reason, at }, logged) => {
    tell(context, logged, { to: { service_state: state, service_reason: reason }, at, reason });
  },
  BatteryCycleLogged: (context, data, logged) => {
    const { rentalId, cycleTenThousandths, underFiveMinutes, at } = data;
    const old = context.banks.get(logged.streamId);
    const shorts = (old?.under_five_minutes_count ?? 0) + (underFiveMinutes ? 1 : 0);
    const cycles = (old?.cycles_ten_thousandths ?? 0) + cycleTenThousandths;
    const to = { cycles_ten_thousandths: cycles, under_five_minutes_count: shorts };
    tell(context, logged, { to, at, about: { rental: rentalId } });
  },
};

/** Power banks: where each is, how it is, and how it got there. */
export const powerBank = defineProjection({
  name: 'power_bank',
  version: 1,
  tables: [banks, history],
  parts: [following('powerbank', { open, handlers })],
  checks: [
    {
      claim: 'an available bank is in a slot (P-005)',
      violations: `SELECT count(*) AS violations FROM banks
        WHERE status = 'AVAILABLE' AND place <> 'slot'`,
    },
  ],
});
