/**
 * What a family of cabinets must bring: a way to read what its cabinets say and to write what we
 * want of them. Transport, topics and byte layouts stay behind it, so a second family stands
 * beside the first without the rest of the system noticing.
 */

import type { Either } from 'fp-ts/lib/Either.js';

/** A bank's name as its cabinet prints it; decimal digits in one family, letters in another. */
export type BankSerial = string;

/** What a slot says about itself. `unknown` covers values no document explains. */
export type SlotState =
  | 'empty'
  | 'normal'
  | 'chargingFault'
  | 'bankSilent'
  | 'jammed'
  | 'forcedOpen'
  | 'lockFault'
  | 'antiTheftFailed'
  | 'shortCircuit'
  | 'returnFailed'
  | 'unknown';

/** One slot as reported. A slot missing from a report is unknown, not empty. */
export interface ReportedSlot {
  /** Position of the slot's board in the report, from 0: numbers alone may repeat. */
  readonly board: number;
  readonly slot: number;
  readonly state: SlotState;
  /** The cabinet's own code of the state, for diagnosis and complaints. */
  readonly rawState: number;
  readonly bankSerial: BankSerial | null;
  readonly batteryPercent: number | null;
  readonly temperatureCelsius: number | null;
  /** Charging voltage in tenths of a volt; 0 while it does not charge. */
  readonly chargingVoltageTenths: number | null;
  /** Charging current in tenths of an ampere. */
  readonly chargingCurrentTenths: number | null;
  /** A bank with a serial and a known charge in a sound slot: fit to be rented. */
  readonly usable: boolean;
  /** What the slot's own switch feels, also when the bank in it cannot be read. */
  readonly somethingInside: boolean;
}

/** Picture of the slots; `whole` only when slots that are not listed are not there. */
export interface InventoryReport {
  readonly kind: 'inventory';
  readonly whole: boolean;
  readonly slots: readonly ReportedSlot[];
}

/** What an answer to an eject proves. `uncertain` must be settled by looking at the slots. */
export type EjectOutcome = 'ejected' | 'notEjected' | 'uncertain';

/** Answer to an eject; some families name the bank, some the slot. */
export interface EjectResultReport {
  readonly kind: 'ejectResult';
  readonly bankSerial: BankSerial | null;
  readonly slot: number | null;
  readonly outcome: EjectOutcome;
  /** The cabinet's own code, for diagnosis and complaints only. */
  readonly rawState: number;
}

/** By which road a return was told; one physical return usually comes by several. */
export type ReturnChannel = 'live' | 'selfTest' | 'http';

/** A bank was put into a slot. `bankSerial` is null when the cabinet could not read it. */
export interface BankReturnedReport {
  readonly kind: 'bankReturned';
  readonly bankSerial: BankSerial | null;
  readonly slot: number;
  readonly accepted: boolean;
  /** False when the cabinet announced a second report that will decide. */
  readonly settled: boolean;
  readonly batteryPercent: number | null;
  readonly channel: ReturnChannel;
  /** The cabinet's own code; null by roads that carry none. */
  readonly rawState: number | null;
}

/** Sign of life. `signalStrength` is 0 to 31 as modems count it, null without a network. */
export interface HeartbeatReport {
  readonly kind: 'heartbeat';
  readonly signalStrength: number | null;
}

/** Wi-Fi networks the cabinet can see, as it names them. */
export interface WifiNetworksReport {
  readonly kind: 'wifiNetworks';
  readonly networkNames: readonly string[];
}

export type CabinetReport =
  | InventoryReport
  | EjectResultReport
  | BankReturnedReport
  | HeartbeatReport
  | WifiNetworksReport;

/** Until when an eject is wanted. Cabinets may carry out late ones all the same. */
export interface EjectDeadline {
  readonly issuedAtSeconds: number;
  readonly ttlSeconds: number;
}

/**
 * What we may want of a cabinet. `ejectBySerial` names the slot too where it is known, for
 * families that can only eject by slot.
 */
export type CabinetCommand =
  | {
      readonly kind: 'ejectBySerial';
      readonly bankSerial: BankSerial;
      readonly slot: number | null;
      readonly deadline: EjectDeadline;
    }
  | {
      readonly kind: 'ejectBySlot';
      readonly slot: number;
      readonly port: 0 | 1;
      readonly deadline: EjectDeadline;
    }
  | { readonly kind: 'checkAll' }
  | { readonly kind: 'check' }
  | { readonly kind: 'uploadAll' }
  | { readonly kind: 'reboot' }
  | { readonly kind: 'wifiScan' }
  | { readonly kind: 'wifiConnect'; readonly networkName: string; readonly password: string }
  | { readonly kind: 'setVolume'; readonly percent: number }
  | { readonly kind: 'setNetworkMode'; readonly mode: 'wifi' | '4g' }
  | { readonly kind: 'loadAd' };

/** Bytes from a cabinet and what the transport knows about them. */
export interface CabinetUplink {
  readonly bytes: Uint8Array;
  /** `live` is the connection commands go down on; `upload` is the cabinet's own HTTP call. */
  readonly channel: 'live' | 'upload';
  /** The question about slots that is open; answers name none, so the caller must say it. */
  readonly openQuery: 'check' | 'checkAll' | null;
}

/** The bytes are no message of this family; `reason` is a short fixed name, fit for counting. */
export interface UnreadableUplink {
  readonly kind: 'unreadableUplink';
  readonly reason: string;
}

/** A command ready to be sent. */
export interface CabinetDownlink {
  readonly payload: Uint8Array;
  /** Ejects are `atMostOnce`: a repeated or late one gives a second bank away. */
  readonly delivery: 'atMostOnce' | 'atLeastOnce';
  /** Which report answers it; null when none does. */
  readonly answeredBy: CabinetReport['kind'] | null;
  /** How long to wait for that report before looking at the slots instead. */
  readonly answerTimeoutMs: number;
  /** What may be logged: the command without passwords. The payload itself may not. */
  readonly logText: string;
}

/** The family has no such command, or an argument is outside of what it understands. */
export type CommandRefused =
  | { readonly kind: 'unsupportedCommand'; readonly command: CabinetCommand['kind'] }
  | { readonly kind: 'invalidArgument'; readonly argument: string };

/** One family of cabinets. Both directions are pure and never throw. */
export interface CabinetDriver {
  readonly family: string;
  readonly decode: (uplink: CabinetUplink) => Either<UnreadableUplink, CabinetReport>;
  readonly encode: (command: CabinetCommand) => Either<CommandRefused, CabinetDownlink>;
}
