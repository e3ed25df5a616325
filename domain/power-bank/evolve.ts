import type { Instant } from '../shared/instant.js';
import type { PowerBankEvent } from './events.js';
import { loggedRentalsMax, type Place, type PowerBankState } from './state.js';

const moved = (state: PowerBankState, place: Place, at: Instant): PowerBankState => ({
  ...state,
  place,
  placedAt: at,
});

/** Folds one fact into the bank. A fact that it does not know leaves the bank as it is. */
export const evolve = (state: PowerBankState, event: PowerBankEvent): PowerBankState => {
  switch (event.type) {
    case 'PowerBankRegistered': {
      const { powerBank, model, capacityMah } = event.data;
      return { ...state, make: { powerBank, model, capacityMah } };
    }
    case 'PowerBankPlaced': {
      const { station, slot, batteryPercent, at } = event.data;
      const placed = moved(state, { kind: 'slot', station, slot }, at);
      if (state.place.kind !== 'rental') return { ...placed, batteryPercent };
      const { rentalId } = state.place;
      return { ...placed, batteryPercent, lastEnded: { rentalId, station, slot, at } };
    }
    case 'PowerBankRented': {
      const { rentalId, batteryPercent, at } = event.data;
      return { ...moved(state, { kind: 'rental', rentalId }, at), batteryPercent };
    }
    case 'PowerBankWentMissing': {
      const { station, slot, at } = event.data;
      return moved(state, { kind: 'missing', station, slot }, at);
    }
    case 'PowerBankDeclaredLost': {
      const { rentalId, at } = event.data;
      return moved(state, { kind: 'lost', rentalId }, at);
    }
    case 'ServiceStateChanged':
      return { ...state, service: event.data.state };
    case 'BatteryCycleLogged': {
      const loggedRentals = [...state.loggedRentals, event.data.rentalId];
      return { ...state, loggedRentals: loggedRentals.slice(-loggedRentalsMax) };
    }
    case 'LostPowerBankSeenAgain':
      // Tells staff; the place follows as `PowerBankPlaced`.
      return state;
    default:
      return state;
  }
};
