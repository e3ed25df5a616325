import type { RentalRequest } from '../rental/request.js';
import { emptyMap, type GrowingMap, lookUp, withEntry } from '../shared/growing-map.js';
import type { RentalId } from '../shared/ids.js';
import type { Money } from '../shared/money.js';
import type { RenterEvent } from './events.js';

/** A rental's claim on its user: OPEN → OVERDUE → RELEASED, or OPEN → RELEASED. */
export interface Claim {
  readonly status: 'open' | 'overdue' | 'released';
  readonly request: RentalRequest;
}

export interface RenterState {
  /** The one rental that is open or overdue, or `null` (START-4). */
  readonly currentRentalId: RentalId | null;
  /** Every rental that this user ever claimed. */
  readonly claims: GrowingMap<RentalId, Claim>;
  /** What is owed for ended rentals, oldest first (START-5). */
  readonly dues: ReadonlyMap<RentalId, Money>;
}

export const newRenter: RenterState = {
  currentRentalId: null,
  claims: emptyMap(),
  dues: new Map(),
};

export const claimOf = (renter: RenterState, rentalId: RentalId): Claim | undefined =>
  lookUp(renter.claims, rentalId);

const withStatus = (
  renter: RenterState,
  rentalId: RentalId,
  status: Claim['status'],
): RenterState => {
  const claim = claimOf(renter, rentalId);
  if (claim === undefined) return renter;
  return { ...renter, claims: withEntry(renter.claims, rentalId, { ...claim, status }) };
};

export const evolveRenter = (renter: RenterState, event: RenterEvent): RenterState => {
  const { rentalId } = event.data;
  switch (event.type) {
    case 'RentalClaimed': {
      const claim: Claim = { status: 'open', request: event.data.request };
      const claims = withEntry(renter.claims, rentalId, claim);
      return { ...renter, currentRentalId: rentalId, claims };
    }
    case 'OpenRentalBecameOverdue':
      return withStatus(renter, rentalId, 'overdue');
    case 'RentalClaimReleased': {
      const released = withStatus(renter, rentalId, 'released');
      return renter.currentRentalId === rentalId
        ? { ...released, currentRentalId: null }
        : released;
    }
    case 'DueRecorded':
      return { ...renter, dues: new Map(renter.dues).set(rentalId, event.data.owed) };
    case 'DueCleared': {
      const dues = new Map(renter.dues);
      dues.delete(rentalId);
      return { ...renter, dues };
    }
    default:
      return renter;
  }
};
