import * as t from 'io-ts';
import type { Moment, Past } from '../../audit/past/index.js';
import {
  NonNegativeInteger,
  nullable,
  oneOf,
  Percent,
  PositiveInteger,
} from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import { type SlotView, type StationState, slotViews } from '../../domain/station/index.js';
import { askedItem, pastOf } from './shapes.js';

const Slot = t.strict(
  {
    number: PositiveInteger,
    condition: oneOf('SlotConditionAt', ['AVAILABLE', 'OCCUPIED', 'MAINTENANCE', 'ERROR']),
    power_bank: nullable(t.string),
    battery_percent: nullable(Percent),
    out_of_service: t.boolean,
    reserved_by: nullable(t.string),
    seen_at: Instant,
  },
  'SlotAt',
);

const Eject = t.strict(
  {
    eject_id: t.string,
    rental_id: nullable(t.string),
    power_bank: t.string,
    stage: oneOf('EjectStageAt', ['queued', 'ordered', 'dispatched', 'uncertain']),
  },
  'EjectAt',
);

/** A slot that the cabinet had not shown by then is unknown, and not in the list. */
export const StationAt = pastOf('StationAt', {
  station: t.string,
  name: t.string,
  presence: oneOf('PresenceAt', ['ONLINE', 'OFFLINE']),
  presence_since: nullable(Instant),
  in_maintenance: t.boolean,
  total_slots: NonNegativeInteger,
  slots: t.array(Slot),
  open_ejects: t.array(Eject),
});

const slotItem = (view: SlotView): t.TypeOf<typeof Slot> => ({
  number: view.slot,
  condition: view.condition,
  power_bank: view.powerBank,
  battery_percent: view.batteryPercent,
  out_of_service: view.outOfService,
  reserved_by: view.reservedBy,
  seen_at: view.seenAt,
});

/** `null` when the station was not registered yet. */
export const stationItem = (
  moment: Moment,
  past: Past<StationState>,
): t.TypeOf<typeof StationAt> | null => {
  const { state } = past;
  if (state.registration === null) return null;
  const { station, details } = state.registration;
  return {
    ...askedItem(moment, past),
    station,
    name: details.name,
    presence: state.presence,
    presence_since: state.presenceSince,
    in_maintenance: state.maintenance !== null,
    total_slots: details.totalSlots,
    slots: slotViews(state).map(slotItem),
    open_ejects: [...state.openEjects.values()].map(({ ejectId, rentalId, powerBank, stage }) => ({
      eject_id: ejectId,
      rental_id: rentalId,
      power_bank: powerBank,
      stage,
    })),
  };
};
