import type { PowerBankSerial, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type {
  DepartureCause,
  EjectEvidence,
  EjectRefusalReason,
  StationAnomaly,
  StationEvent,
} from './events.js';
import {
  type EjectOrder,
  isUnsettled,
  openEjectOfBank,
  reservationOfBank,
  type StationState,
  slotOfBank,
  type UnsettledEject,
} from './state.js';

/**
 * How orders, reservations and stays in a slot end. Each ends exactly once, and whatever hung on
 * it ends with it, in the same decision: nothing stays reserved for a bank that is gone (P-023).
 */

export const anomaly = (found: StationAnomaly, at: Instant): StationEvent => ({
  type: 'AnomalyRaised',
  data: { anomaly: found, at },
});

/** Frees what this rental has reserved, if it has reserved anything. */
export const releaseOf = (
  state: StationState,
  rentalId: RentalId | null,
  at: Instant,
): readonly StationEvent[] => {
  const reservation = rentalId === null ? undefined : state.reservations.get(rentalId);
  if (reservation === undefined) return [];
  const { powerBank, slot } = reservation;
  const data = { rentalId: reservation.rentalId, powerBank, slot, at };
  return [{ type: 'ReservationReleased', data }];
};

export interface EjectRefusal {
  readonly reason: EjectRefusalReason;
  /** The cabinet's own number; `null` when it did not say anything. */
  readonly rawState: number | null;
  readonly at: Instant;
}

/** The order certainly has not brought out its bank, or nobody can tell; nothing stays held. */
export const refusalOf = (
  state: StationState,
  { ejectId, rentalId, purpose, powerBank }: EjectOrder,
  { reason, rawState, at }: EjectRefusal,
): readonly StationEvent[] => [
  { type: 'EjectRefused', data: { ejectId, rentalId, purpose, powerBank, reason, rawState, at } },
  ...releaseOf(state, rentalId, at),
];

/** Ends whatever still counts on a bank that is gone: its order, and its reservation. */
export const endClaimsOn = (
  state: StationState,
  powerBank: PowerBankSerial,
  at: Instant,
): readonly StationEvent[] => {
  const order = openEjectOfBank(state, powerBank);
  if (order !== undefined)
    return refusalOf(state, order, { reason: 'bank-gone', rawState: null, at });
  return releaseOf(state, reservationOfBank(state, powerBank)?.rentalId ?? null, at);
};

export interface Departure {
  readonly slot: number;
  readonly powerBank: PowerBankSerial;
  readonly why: DepartureCause;
  readonly at: Instant;
}

export const departureOf = (state: StationState, departure: Departure): readonly StationEvent[] => {
  const { slot, powerBank, why, at } = departure;
  return [
    { type: 'PowerBankDeparted', data: { slot, powerBank, why, at } },
    ...endClaimsOn(state, powerBank, at),
  ];
};

/** A late success of an order that had already ended: the bank is out, and nobody rents it. */
export const lateDepartureOf = (
  state: StationState,
  order: Pick<EjectOrder, 'ejectId' | 'powerBank'>,
  sight: { readonly slot: number; readonly at: Instant },
): readonly StationEvent[] => {
  const { ejectId, powerBank } = order;
  return [
    ...departureOf(state, { ...sight, powerBank, why: 'ejected-late' }),
    anomaly({ kind: 'ejected-after-giving-up', ejectId, powerBank }, sight.at),
  ];
};

/** `powerBank` came out for `order`; its slot is empty and its reservation used up. */
export const ejectionFor = (
  state: StationState,
  order: UnsettledEject,
  proof: {
    readonly powerBank: PowerBankSerial;
    readonly evidence: EjectEvidence;
    readonly at: Instant;
  },
): StationEvent => {
  const { ejectId, rentalId, purpose, powerBank: ordered } = order;
  const from = slotOfBank(state, proof.powerBank);
  return {
    type: 'PowerBankEjected',
    data: {
      ejectId,
      rentalId,
      purpose,
      powerBank: proof.powerBank,
      ordered,
      slot: from?.slot ?? order.slot,
      batteryPercent: from?.bank?.batteryPercent ?? null,
      evidence: proof.evidence,
      at: proof.at,
    },
  };
};

/**
 * A bank that we see in one slot shows up in another slot of the cabinet. When an order of ours
 * was on its way to it, that order has been carried out; otherwise somebody moved the bank.
 */
export const moveAway = (
  state: StationState,
  powerBank: PowerBankSerial,
  proof: { readonly evidence: EjectEvidence; readonly at: Instant },
): readonly StationEvent[] => {
  const from = slotOfBank(state, powerBank);
  if (from === undefined) return [];
  const order = openEjectOfBank(state, powerBank);
  if (order !== undefined && isUnsettled(order)) {
    return [ejectionFor(state, order, { ...proof, powerBank })];
  }
  const { slot } = from;
  return departureOf(state, { slot, powerBank, why: 'seen-elsewhere', at: proof.at });
};
