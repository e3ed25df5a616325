import * as E from 'fp-ts/lib/Either.js';
import { differingFields } from '../shared/repeat.js';
import type {
  ChangeStationDetails,
  EndMaintenance,
  EndSlotMaintenance,
  RegisterStation,
  StartMaintenance,
  StartSlotMaintenance,
} from './commands.js';
import type { Decision } from './decision.js';
import type { StationState } from './state.js';

/** A repeated registration asks for nothing, whatever staff have changed since the first one. */
export const registerStation = (wish: RegisterStation, state: StationState): Decision => {
  const { station, imei, details, at } = wish;
  if (state.registration === null) {
    return E.right([{ type: 'StationRegistered', data: { station, imei, details, at } }]);
  }
  const { registeredDetails, station: known, imei: knownImei } = state.registration;
  const differing = differingFields(
    { station: known, imei: knownImei, ...registeredDetails },
    { station, imei, ...details },
  );
  return differing.length === 0
    ? E.right([])
    : E.left({ kind: 'AlreadyRegistered', station: known, differing });
};

export const changeStationDetails = (
  { details, at }: ChangeStationDetails,
  state: StationState,
): Decision => {
  const current = state.registration?.details;
  if (current !== undefined && differingFields(current, details).length === 0) return E.right([]);
  const cutOff = [...state.slots.values()]
    .filter(({ slot, bank }) => slot > details.totalSlots && bank !== null)
    .map(({ slot }) => slot);
  if (cutOff.length > 0) return E.left({ kind: 'SlotsStillOccupied', slots: cutOff });
  return E.right([{ type: 'StationDetailsChanged', data: { details, at } }]);
};

export const startMaintenance = ({ reason, at }: StartMaintenance, state: StationState): Decision =>
  E.right(state.maintenance === null ? [{ type: 'MaintenanceStarted', data: { reason, at } }] : []);

export const endMaintenance = ({ at }: EndMaintenance, state: StationState): Decision =>
  E.right(state.maintenance === null ? [] : [{ type: 'MaintenanceEnded', data: { at } }]);

export const startSlotMaintenance = (
  { slot, reason, at }: StartSlotMaintenance,
  state: StationState,
): Decision => {
  const known = state.slots.get(slot);
  if (known === undefined) return E.left({ kind: 'SlotUnknown', slot });
  if (known.inMaintenance) return E.right([]);
  return E.right([{ type: 'SlotMaintenanceStarted', data: { slot, reason, at } }]);
};

export const endSlotMaintenance = (
  { slot, at }: EndSlotMaintenance,
  state: StationState,
): Decision => {
  const known = state.slots.get(slot);
  if (known === undefined) return E.left({ kind: 'SlotUnknown', slot });
  return E.right(known.inMaintenance ? [{ type: 'SlotMaintenanceEnded', data: { slot, at } }] : []);
};
