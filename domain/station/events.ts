import * as t from 'io-ts';
import { NonNegativeInteger, nullable, oneOf, Percent, PositiveInteger } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { EjectId, Imei, PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { StationDetails } from './details.js';

/** Over which channel a cabinet told us; one return arrives over several (protocol §5). */
export const ReportChannel = oneOf('ReportChannel', [
  'return',
  'return-selftest',
  'return-http',
  'inventory',
]);
export type ReportChannel = t.TypeOf<typeof ReportChannel>;

/** Why a station's presence changed (rules 2.4). */
export const PresenceTrigger = oneOf('PresenceTrigger', [
  'SYNC',
  'HEARTBEAT',
  'BROKER',
  'MANUAL',
  'TIMEOUT',
]);
export type PresenceTrigger = t.TypeOf<typeof PresenceTrigger>;

/** What a reservation or an ejection is for. */
export const EjectPurpose = oneOf('EjectPurpose', ['RENTAL', 'SWAP', 'STAFF']);
export type EjectPurpose = t.TypeOf<typeof EjectPurpose>;

/** Why an ejection certainly did not happen. */
export const EjectRefusalReason = oneOf('EjectRefusalReason', [
  'cabinet-refused',
  'still-in-slot',
  'not-connected',
  'expired-before-dispatch',
  /** Its reservation was released before the order was dispatched. */
  'not-reserved',
  /** The bank left the slot by other means before the order could reach it. */
  'bank-gone',
  /** Nobody could tell in time; the slot stays in doubt until the cabinet shows it again. */
  'undecided-for-too-long',
]);
export type EjectRefusalReason = t.TypeOf<typeof EjectRefusalReason>;

/** How we know that a bank came out: told so, its slot shown without it, or returned since. */
export const EjectEvidence = oneOf('EjectEvidence', ['answer', 'inventory', 'return']);
export type EjectEvidence = t.TypeOf<typeof EjectEvidence>;

/** Why a bank is no longer where we saw it, other than by an order that we still waited for. */
export const DepartureCause = oneOf('DepartureCause', [
  'missing',
  'seen-elsewhere',
  'replaced',
  /** By an order that had already been given up: it ended once, and this is not its end. */
  'ejected-late',
]);
export type DepartureCause = t.TypeOf<typeof DepartureCause>;

/** Things that staff should look at; none of them changes what the cabinet physically shows. */
export const StationAnomaly = t.union([
  /** A return names a slot in which we see another bank (RET-6). */
  t.strict({
    kind: t.literal('slot-conflict'),
    slot: PositiveInteger,
    seen: PowerBankSerial,
    reported: PowerBankSerial,
  }),
  /** A bank left its slot without an order of ours. */
  t.strict({ kind: t.literal('bank-missing'), slot: PositiveInteger, powerBank: PowerBankSerial }),
  /** Another bank than the ordered one came out (START-14). */
  t.strict({
    kind: t.literal('eject-mismatch'),
    ejectId: EjectId,
    ordered: PowerBankSerial,
    ejected: PowerBankSerial,
  }),
  /** A bank came out for an order that had been given up: a late answer (protocol §11). */
  t.strict({
    kind: t.literal('ejected-after-giving-up'),
    ejectId: EjectId,
    powerBank: PowerBankSerial,
  }),
  /** A report lists more slots than the cabinet is registered with (protocol §3.2). */
  t.strict({ kind: t.literal('phantom-slot'), slot: PositiveInteger, powerBank: PowerBankSerial }),
  /** One report shows the same serial in a second slot: a stale entry or a cloned number. */
  t.strict({
    kind: t.literal('duplicate-serial'),
    slot: PositiveInteger,
    powerBank: PowerBankSerial,
  }),
  /** The cabinet did not accept a return; the bank may stand half inside. */
  t.strict({
    kind: t.literal('return-rejected'),
    slot: PositiveInteger,
    powerBank: nullable(PowerBankSerial),
    rawState: nullable(NonNegativeInteger),
  }),
]);
export type StationAnomaly = t.TypeOf<typeof StationAnomaly>;

const slot = PositiveInteger;

export const stationEvents = {
  StationRegistered: event(
    t.strict({ station: StationSerial, imei: Imei, details: StationDetails, at: Instant }),
  ),
  StationDetailsChanged: event(t.strict({ details: StationDetails, at: Instant })),

  StationCameOnline: event(t.strict({ trigger: PresenceTrigger, at: Instant })),
  StationWentOffline: event(t.strict({ trigger: PresenceTrigger, at: Instant })),
  MaintenanceStarted: event(t.strict({ reason: t.string, at: Instant })),
  MaintenanceEnded: event(t.strict({ at: Instant })),

  /** The first whole inventory of a new cabinet: its slots exist from now on. */
  StationFirstSynced: event(t.strict({ slots: t.readonlyArray(slot), at: Instant })),
  /** A bank is in a slot in which it was not: a return, a delivery by staff, a first sight. */
  PowerBankDocked: event(
    t.strict({
      slot,
      powerBank: PowerBankSerial,
      batteryPercent: nullable(Percent),
      /** May be rented as far as the cabinet can tell (state normal, charge known). */
      usable: t.boolean,
      channel: ReportChannel,
      at: Instant,
    }),
  ),
  /** A bank left its slot by no order of ours, or was seen elsewhere since. */
  PowerBankDeparted: event(
    t.strict({ slot, powerBank: PowerBankSerial, why: DepartureCause, at: Instant }),
  ),
  /** A further report of a return that was already counted; kept so that it counts only once. */
  ReturnEchoed: event(
    t.strict({ slot, powerBank: PowerBankSerial, channel: ReportChannel, at: Instant }),
  ),
  /** Charge of docked banks, only those that changed since they were last told. */
  BatteryLevelsChanged: event(
    t.strict({
      levels: t.readonlyArray(
        t.strict({ slot, powerBank: PowerBankSerial, batteryPercent: nullable(Percent) }),
      ),
      at: Instant,
    }),
  ),
  /** The cabinet reports a fault of a slot; `rawState` is its own number. */
  SlotFaultReported: event(t.strict({ slot, rawState: NonNegativeInteger, at: Instant })),
  SlotFaultCleared: event(t.strict({ slot, at: Instant })),
  /** Staff took a slot out of use (rules 2.5); it still takes banks back (STA-4). */
  SlotMaintenanceStarted: event(t.strict({ slot, reason: t.string, at: Instant })),
  SlotMaintenanceEnded: event(t.strict({ slot, at: Instant })),
  /** A rental needs a fresh look at this slot (CAN-2, P-011); somebody asks the cabinet. */
  SlotSightRequested: event(t.strict({ slot, rentalId: RentalId, at: Instant })),
  /**
   * The cabinet showed this slot, and nothing about it is new. An unchanged slot is only written
   * down when somebody waits for it (`wantedBy`), when an undecided eject left it in doubt, or
   * when it was never shown before; all other unchanged reports leave no event.
   */
  SlotSighted: event(
    t.strict({
      slot,
      powerBank: nullable(PowerBankSerial),
      batteryPercent: nullable(Percent),
      wantedBy: t.readonlyArray(RentalId),
      at: Instant,
    }),
  ),
  PowerBankTakenOutOfService: event(t.strict({ powerBank: PowerBankSerial, at: Instant })),
  PowerBankPutInService: event(t.strict({ powerBank: PowerBankSerial, at: Instant })),

  PowerBankReserved: event(
    t.strict({
      rentalId: RentalId,
      purpose: EjectPurpose,
      powerBank: PowerBankSerial,
      slot,
      batteryPercent: nullable(Percent),
      at: Instant,
    }),
  ),
  ReservationReleased: event(
    t.strict({ rentalId: RentalId, powerBank: PowerBankSerial, slot, at: Instant }),
  ),

  /** The order waits until the cabinet's running eject is over: one at a time (protocol §12). */
  EjectQueued: event(
    t.strict({
      ejectId: EjectId,
      rentalId: nullable(RentalId),
      purpose: EjectPurpose,
      powerBank: PowerBankSerial,
      at: Instant,
    }),
  ),
  /** It is this order's turn: the adapter dispatches it once, or refuses it. */
  EjectOrdered: event(
    t.strict({
      ejectId: EjectId,
      rentalId: nullable(RentalId),
      purpose: EjectPurpose,
      powerBank: PowerBankSerial,
      slot,
      at: Instant,
    }),
  ),
  /** Written before the command is published, so that it can never be published twice. */
  EjectDispatched: event(t.strict({ ejectId: EjectId, at: Instant })),
  PowerBankEjected: event(
    t.strict({
      ejectId: EjectId,
      rentalId: nullable(RentalId),
      purpose: EjectPurpose,
      /** The bank really out, which a rental follows (START-14). */
      powerBank: PowerBankSerial,
      ordered: PowerBankSerial,
      slot,
      batteryPercent: nullable(Percent),
      evidence: EjectEvidence,
      at: Instant,
    }),
  ),
  EjectRefused: event(
    t.strict({
      ejectId: EjectId,
      rentalId: nullable(RentalId),
      purpose: EjectPurpose,
      powerBank: PowerBankSerial,
      reason: EjectRefusalReason,
      rawState: nullable(NonNegativeInteger),
      at: Instant,
    }),
  ),
  /** No answer, or one that proves nothing: settled by looking at the slot (protocol §11). */
  EjectBecameUncertain: event(
    t.strict({
      ejectId: EjectId,
      rentalId: nullable(RentalId),
      purpose: EjectPurpose,
      powerBank: PowerBankSerial,
      rawState: nullable(NonNegativeInteger),
      at: Instant,
    }),
  ),
  AnomalyRaised: event(t.strict({ anomaly: StationAnomaly, at: Instant })),
} as const;

export type StationEvent = EventOf<typeof stationEvents>;

/** The data of one type of station event. */
export type DataOf<Type extends StationEvent['type']> = t.TypeOf<
  (typeof stationEvents)[Type]['data']
>;
