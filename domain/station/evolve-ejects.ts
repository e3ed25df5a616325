import type { EjectId, PowerBankSerial, RentalId } from '../shared/ids.js';
import type { DataOf } from './events.js';
import { emptiedByEject, withSlot } from './evolve-slots.js';
import {
  type EjectOrder,
  type EndedEject,
  endedEjectsMax,
  type OpenEject,
  type StationState,
} from './state.js';

const without = <Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): ReadonlyMap<Key, Value> => {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
};

export const reserved = (
  state: StationState,
  { rentalId, purpose, powerBank, slot }: DataOf<'PowerBankReserved'>,
): StationState => ({
  ...state,
  reservations: new Map(state.reservations).set(rentalId, { rentalId, purpose, powerBank, slot }),
});

/** The reservation of this bank is over; one that the rental made since, of another, is not. */
export const reservationEnded = (
  state: StationState,
  ended: { readonly rentalId: RentalId | null; readonly powerBank: PowerBankSerial },
): StationState => {
  const { rentalId, powerBank } = ended;
  if (rentalId === null || state.reservations.get(rentalId)?.powerBank !== powerBank) return state;
  return { ...state, reservations: without(state.reservations, rentalId) };
};

const orderOf = ({ ejectId, rentalId, purpose, powerBank }: EjectOrder): EjectOrder => ({
  ejectId,
  rentalId,
  purpose,
  powerBank,
});

const withOpenEject = (state: StationState, eject: OpenEject): StationState => ({
  ...state,
  openEjects: new Map(state.openEjects).set(eject.ejectId, eject),
});

export const queued = (state: StationState, data: DataOf<'EjectQueued'>): StationState =>
  withOpenEject(state, { ...orderOf(data), stage: 'queued' });

export const ordered = (state: StationState, data: DataOf<'EjectOrdered'>): StationState =>
  withOpenEject(state, {
    ...orderOf(data),
    stage: 'ordered',
    slot: data.slot,
    orderedAt: data.at,
  });

export const dispatched = (
  state: StationState,
  { ejectId, at }: DataOf<'EjectDispatched'>,
): StationState => {
  const eject = state.openEjects.get(ejectId);
  if (eject === undefined || eject.stage === 'queued') return state;
  const { slot } = eject;
  const sent = withOpenEject(state, { ...orderOf(eject), stage: 'dispatched', slot });
  return withSlot(sent, { slot, at }, () => ({ ejectAt: at }));
};

export const becameUncertain = (
  state: StationState,
  { ejectId }: DataOf<'EjectBecameUncertain'>,
): StationState => {
  const eject = state.openEjects.get(ejectId);
  if (eject === undefined || eject.stage === 'queued') return state;
  return withOpenEject(state, { ...orderOf(eject), stage: 'uncertain', slot: eject.slot });
};

const closed = (
  state: StationState,
  ejectId: EjectId,
  end: Pick<EndedEject, 'ejected' | 'refusal' | 'endedAt'>,
): StationState => {
  const eject = state.openEjects.get(ejectId);
  if (eject === undefined) return state;
  const ended: EndedEject = {
    ...orderOf(eject),
    slot: eject.stage === 'queued' ? null : eject.slot,
    wasDispatched: eject.stage === 'dispatched' || eject.stage === 'uncertain',
    ...end,
  };
  return {
    ...state,
    openEjects: without(state.openEjects, ejectId),
    endedEjects: [...state.endedEjects, ended].slice(-endedEjectsMax),
  };
};

export const ejected = (state: StationState, data: DataOf<'PowerBankEjected'>): StationState =>
  closed(reservationEnded(emptiedByEject(state, data), data), data.ejectId, {
    ejected: data.powerBank,
    refusal: null,
    endedAt: data.at,
  });

export const refused = (state: StationState, data: DataOf<'EjectRefused'>): StationState => {
  const { ejectId, reason, at } = data;
  const eject = state.openEjects.get(ejectId);
  const over = closed(state, ejectId, { ejected: null, refusal: reason, endedAt: at });
  // Nobody knows what is in the slot, so its bank is not handed out before the slot was seen.
  return eject !== undefined && eject.stage !== 'queued' && reason === 'undecided-for-too-long'
    ? withSlot(over, { slot: eject.slot, at }, () => ({ doubt: ejectId }))
    : over;
};
