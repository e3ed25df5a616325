import { CabinetOrder, OrderFailure, OrderOrigin } from '../domain/cabinet/index.js';
import { oneOf } from '../domain/shared/codecs.js';
import { EjectEvidence, EjectPurpose, EjectRefusalReason } from '../domain/station/index.js';
import type { Sql } from '../ports/database.js';
import { instant, json, maybe, position, small, text, texts, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import {
  type DataOf,
  type Handlers,
  ignored,
  type LoggedIn,
  unhurriedLingerMs,
} from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

export const OrderStatus = oneOf('OrderStatus', ['ORDERED', 'SENT', 'ANSWERED', 'FAILED']);

/** What a cabinet was told beside ejections (rules 2.29). No password is ever in an order. */
export const orders = defineTable({
  name: 'orders',
  columns: {
    station: text,
    order_id: text,
    kind: text,
    cabinet_order: json(CabinetOrder),
    origin: word(OrderOrigin),
    actor_kind: text,
    actor_id: text,
    status: word(OrderStatus),
    failure: maybe(word(OrderFailure)),
    /** Networks that a WiFi scan has found. */
    ssids: maybe(texts),
    ordered_at: instant,
    settled_at: maybe(instant),
    position,
  },
  key: ['order_id', 'station'],
  indexes: [
    'CREATE INDEX orders_newest ON orders (ordered_at DESC, station, order_id)',
    'CREATE INDEX orders_of_station ON orders (station, ordered_at DESC)',
  ],
});

export const EjectStatus = oneOf('EjectStatus', [
  'QUEUED',
  'ORDERED',
  'DISPATCHED',
  'UNCERTAIN',
  'EJECTED',
  'REFUSED',
]);

/** Every order to release a bank, and how it ended (protocol §11). */
export const ejects = defineTable({
  name: 'ejects',
  columns: {
    station: text,
    eject_id: text,
    purpose: word(EjectPurpose),
    rental_id: maybe(text),
    status: word(EjectStatus),
    ordered_power_bank: text,
    ejected_power_bank: maybe(text),
    slot: maybe(small),
    evidence: maybe(word(EjectEvidence)),
    refusal: maybe(word(EjectRefusalReason)),
    queued_at: instant,
    dispatched_at: maybe(instant),
    settled_at: maybe(instant),
    position,
  },
  key: ['eject_id', 'station'],
  indexes: [
    'CREATE INDEX ejects_newest ON ejects (queued_at DESC, station, eject_id)',
    'CREATE INDEX ejects_of_station ON ejects (station, queued_at DESC)',
    'CREATE INDEX ejects_of_rental ON ejects (rental_id)',
  ],
});

type OrderContext = Readonly<{ orders: Rows<RowOf<typeof orders>> }>;
type EjectRow = RowOf<typeof ejects>;
type EjectContext = Readonly<{ ejects: Rows<EjectRow> }>;

/** Only what the events name is opened: a cabinet's history grows for ever. */
const openOrders = async (
  sql: Sql,
  _stations: readonly string[],
  events: readonly LoggedIn<'cabinet'>[],
): Promise<OrderContext> => {
  const named = events.map(({ event }) => event.data.orderId);
  return { orders: await loadRows(sql, orders, 'order_id', named) };
};

const openEjects = async (
  sql: Sql,
  _stations: readonly string[],
  events: readonly LoggedIn<'station'>[],
): Promise<EjectContext> => {
  const named = events.flatMap(({ event }) =>
    'ejectId' in event.data ? [event.data.ejectId] : [],
  );
  return { ejects: await loadRows(sql, ejects, 'eject_id', named) };
};

const changeOrder = (
  { orders: rows }: OrderContext,
  { streamId, event, position: here }: LoggedIn<'cabinet'>,
  changes: Partial<RowOf<typeof orders>>,
): void => rows.update([event.data.orderId, streamId], { ...changes, position: here });

const orderHandlers: Handlers<'cabinet', OrderContext> = {
  CabinetOrdered: ({ orders: rows }, { orderId, order, origin, at }, logged) =>
    rows.put({
      station: logged.streamId,
      order_id: orderId,
      kind: order.kind,
      cabinet_order: order,
      origin,
      actor_kind: logged.actor.kind,
      actor_id: logged.actor.id,
      status: 'ORDERED',
      failure: null,
      ssids: null,
      ordered_at: at,
      settled_at: null,
      position: logged.position,
    }),
  CabinetOrderSent: (context, _data, logged) => changeOrder(context, logged, { status: 'SENT' }),
  CabinetOrderAnswered: (context, { ssids, at }, logged) =>
    changeOrder(context, logged, { status: 'ANSWERED', ssids, settled_at: at }),
  CabinetOrderFailed: (context, { failure, at }, logged) =>
    changeOrder(context, logged, { status: 'FAILED', failure, settled_at: at }),
};

interface Eject {
  readonly ejectId: string;
  readonly to: Partial<EjectRow>;
}

const changeEject = (
  { ejects: rows }: EjectContext,
  { streamId, position: here }: LoggedIn<'station'>,
  { ejectId, to }: Eject,
): void => rows.update([ejectId, streamId], { ...to, position: here });

const openEject = (
  { ejects: rows }: EjectContext,
  { ejectId, rentalId, purpose, powerBank, at }: DataOf<'station', 'EjectQueued'>,
  { streamId, position: here }: LoggedIn<'station'>,
): void =>
  rows.put({
    station: streamId,
    eject_id: ejectId,
    purpose,
    rental_id: rentalId,
    status: 'QUEUED',
    ordered_power_bank: powerBank,
    ejected_power_bank: null,
    slot: null,
    evidence: null,
    refusal: null,
    queued_at: at,
    dispatched_at: null,
    settled_at: null,
    position: here,
  });

const ejectHandlers: Pick<
  Handlers<'station', EjectContext>,
  | 'EjectQueued'
  | 'EjectOrdered'
  | 'EjectDispatched'
  | 'EjectBecameUncertain'
  | 'PowerBankEjected'
  | 'EjectRefused'
> = {
  EjectQueued: (context, data, logged) => openEject(context, data, logged),
  EjectOrdered: (context, data, logged) => {
    const { ejectId, slot } = data;
    // Only an order that has to wait for another one was queued before it got its turn.
    if (context.ejects.get(ejectId, logged.streamId) === undefined) {
      openEject(context, data, logged);
    }
    changeEject(context, logged, { ejectId, to: { status: 'ORDERED', slot } });
  },
  EjectDispatched: (context, { ejectId, at }, logged) => {
    const to = { status: 'DISPATCHED', dispatched_at: at } as const;
    changeEject(context, logged, { ejectId, to });
  },
  EjectBecameUncertain: (context, { ejectId }, logged) =>
    changeEject(context, logged, { ejectId, to: { status: 'UNCERTAIN' } }),
  PowerBankEjected: (context, { ejectId, powerBank, slot, evidence, at }, logged) => {
    const ejected = { status: 'EJECTED', ejected_power_bank: powerBank, slot } as const;
    changeEject(context, logged, { ejectId, to: { ...ejected, evidence, settled_at: at } });
  },
  EjectRefused: (context, { ejectId, reason, at }, logged) => {
    const to = { status: 'REFUSED', refusal: reason, settled_at: at } as const;
    changeEject(context, logged, { ejectId, to });
  },
};

/** Everything that cabinets were told to do, for staff (`admin/iot/history`). */
export const cabinet = defineProjection({
  // The schema `cabinet` keeps secrets for orders and is no read model.
  name: 'cabinet_history',
  version: 1,
  tables: [orders, ejects],
  lingerMs: unhurriedLingerMs,
  parts: [
    following('cabinet', { open: openOrders, handlers: orderHandlers }),
    following('station', {
      open: openEjects,
      handlers: {
        ...ejectHandlers,
        StationRegistered: ignored,
        StationDetailsChanged: ignored,
        StationCameOnline: ignored,
        StationWentOffline: ignored,
        MaintenanceStarted: ignored,
        MaintenanceEnded: ignored,
        StationFirstSynced: ignored,
        PowerBankDocked: ignored,
        PowerBankDeparted: ignored,
        ReturnEchoed: ignored,
        BatteryLevelsChanged: ignored,
        SlotFaultReported: ignored,
        SlotFaultCleared: ignored,
        SlotMaintenanceStarted: ignored,
        SlotMaintenanceEnded: ignored,
        SlotSightRequested: ignored,
        SlotSighted: ignored,
        PowerBankTakenOutOfService: ignored,
        PowerBankPutInService: ignored,
        PowerBankReserved: ignored,
        ReservationReleased: ignored,
        AnomalyRaised: ignored,
      },
    }),
  ],
});
