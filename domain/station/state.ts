import type { EjectId, Imei, PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { StationDetails } from './details.js';
import type { EjectPurpose, EjectRefusalReason, ReportChannel, StationAnomaly } from './events.js';

export interface Registration {
  readonly station: StationSerial;
  readonly imei: Imei;
  /** As registered; a repeated registration is compared with it, whatever changed since. */
  readonly registeredDetails: StationDetails;
  readonly details: StationDetails;
}

export interface DockedBank {
  readonly powerBank: PowerBankSerial;
  /** Percent; `null` when the cabinet does not know it. */
  readonly batteryPercent: number | null;
  readonly dockedAt: Instant;
  readonly outOfService: boolean;
}

/** The last return into a slot: over which channels it was told, and when each was last heard. */
export interface LastReturn {
  readonly powerBank: PowerBankSerial;
  readonly at: Instant;
  readonly heard: ReadonlyMap<ReportChannel, Instant>;
}

/**
 * One slot, as the cabinet showed it to us. A slot that was never shown is not in the state:
 * it is unknown, not empty (cabinet protocol §3.5).
 */
export interface Slot {
  readonly slot: number;
  readonly bank: DockedBank | null;
  /** The cabinet's own number of the fault that it reports; `null` when it reports none. */
  readonly fault: number | null;
  readonly inMaintenance: boolean;
  /** When the log last knew what the cabinet showed here; unchanged reports leave no trace. */
  readonly seenAt: Instant;
  /** Last eject sent to or done at this slot: a report soon after it may be out of date. */
  readonly ejectAt: Instant | null;
  /** The eject that was given up undecided, until the cabinet shows the slot again. */
  readonly doubt: EjectId | null;
  readonly lastReturn: LastReturn | null;
  readonly sightWantedBy: readonly RentalId[];
}

/** A bank set aside for a rental; ends with its ejection or with `ReservationReleased`. */
export interface Reservation {
  readonly rentalId: RentalId;
  readonly purpose: EjectPurpose;
  readonly powerBank: PowerBankSerial;
  readonly slot: number;
}

export interface EjectOrder {
  readonly ejectId: EjectId;
  readonly rentalId: RentalId | null;
  readonly purpose: EjectPurpose;
  readonly powerBank: PowerBankSerial;
}

/**
 * An order that has not ended.
 *
 * queued     → ordered     the turn is free: at most one order is ordered or dispatched.
 * ordered    → dispatched  written before the command is published, so that it goes out once.
 * dispatched → uncertain   no answer in time, or one that proves nothing.
 *
 * Any of them ends in `EjectRefused`, a dispatched or uncertain one also in `PowerBankEjected`.
 * An uncertain order does not keep the turn. The cabinet has had its time to answer and runs one
 * eject at a time, so it is done with it; proof may take until the next upload, 20 minutes away;
 * and a late answer names the bank, so that it cannot be taken for that of the next order.
 */
export type OpenEject = EjectOrder &
  (
    | { readonly stage: 'queued' }
    | { readonly stage: 'ordered'; readonly slot: number; readonly orderedAt: Instant }
    | { readonly stage: 'dispatched' | 'uncertain'; readonly slot: number }
  );

/** An order that is over. Remembered, because answers may be repeated or come late. */
export interface EndedEject extends EjectOrder {
  /** `null` when it never got its turn. */
  readonly slot: number | null;
  readonly wasDispatched: boolean;
  /** The bank that came out for it, whichever was ordered; `null` when refused. */
  readonly ejected: PowerBankSerial | null;
  readonly refusal: EjectRefusalReason | null;
  readonly endedAt: Instant;
}

/** The latest anomaly of a slot that changed nothing, kept so that it is raised once. */
export interface RaisedAnomaly {
  readonly anomaly: StationAnomaly;
  readonly at: Instant;
}

export interface StationState {
  readonly registration: Registration | null;
  readonly presence: 'ONLINE' | 'OFFLINE';
  /** When the presence last changed; `null` before the first sign of life. */
  readonly presenceSince: Instant | null;
  /** Why staff keep the station from renting; `null` when they do not. */
  readonly maintenance: { readonly reason: string } | null;
  /** When the cabinet first showed all its slots; `null` before. */
  readonly firstSyncedAt: Instant | null;
  readonly slots: ReadonlyMap<number, Slot>;
  readonly reservations: ReadonlyMap<RentalId, Reservation>;
  /** In the order in which they were asked for. */
  readonly openEjects: ReadonlyMap<EjectId, OpenEject>;
  /** Oldest first, at most `endedEjectsMax`. */
  readonly endedEjects: readonly EndedEject[];
  readonly raised: ReadonlyMap<number, RaisedAnomaly>;
}

/**
 * Ended orders that are remembered. A cabinet ejects one bank in a few seconds, so these cover
 * every answer that a reconnecting cabinet can still have under way.
 */
export const endedEjectsMax = 50;

export const unregistered: StationState = {
  registration: null,
  presence: 'OFFLINE',
  presenceSince: null,
  maintenance: null,
  firstSyncedAt: null,
  slots: new Map(),
  reservations: new Map(),
  openEjects: new Map(),
  endedEjects: [],
  raised: new Map(),
};

/** Slots that the cabinet is registered with; 0 before registration. */
export const totalSlots = (state: StationState): number =>
  state.registration?.details.totalSlots ?? 0;

/** The slot that shows this bank, if one does. */
export const slotOfBank = (state: StationState, powerBank: PowerBankSerial): Slot | undefined => {
  for (const slot of state.slots.values()) {
    if (slot.bank?.powerBank === powerBank) return slot;
  }
  return undefined;
};

export const reservationOfBank = (
  state: StationState,
  powerBank: PowerBankSerial,
): Reservation | undefined => {
  for (const reservation of state.reservations.values()) {
    if (reservation.powerBank === powerBank) return reservation;
  }
  return undefined;
};

export const openEjectOfBank = (
  state: StationState,
  powerBank: PowerBankSerial,
): OpenEject | undefined => {
  for (const eject of state.openEjects.values()) {
    if (eject.powerBank === powerBank) return eject;
  }
  return undefined;
};

/** Published, and neither answered for certain nor settled by a look at the slot. */
export type UnsettledEject = Extract<OpenEject, { readonly stage: 'dispatched' | 'uncertain' }>;

export const isUnsettled = (eject: OpenEject): eject is UnsettledEject =>
  eject.stage === 'dispatched' || eject.stage === 'uncertain';

/** The order whose turn it is: the cabinet does one at a time (cabinet protocol §12). */
export const turnHolder = (state: StationState): OpenEject | undefined => {
  for (const eject of state.openEjects.values()) {
    if (eject.stage === 'ordered' || eject.stage === 'dispatched') return eject;
  }
  return undefined;
};
