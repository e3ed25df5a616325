/** Answers to eject commands: `31` by serial, `21` by slot (§4). */

import * as E from 'fp-ts/lib/Either.js';
import { byteAt, fromHex } from './bytes.js';
import {
  COMMAND_CODES,
  type DecodedPopupSlot,
  type DecodedPopupSn,
  type EjectOutcome,
} from './decoded.js';
import type { FrameError } from './frame.js';
import { readExtra, readOptionalByte, readSerial, writeSerial } from './values.js';

const POPUP_SLOT_BYTES_MIN = 3;
const POPUP_SN_BYTES_MIN = 6;
const SOLENOID_BYTES = 1;

/** The only state that proves that the bank has left. */
export const EJECTED_STATE = 0x01;

/** The serial bus did not answer in time; the bank may or may not have left. */
export const BUS_TIMEOUT_STATE = 0x11;

/** The cabinet has no bank with the serial asked for. */
export const NO_SUCH_BANK_STATE = 0xfc;

/** States that prove that the bank is still in its slot. */
const NOT_EJECTED_STATES: ReadonlySet<number> = new Set([
  0x00,
  0x12,
  0x87,
  0x88,
  0xfb,
  NO_SUCH_BANK_STATE,
  0xfd,
  0xfe,
  0xff,
]);

/**
 * What a state proves. Everything that is not listed is `uncertain`: a fault that proves neither
 * must be settled by looking at the slot, or a customer pays for a bank he never got (§4.3).
 */
export const ejectOutcome = (state: number): EjectOutcome => {
  if (state === EJECTED_STATE) return 'ejected';
  return NOT_EJECTED_STATES.has(state) ? 'not_ejected' : 'uncertain';
};

export const readPopupSlot = (data: Uint8Array): E.Either<FrameError, DecodedPopupSlot> => {
  if (data.length < POPUP_SLOT_BYTES_MIN) return E.left('bad_layout');
  const state = byteAt(data, 2);
  return E.right({
    command: COMMAND_CODES.popup_slot,
    kind: 'popup_slot',
    boardAddress: byteAt(data, 0),
    slot: byteAt(data, 1),
    state,
    outcome: ejectOutcome(state),
    solenoid: readOptionalByte(data, POPUP_SLOT_BYTES_MIN),
    ...readExtra(data, POPUP_SLOT_BYTES_MIN + SOLENOID_BYTES),
  });
};

export const readPopupSn = (data: Uint8Array): E.Either<FrameError, DecodedPopupSn> => {
  if (data.length < POPUP_SN_BYTES_MIN) return E.left('bad_layout');
  // The maker's table numbers the state one byte further; its own example has it here (§4.1).
  const state = byteAt(data, 5);
  return E.right({
    command: COMMAND_CODES.popup_sn,
    kind: 'popup_sn',
    address: byteAt(data, 0),
    sn: readSerial(data, 1),
    state,
    outcome: ejectOutcome(state),
    solenoid: readOptionalByte(data, POPUP_SN_BYTES_MIN),
    ...readExtra(data, POPUP_SN_BYTES_MIN + SOLENOID_BYTES),
  });
};

/** Surplus only ever follows a solenoid byte, so a missing one before surplus is written as 0. */
const writeTail = (result: DecodedPopupSlot | DecodedPopupSn): readonly number[] => {
  const extra = fromHex(result.extra ?? '') ?? new Uint8Array();
  if (extra.length > 0) return [result.solenoid ?? 0, ...extra];
  return result.solenoid === null ? [] : [result.solenoid];
};

export const writePopupSlot = (result: DecodedPopupSlot): readonly number[] => [
  result.boardAddress,
  result.slot,
  result.state,
  ...writeTail(result),
];

export const writePopupSn = (result: DecodedPopupSn): readonly number[] => [
  result.address,
  ...writeSerial(result.sn),
  result.state,
  ...writeTail(result),
];
