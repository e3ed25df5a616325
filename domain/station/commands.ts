import type { EjectId, Imei, PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { StationDetails } from './details.js';
import type { EjectPurpose, PresenceTrigger, ReportChannel } from './events.js';

/**
 * What everyone may want of a station. `at` is when the wish was made; for the `Record…` commands
 * it is when the cabinet's message reached us, because its messages carry no time of their own
 * (cabinet protocol §2). Thresholds come in with the command: they are settings.
 */
interface Wish<Type extends string> {
  readonly type: Type;
  readonly at: Instant;
}

// ---- Staff and registration ---------------------------------------------------------------

export interface RegisterStation extends Wish<'RegisterStation'> {
  readonly station: StationSerial;
  readonly imei: Imei;
  readonly details: StationDetails;
}

export interface ChangeStationDetails extends Wish<'ChangeStationDetails'> {
  readonly details: StationDetails;
}

/** Forbids reservations whatever the presence; returns are still taken (rules 2.4, STA-4). */
export interface StartMaintenance extends Wish<'StartMaintenance'> {
  readonly reason: string;
}

export type EndMaintenance = Wish<'EndMaintenance'>;

/** The same for one slot (rules 2.5). */
export interface StartSlotMaintenance extends Wish<'StartSlotMaintenance'> {
  readonly slot: number;
  readonly reason: string;
}

export interface EndSlotMaintenance extends Wish<'EndSlotMaintenance'> {
  readonly slot: number;
}

/** The bank stays where it is but is not handed out to renters. */
export interface MarkOutOfService extends Wish<'MarkOutOfService'> {
  readonly powerBank: PowerBankSerial;
}

export interface MarkInService extends Wish<'MarkInService'> {
  readonly powerBank: PowerBankSerial;
}

// ---- What cabinets say --------------------------------------------------------------------

/** Any uplink; quiet while the station is online. */
export interface RecordSignOfLife extends Wish<'RecordSignOfLife'> {
  readonly trigger: PresenceTrigger;
}

/** `lastSeenAt` is the latest sign of life that the declarer knew of. */
export interface DeclareOffline extends Wish<'DeclareOffline'> {
  readonly trigger: PresenceTrigger;
  readonly lastSeenAt: Instant;
}

/** One slot as a cabinet lists it (cabinet protocol §3.3). */
export interface SlotReport {
  readonly slot: number;
  /** The cabinet's own number; 0 claims that there is no bank, whatever else is listed. */
  readonly rawState: number;
  /** The cabinet calls the slot sound (state `01`). */
  readonly normal: boolean;
  /** State `00` and no serial: both say that nothing is in the slot. */
  readonly empty: boolean;
  readonly powerBank: PowerBankSerial | null;
  /** Percent; `null` when not known. */
  readonly batteryPercent: number | null;
}

/** What is needed to tell a report of something new from a late one of something known. */
interface Timing {
  /** While this runs after an eject, the cabinet may still list the bank (protocol §11). */
  readonly selfCheckSeconds: number;
  /** Within it, a return told again over another channel is an echo of the first (P-021). */
  readonly echoWindowMinutes: number;
}

export interface RecordInventory extends Wish<'RecordInventory'>, Timing {
  /** Every slot of the cabinet is meant to be listed; those that are not stay unknown. */
  readonly whole: boolean;
  readonly slots: readonly SlotReport[];
}

export interface RecordReturn extends Wish<'RecordReturn'>, Pick<Timing, 'echoWindowMinutes'> {
  readonly slot: number;
  /** `null` when the cabinet could not read it; such a return is never accepted. */
  readonly powerBank: PowerBankSerial | null;
  readonly accepted: boolean;
  /** The cabinet's own number; `null` over channels that carry none. */
  readonly rawState: number | null;
  readonly batteryPercent: number | null;
  readonly channel: Exclude<ReportChannel, 'inventory'>;
}

/**
 * A message that tells of slots, and that the cabinet is there: both in one decision, because every
 * message is also a sign of life. Refused as a whole when the report is.
 */
export interface RecordReport extends Wish<'RecordReport'> {
  readonly trigger: PresenceTrigger;
  readonly report: RecordInventory | RecordReturn | RecordEjectAnswer;
}

/** The bank was seen in another cabinet at `seenAt`; the later physical event wins. */
export interface ForgetPowerBank extends Wish<'ForgetPowerBank'> {
  readonly powerBank: PowerBankSerial;
  readonly seenAt: Instant;
}

/** Asks that the next sight of a slot is written down even if nothing changed (P-011). */
export interface RequestSlotSight extends Wish<'RequestSlotSight'> {
  readonly slot: number;
  readonly rentalId: RentalId;
}

// ---- Renting ------------------------------------------------------------------------------

export interface ReservePowerBank extends Wish<'ReservePowerBank'> {
  readonly rentalId: RentalId;
  readonly purpose: Exclude<EjectPurpose, 'STAFF'>;
  /** The bank that the renter chose, or `null` for the fullest one (START-10). */
  readonly requested: PowerBankSerial | null;
  /** Banks that must not be chosen: on a swap, the one just put back. */
  readonly exclude: readonly PowerBankSerial[];
  readonly minBatteryPercent: number;
}

export interface ReleaseReservation extends Wish<'ReleaseReservation'> {
  readonly rentalId: RentalId;
}

/** RENTAL and SWAP need the rental's reservation of this bank; STAFF only that it is there. */
export interface OrderEject extends Wish<'OrderEject'> {
  readonly ejectId: EjectId;
  readonly rentalId: RentalId | null;
  readonly purpose: EjectPurpose;
  readonly powerBank: PowerBankSerial;
}

/** Asked before publishing; only whoever gets the event for it may publish. */
export interface RecordEjectDispatched extends Wish<'RecordEjectDispatched'> {
  readonly ejectId: EjectId;
  /** Age beyond which an order must no longer be published (protocol §9). */
  readonly commandTtlSeconds: number;
}

/** The order was certainly not published. */
export interface RefuseEject extends Wish<'RefuseEject'> {
  readonly ejectId: EjectId;
  readonly reason: 'not-connected' | 'expired-before-dispatch';
}

/** Answers name a bank (`31`) or a slot (`21`), never the order (protocol §4). */
export interface RecordEjectAnswer extends Wish<'RecordEjectAnswer'> {
  readonly powerBank: PowerBankSerial | null;
  readonly slot: number | null;
  readonly outcome: 'ejected' | 'not_ejected' | 'uncertain';
  readonly rawState: number;
}

/** The wait for an answer is over. */
export interface RecordEjectSilence extends Wish<'RecordEjectSilence'> {
  readonly ejectId: EjectId;
}

/** The wait for any proof is over: nobody is charged for what nobody can tell (P-023). */
export interface GiveUpEject extends Wish<'GiveUpEject'> {
  readonly ejectId: EjectId;
}

export type StationCommand =
  | RegisterStation
  | ChangeStationDetails
  | StartMaintenance
  | EndMaintenance
  | StartSlotMaintenance
  | EndSlotMaintenance
  | MarkOutOfService
  | MarkInService
  | RecordSignOfLife
  | DeclareOffline
  | RecordInventory
  | RecordReturn
  | RecordReport
  | ForgetPowerBank
  | RequestSlotSight
  | ReservePowerBank
  | ReleaseReservation
  | OrderEject
  | RecordEjectDispatched
  | RefuseEject
  | RecordEjectAnswer
  | RecordEjectSilence
  | GiveUpEject;
