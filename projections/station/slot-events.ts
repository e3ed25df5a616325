import { type Handlers, ignored, type LoggedIn } from '../engine/projection.js';
import {
  changeSlot,
  changeSlotOfBank,
  changeStation,
  empty,
  refreshBank,
  type StationContext,
} from './context.js';

type SlotEventType = Exclude<
  keyof Handlers<'station', StationContext>,
  | 'StationRegistered'
  | 'StationDetailsChanged'
  | 'StationCameOnline'
  | 'StationWentOffline'
  | 'MaintenanceStarted'
  | 'MaintenanceEnded'
  | 'AnomalyRaised'
>;

type Logged = LoggedIn<'station'>;

/** A reservation that the rental has made since, of another bank, is not over. */
const endReservation = (
  { reservations }: StationContext,
  { streamId }: Logged,
  { rentalId, powerBank }: { readonly rentalId: string; readonly powerBank: string },
): void => {
  const isOfBank = reservations.get(streamId, rentalId)?.power_bank === powerBank;
  if (isOfBank) reservations.remove(streamId, rentalId);
};

interface Order {
  readonly ejectId: string;
  readonly powerBank: string;
  readonly slot: number | null;
}

const putEject = (
  { openEjects }: StationContext,
  { streamId: station, position }: Logged,
  { ejectId, powerBank, slot }: Order,
): void => openEjects.put({ station, eject_id: ejectId, power_bank: powerBank, slot, position });

/** What concerns single slots: banks that come and go, faults, reservations, ejects. */
export const slotHandlers: Pick<Handlers<'station', StationContext>, SlotEventType> = {
  StationFirstSynced: (context, { slots, at }, logged) => {
    changeStation(context, logged, { first_synced_at: at, updated_at: at });
    for (const slot of slots) changeSlot(context, logged, { slot, at, to: { seen_at: at } });
  },
  PowerBankDocked: (context, { slot, powerBank, batteryPercent, at }, logged) => {
    const bank = { power_bank: powerBank, battery_percent: batteryPercent, docked_at: at };
    const to = { ...bank, is_bank_in_service: true, is_in_doubt: false, seen_at: at };
    changeSlot(context, logged, { slot, at, to });
  },
  PowerBankDeparted: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { ...empty, is_in_doubt: false } }),
  ReturnEchoed: (context, { powerBank, at }, logged) =>
    changeSlotOfBank(context, logged, { powerBank, at, to: { seen_at: at } }),
  BatteryLevelsChanged: (context, { levels, at }, logged) => {
    for (const { slot, powerBank, batteryPercent } of levels) {
      if (context.slots.get(logged.streamId, slot)?.power_bank !== powerBank) continue;
      const to = { battery_percent: batteryPercent, seen_at: at };
      changeSlot(context, logged, { slot, at, to });
    }
  },
  SlotFaultReported: (context, { slot, rawState, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { fault: rawState, seen_at: at } }),
  SlotFaultCleared: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { fault: null, seen_at: at } }),
  SlotMaintenanceStarted: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { is_in_maintenance: true } }),
  SlotMaintenanceEnded: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { is_in_maintenance: false } }),
  SlotSightRequested: ignored,
  SlotSighted: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { is_in_doubt: false, seen_at: at } }),
  PowerBankTakenOutOfService: (context, { powerBank, at }, logged) =>
    changeSlotOfBank(context, logged, { powerBank, at, to: { is_bank_in_service: false } }),
  PowerBankPutInService: (context, { powerBank, at }, logged) =>
    changeSlotOfBank(context, logged, { powerBank, at, to: { is_bank_in_service: true } }),

  PowerBankReserved: (context, { rentalId, powerBank, at }, logged) => {
    const { streamId: station, position } = logged;
    const reservation = { station, rental_id: rentalId, power_bank: powerBank, position };
    context.reservations.put(reservation);
    refreshBank(context, logged, { powerBank, at });
  },
  ReservationReleased: (context, { rentalId, powerBank, at }, logged) => {
    endReservation(context, logged, { rentalId, powerBank });
    refreshBank(context, logged, { powerBank, at });
  },
  EjectQueued: (context, { ejectId, powerBank, at }, logged) => {
    putEject(context, logged, { ejectId, powerBank, slot: null });
    refreshBank(context, logged, { powerBank, at });
  },
  EjectOrdered: (context, { ejectId, powerBank, slot, at }, logged) => {
    putEject(context, logged, { ejectId, powerBank, slot });
    refreshBank(context, logged, { powerBank, at });
  },
  EjectDispatched: ignored,
  EjectBecameUncertain: ignored,
  PowerBankEjected: (context, data, logged) => {
    const { ejectId, rentalId, powerBank, ordered, slot, at } = data;
    context.openEjects.remove(logged.streamId, ejectId);
    if (rentalId !== null) endReservation(context, logged, { rentalId, powerBank });
    changeSlot(context, logged, { slot, at, to: { ...empty, is_in_doubt: false, seen_at: at } });
    // The bank that was ordered may still be there, when another one came out (START-14).
    refreshBank(context, logged, { powerBank: ordered, at });
  },
  EjectRefused: (context, { ejectId, powerBank, reason, at }, logged) => {
    const eject = context.openEjects.get(logged.streamId, ejectId);
    context.openEjects.remove(logged.streamId, ejectId);
    refreshBank(context, logged, { powerBank, at });
    const slot = eject?.slot ?? null;
    if (reason !== 'undecided-for-too-long' || slot === null) return;
    changeSlot(context, logged, { slot, at, to: { is_in_doubt: true } });
  },
};
