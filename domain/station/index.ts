import type { Aggregate } from '../shared/aggregate.js';
import type { StationCommand } from './commands.js';
import { decide } from './decide.js';
import { type StationEvent, stationEvents } from './events.js';
import { evolve } from './evolve.js';
import type { StationRefusal } from './refusals.js';
import { type StationState, unregistered } from './state.js';

export type * from './commands.js';
export * from './details.js';
export * from './events.js';
export type { StationRefusal } from './refusals.js';
export {
  chooseBank,
  openForRenting,
  type RentableBank,
  type RentingNeeds,
  rentableBanks,
  type Unrentable,
} from './rentable.js';
export {
  isUnsettled,
  type OpenEject,
  type Reservation,
  reservationOfBank,
  type Slot,
  type StationState,
  slotOfBank,
} from './state.js';
export { type SlotCondition, type SlotView, slotViews, viewOfBank } from './views.js';

/**
 * One cabinet, as its messages show it: which bank is in which slot, for whom it is set aside,
 * and which one is on its way out. Its stream is `station-{serial}`.
 */
export const station: Aggregate<StationCommand, StationState, StationEvent, StationRefusal> = {
  category: 'station',
  events: stationEvents,
  initial: unregistered,
  decide,
  evolve,
};
