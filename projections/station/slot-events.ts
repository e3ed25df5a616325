import { type Handlers, ignored } from '../engine/projection.js';
import {
  changeSlot,
  changeSlotOfBank,
  changeStation,
  empty,
  type StationContext,
  slotsOf,
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

  PowerBankReserved: (context, { rentalId, slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { reserved_for_rental: rentalId } }),
  ReservationReleased: (context, { slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { reserved_for_rental: null } }),
  EjectQueued: (context, { ejectId, powerBank, at }, logged) =>
    changeSlotOfBank(context, logged, { powerBank, at, to: { eject_id: ejectId } }),
  EjectOrdered: (context, { ejectId, slot, at }, logged) =>
    changeSlot(context, logged, { slot, at, to: { eject_id: ejectId } }),
  EjectDispatched: ignored,
  EjectBecameUncertain: ignored,
  PowerBankEjected: (context, { ejectId, rentalId, slot, at }, logged) => {
    // The bank that was ordered may be another one, in another slot, which is free again then.
    for (const row of slotsOf(context, logged)) {
      const isReserved = rentalId !== null && row.reserved_for_rental === rentalId;
      if (row.eject_id !== ejectId && !isReserved) continue;
      const to = {
        eject_id: row.eject_id === ejectId ? null : row.eject_id,
        reserved_for_rental: isReserved ? null : row.reserved_for_rental,
      };
      changeSlot(context, logged, { slot: row.slot, at, to });
    }
    changeSlot(context, logged, { slot, at, to: { ...empty, is_in_doubt: false, seen_at: at } });
  },
  EjectRefused: (context, { ejectId, reason, at }, logged) => {
    for (const row of slotsOf(context, logged)) {
      if (row.eject_id !== ejectId) continue;
      const doubt = reason === 'undecided-for-too-long' ? { is_in_doubt: true } : {};
      changeSlot(context, logged, { slot: row.slot, at, to: { eject_id: null, ...doubt } });
    }
  },
};
