import type { RentalId, StationSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Make } from './commands.js';
import type { ServiceState } from './events.js';

/**
 * Where a bank is: exactly one of these at any time.
 *
 * nowhere  registered, and not yet seen by a cabinet.
 * slot     a cabinet shows it.
 * rental   ejected to a renter: no station and no slot any more (P-005).
 * missing  left its slot without a rental; the slot is the last that showed it.
 * lost     its rental was closed as abandoned (ABN-1).
 *
 * From everywhere it goes to `slot` when a cabinet shows it; only `slot` leads to `missing` and,
 * by an ejection, to `rental`; only `rental` leads to `lost`.
 */
export type Place =
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'slot'; readonly station: StationSerial; readonly slot: number }
  | { readonly kind: 'rental'; readonly rentalId: RentalId }
  | { readonly kind: 'missing'; readonly station: StationSerial; readonly slot: number }
  | { readonly kind: 'lost'; readonly rentalId: RentalId };

/** A rental that ended because a cabinet showed its bank. */
export interface EndedRental {
  readonly rentalId: RentalId;
  readonly station: StationSerial;
  readonly slot: number;
  readonly at: Instant;
}

export interface PowerBankState {
  /** `null` while nobody has heard of the bank. */
  readonly make: Make | null;
  readonly place: Place;
  /** When it came to its place; older news about places is no news. */
  readonly placedAt: Instant | null;
  readonly service: ServiceState;
  readonly batteryPercent: number | null;
  /** The latest rental that a return ended, for whoever has to settle it. */
  readonly lastEnded: EndedRental | null;
  /** Rentals whose cycle was logged, oldest first, at most `loggedRentalsMax`. */
  readonly loggedRentals: readonly RentalId[];
}

/** A bank has one rental at a time, so only the latest can be logged twice; the rest is margin. */
export const loggedRentalsMax = 20;

export const unheardOf: PowerBankState = {
  make: null,
  place: { kind: 'nowhere' },
  placedAt: null,
  service: 'AVAILABLE',
  batteryPercent: null,
  lastEnded: null,
  loggedRentals: [],
};

/** Rules 2.6. */
export type PowerBankStatus = 'AVAILABLE' | 'RENTED' | 'LOST' | 'MAINTENANCE' | 'DAMAGED';

/**
 * The one word for a bank. An available bank has a station and a slot (P-005), so one that has
 * none and is not rented needs looking after, whatever staff last said of it (ABN-3).
 */
export const statusOf = ({ place, service }: PowerBankState): PowerBankStatus => {
  switch (place.kind) {
    case 'rental':
      return 'RENTED';
    case 'lost':
      return 'LOST';
    case 'slot':
      return service;
    case 'nowhere':
    case 'missing':
      return service === 'AVAILABLE' ? 'MAINTENANCE' : service;
  }
};
