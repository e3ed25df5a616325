/** The slots of a simulated cabinet and what they report about themselves. */

import {
  COMMAND_CODES,
  type DecodedBoard,
  type DecodedInventory,
  type DecodedSlot,
} from '../../mqtt/family-a/decoded.js';

export interface SimulatedBank {
  readonly serial: string;
  /** Percent; null when the bank does not say. */
  readonly power: number | null;
}

export interface SimulatedSlot {
  readonly slot: number;
  readonly bank: SimulatedBank | null;
  /** A slot state of protocol §3.3 that overrides empty and normal; null for a sound slot. */
  readonly fault: number | null;
}

export type SimulatedSlots = readonly SimulatedSlot[];

const EMPTY_STATE = 0x00;
const NORMAL_STATE = 0x01;
const NOTHING_INSIDE = 0x80;
const MARKER = 0xff;
const BANK_TEMPERATURE_CELSIUS = 25;
const PACK_VOLTAGE_RAW = 224;
const BANK_SOFT_VERSION = 25;
const BOARD_SOFT_VERSION = 4;
const BOARD_HARD_VERSION = 22;
const SLOTS_PER_BOARD = 8;

/** How many banks old firmware lists in its answer to `check` (§3.5). */
const PARTIAL_REPORT_BANKS = 5;

/** The board a slot sits on, addresses from 1. */
export const boardAddressOf = (slot: number): number =>
  Math.floor((slot - 1) / SLOTS_PER_BOARD) + 1;

const readingsOf = (bank: SimulatedBank | null) =>
  bank === null
    ? { sn: null, power: null, temperature: null, voltageTenths: null, currentTenths: null }
    : {
        sn: bank.serial,
        power: bank.power,
        temperature: BANK_TEMPERATURE_CELSIUS,
        voltageTenths: 0,
        currentTenths: 0,
      };

const describeSlot = ({ slot, bank, fault }: SimulatedSlot): DecodedSlot => {
  const state = fault ?? (bank === null ? EMPTY_STATE : NORMAL_STATE);
  return {
    slot,
    state,
    occupied: bank !== null,
    rentable: bank !== null && bank.power !== null && state === NORMAL_STATE,
    area: 0,
    ...readingsOf(bank),
    softVersion: bank === null ? 0 : BANK_SOFT_VERSION,
    packCurrentRaw: 0,
    packVoltageRaw: bank === null ? 0 : PACK_VOLTAGE_RAW,
    sensorRaw: bank === null ? NOTHING_INSIDE : 0,
    microSwitch: bank === null ? 1 : 0,
    solenoid: 0,
  };
};

/** Marker boards: the kind whose slots can be counted whatever their number (§3.2). */
const describeBoard = (address: number, slots: SimulatedSlots): DecodedBoard => ({
  address,
  port: 0,
  reserved1: MARKER,
  reserved2: MARKER,
  temperature: 0,
  softVersion: BOARD_SOFT_VERSION,
  hardVersion: BOARD_HARD_VERSION,
  slotCount: slots.length,
  slots: slots.map(describeSlot),
});

/** The whole inventory, as `check_all` and uploads report it. */
export const inventoryOf = (slots: SimulatedSlots): DecodedInventory => {
  const addresses = [...new Set(slots.map(({ slot }) => boardAddressOf(slot)))];
  return {
    command: COMMAND_CODES.inventory,
    kind: 'inventory',
    slotCount: slots.length,
    boards: addresses.map((address) =>
      describeBoard(
        address,
        slots.filter(({ slot }) => boardAddressOf(slot) === address),
      ),
    ),
  };
};

/** What old firmware answers to `check`: the five fullest banks, other slots not at all. */
export const fullestOf = (slots: SimulatedSlots): DecodedInventory => {
  const power = ({ bank }: SimulatedSlot): number => bank?.power ?? -1;
  const fullest = [...slots]
    .sort((left, right) => power(right) - power(left))
    .slice(0, PARTIAL_REPORT_BANKS)
    .sort((left, right) => left.slot - right.slot);
  return inventoryOf(fullest);
};

/** The slots after `bank` (or nothing) has come into one of them. */
export const withBank = (
  slots: SimulatedSlots,
  slot: number,
  bank: SimulatedBank | null,
): SimulatedSlots => slots.map((each) => (each.slot === slot ? { ...each, bank } : each));
