import type { RentalRequest } from '../rental/request.js';
import { dayOf } from '../shared/day.js';
import { emptyMap, type GrowingMap, lookUp, withEntry } from '../shared/growing-map.js';
import type { RentalId, StationSerial, SwapId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
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
  /** Swaps of the latest day on which there was one, in Nepal's calendar (SWAP-2). */
  readonly swaps: {
    readonly day: string;
    readonly done: ReadonlyMap<SwapId, StationSerial>;
  };
  /** What is owed for ended rentals, oldest first (START-5). */
  readonly dues: ReadonlyMap<RentalId, Money>;
  /** The user is leaving, or has left: nothing is rented any more (AUTH-11). */
  readonly isClosed: boolean;
}

export const newRenter: RenterState = {
  currentRentalId: null,
  claims: emptyMap(),
  swaps: { day: '', done: new Map() },
  dues: new Map(),
  isClosed: false,
};

/** Swaps of this user at this station on the day of `at` (SWAP-2). */
export const swapsToday = (
  { swaps }: RenterState,
  { station, at }: { readonly station: StationSerial; readonly at: Instant },
): number =>
  swaps.day === dayOf(at)
    ? [...swaps.done.values()].filter((where) => where === station).length
    : 0;

const withSwap = (
  renter: RenterState,
  { swapId, station, at }: Extract<RenterEvent, { type: 'SwapCounted' }>['data'],
): RenterState => {
  const day = dayOf(at);
  const done = new Map(renter.swaps.day === day ? renter.swaps.done : []).set(swapId, station);
  return { ...renter, swaps: { day, done } };
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
  if (event.type === 'RenterClosed') return { ...renter, isClosed: true };
  if (event.type === 'RenterReopened') return { ...renter, isClosed: false };
  return evolveRental(renter, event);
};

type RentalFact = Exclude<RenterEvent, { type: 'RenterClosed' | 'RenterReopened' }>;

const evolveRental = (renter: RenterState, event: RentalFact): RenterState => {
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
    case 'SwapCounted':
      return withSwap(renter, event.data);
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
