/**
 * What a family-A frame says, in the canonical form by which decoders are compared (§13).
 *
 * `null` means not known or not present. Numbers are integers. Serial numbers are decimal text,
 * because they are names and not quantities, and `null` where the wire says 0.
 */

/** Command byte of each message a cabinet may send (§2). */
export const COMMAND_CODES = {
  inventory: 0x10,
  popup_slot: 0x21,
  return_selftest: 0x28,
  popup_sn: 0x31,
  return: 0x40,
  heartbeat: 0x7a,
  wifi_list: 0xcf,
} as const;

export type Bit = 0 | 1;

/** What an eject state proves (§4.3); `uncertain` must be settled by looking at the slot. */
export type EjectOutcome = 'ejected' | 'not_ejected' | 'uncertain';

/** One slot of an inventory (§3.3). The `…Raw` fields have no known scale. */
export interface DecodedSlot {
  readonly slot: number;
  readonly state: number;
  /** A serial number other than 0 is reported. */
  readonly occupied: boolean;
  /** Occupied, state 1 and a known charge: the only slots a bank may be rented from. */
  readonly rentable: boolean;
  readonly sn: string | null;
  readonly area: number;
  /** Percent. */
  readonly power: number | null;
  /** Degrees Celsius. */
  readonly temperature: number | null;
  /** Charging voltage in tenths of a volt. */
  readonly voltageTenths: number | null;
  /** Charging current in tenths of an ampere. */
  readonly currentTenths: number | null;
  readonly softVersion: number;
  readonly packCurrentRaw: number;
  readonly packVoltageRaw: number;
  readonly sensorRaw: number;
  /** 1 when nothing presses the switch, so the slot is physically empty. */
  readonly microSwitch: Bit;
  /** 1 when the lock is reported active. */
  readonly solenoid: Bit;
}

/** One slot board of an inventory (§3.1). */
export interface DecodedBoard {
  readonly address: number;
  readonly port: Bit;
  readonly reserved1: number;
  readonly reserved2: number;
  readonly temperature: number;
  readonly softVersion: number;
  readonly hardVersion: number;
  readonly slotCount: number;
  readonly slots: readonly DecodedSlot[];
}

export interface DecodedInventory {
  readonly command: typeof COMMAND_CODES.inventory;
  readonly kind: 'inventory';
  readonly slotCount: number;
  readonly boards: readonly DecodedBoard[];
}

/** Answer to an eject by slot (§4.2). */
export interface DecodedPopupSlot {
  readonly command: typeof COMMAND_CODES.popup_slot;
  readonly kind: 'popup_slot';
  readonly boardAddress: number;
  readonly slot: number;
  readonly state: number;
  readonly outcome: EjectOutcome;
  readonly solenoid: number | null;
  /** Bytes newer firmware appends, upper-case hex; absent when there are none. */
  readonly extra?: string;
}

/** Answer to an eject by serial (§4.1). `address` cannot be used to find the slot. */
export interface DecodedPopupSn {
  readonly command: typeof COMMAND_CODES.popup_sn;
  readonly kind: 'popup_sn';
  readonly address: number;
  readonly sn: string | null;
  readonly state: number;
  readonly outcome: EjectOutcome;
  readonly solenoid: number | null;
  readonly extra?: string;
}

/** First report of a returned bank (§5.1). */
export interface DecodedReturn {
  readonly command: typeof COMMAND_CODES.return;
  readonly kind: 'return';
  readonly boardAddress: number;
  readonly slot: number;
  readonly area: number;
  readonly sn: string | null;
  readonly state: number;
  readonly accepted: boolean;
  readonly softVersion: number | null;
  readonly power: number | null;
  readonly extra?: string;
}

/** Second report of a return, once the self-test has settled it (§5.2). */
export interface DecodedReturnSelfTest {
  readonly command: typeof COMMAND_CODES.return_selftest;
  readonly kind: 'return_selftest';
  readonly boardAddress: number;
  readonly slot: number;
  readonly state: number;
  readonly accepted: boolean;
  readonly area: number;
  readonly sn: string | null;
  readonly power: number | null;
  readonly temperature: number | null;
  readonly voltageTenths: number | null;
  readonly currentTenths: number | null;
  readonly softVersion: number;
  readonly hardVersion: number;
  readonly extra?: string;
}

/** Sign of life (§6). */
export interface DecodedHeartbeat {
  readonly command: typeof COMMAND_CODES.heartbeat;
  readonly kind: 'heartbeat';
  readonly boardAddress: number;
  readonly text: string;
  readonly csq: number | null;
  readonly backupPower: number | null;
}

/** Networks in range (§7). */
export interface DecodedWifiList {
  readonly command: typeof COMMAND_CODES.wifi_list;
  readonly kind: 'wifi_list';
  readonly ssids: readonly string[];
}

export type DecodedFrame =
  | DecodedInventory
  | DecodedPopupSlot
  | DecodedPopupSn
  | DecodedReturn
  | DecodedReturnSelfTest
  | DecodedHeartbeat
  | DecodedWifiList;
