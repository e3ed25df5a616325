/** Inventory, command `10`: the boards of a cabinet and what is in their slots (§3). */

import * as E from 'fp-ts/lib/Either.js';
import { type BoardSpan, findBoards, slotOffsets } from './board-layout.js';
import { byteAt } from './bytes.js';
import {
  type Bit,
  COMMAND_CODES,
  type DecodedBoard,
  type DecodedInventory,
  type DecodedSlot,
} from './decoded.js';
import type { FrameError } from './frame.js';
import {
  readPower,
  readSerial,
  readTemperature,
  readTenths,
  writeReading,
  writeSerial,
} from './values.js';

/** Boards from this address on hang on the second serial port (§3.1). */
const SECOND_PORT_ADDRESS = 0x50;

/** Values of the second reserved byte that are not the high byte of an area code (§3.4). */
const NO_AREA_HIGH_BYTE: ReadonlySet<number> = new Set([0x00, 0x0b, 0xff]);

const AREA_LOW_VALUES = 256;
const EMPTY_STATE = 0x00;
const NORMAL_STATE = 0x01;
const MICRO_SWITCH_MASK = 0x80;
const SOLENOID_MASK = 0x40;

const bit = (byte: number, mask: number): Bit => ((byte & mask) === 0 ? 0 : 1);

/**
 * What readings of an empty slot say is left over from the last bank or padding (§3.3): ignored.
 */
const readBankReadings = (data: Uint8Array, offset: number, occupied: boolean) =>
  occupied
    ? {
        power: readPower(byteAt(data, offset + 9)),
        temperature: readTemperature(byteAt(data, offset + 10)),
        voltageTenths: readTenths(byteAt(data, offset + 11)),
        currentTenths: readTenths(byteAt(data, offset + 12)),
      }
    : { power: null, temperature: null, voltageTenths: null, currentTenths: null };

const readSlot = (data: Uint8Array, offset: number, areaHighByte: number): DecodedSlot => {
  const state = byteAt(data, offset + 1);
  const sn = readSerial(data, offset + 5);
  const occupied = sn !== null;
  const readings = readBankReadings(data, offset, occupied);
  const areaLowByte = byteAt(data, offset + 4);
  const sensorRaw = byteAt(data, offset + 14);
  return {
    slot: byteAt(data, offset),
    state,
    occupied,
    rentable: occupied && state === NORMAL_STATE && readings.power !== null,
    sn,
    area: state === EMPTY_STATE ? areaLowByte : areaHighByte * AREA_LOW_VALUES + areaLowByte,
    ...readings,
    softVersion: byteAt(data, offset + 13),
    packCurrentRaw: byteAt(data, offset + 2),
    packVoltageRaw: byteAt(data, offset + 3),
    sensorRaw,
    microSwitch: bit(sensorRaw, MICRO_SWITCH_MASK),
    solenoid: bit(sensorRaw, SOLENOID_MASK),
  };
};

const readBoard = (data: Uint8Array, board: BoardSpan, areaHighByte: number): DecodedBoard => {
  const address = byteAt(data, board.offset);
  return {
    address,
    port: address >= SECOND_PORT_ADDRESS ? 1 : 0,
    reserved1: byteAt(data, board.offset + 1),
    reserved2: byteAt(data, board.offset + 2),
    temperature: byteAt(data, board.offset + 3),
    softVersion: byteAt(data, board.offset + 4),
    hardVersion: byteAt(data, board.offset + 5),
    slotCount: board.slotCount,
    slots: slotOffsets(board).map((offset) => readSlot(data, offset, areaHighByte)),
  };
};

export const readInventory = (data: Uint8Array): E.Either<FrameError, DecodedInventory> => {
  const layout = findBoards(data);
  if (layout === undefined) return E.left('bad_layout');
  // The first board speaks for the whole cabinet, also where a later board says otherwise (§3.4).
  const reserved2 = byteAt(data, 2);
  const areaHighByte = NO_AREA_HIGH_BYTE.has(reserved2) ? 0 : reserved2;
  const boards = layout.map((board) => readBoard(data, board, areaHighByte));
  return E.right({
    command: COMMAND_CODES.inventory,
    kind: 'inventory',
    slotCount: boards.reduce((total, board) => total + board.slotCount, 0),
    boards,
  });
};

const writeSlot = (slot: DecodedSlot): readonly number[] => [
  slot.slot,
  slot.state,
  slot.packCurrentRaw,
  slot.packVoltageRaw,
  // The high byte, if the cabinet has one, is in the header of the first board.
  slot.area % AREA_LOW_VALUES,
  ...writeSerial(slot.sn),
  ...(slot.occupied
    ? [slot.power, slot.temperature, slot.voltageTenths, slot.currentTenths].map(writeReading)
    : [0, 0, 0, 0]),
  slot.softVersion,
  slot.sensorRaw,
];

const writeBoard = (board: DecodedBoard): readonly number[] => [
  board.address,
  board.reserved1,
  board.reserved2,
  board.temperature,
  board.softVersion,
  board.hardVersion,
  ...board.slots.flatMap(writeSlot),
];

export const writeInventory = (inventory: DecodedInventory): readonly number[] =>
  inventory.boards.flatMap(writeBoard);
