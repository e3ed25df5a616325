/** Reports of returned banks: `40` at once, `28` after the self-test (§5). */

import * as E from 'fp-ts/lib/Either.js';
import { byteAt, fromHex } from './bytes.js';
import { COMMAND_CODES, type DecodedReturn, type DecodedReturnSelfTest } from './decoded.js';
import type { FrameError } from './frame.js';
import {
  readExtra,
  readOptionalByte,
  readPower,
  readSerial,
  readTemperature,
  readTenths,
  writeReading,
  writeSerial,
} from './values.js';

const RETURN_BYTES_MIN = 8;
const RETURN_BYTES_FULL = 10;
const SELF_TEST_BYTES = 16;

/** The bank is in the slot and accepted. */
export const RETURN_ACCEPTED_STATE = 0x01;

/** The anti-theft switch was not detected: a `28` settles it within five minutes (§5.3). */
export const RETURN_PENDING_STATE = 0x24;

export const readReturn = (data: Uint8Array): E.Either<FrameError, DecodedReturn> => {
  if (data.length < RETURN_BYTES_MIN) return E.left('bad_layout');
  const state = byteAt(data, 7);
  const power = readOptionalByte(data, 9);
  return E.right({
    command: COMMAND_CODES.return,
    kind: 'return',
    boardAddress: byteAt(data, 0),
    slot: byteAt(data, 1),
    area: byteAt(data, 2),
    // Serial from byte 3 on: some server code reads from byte 2 and is wrong (§5.1).
    sn: readSerial(data, 3),
    state,
    accepted: state === RETURN_ACCEPTED_STATE,
    softVersion: readOptionalByte(data, 8),
    power: power === null ? null : readPower(power),
    ...readExtra(data, RETURN_BYTES_FULL),
  });
};

export const readReturnSelfTest = (
  data: Uint8Array,
): E.Either<FrameError, DecodedReturnSelfTest> => {
  if (data.length < SELF_TEST_BYTES) return E.left('bad_layout');
  // One slot-like record after the address; its state is a return state, not a slot state (§5.2).
  const state = byteAt(data, 2);
  return E.right({
    command: COMMAND_CODES.return_selftest,
    kind: 'return_selftest',
    boardAddress: byteAt(data, 0),
    slot: byteAt(data, 1),
    state,
    accepted: state === RETURN_ACCEPTED_STATE,
    area: byteAt(data, 5),
    sn: readSerial(data, 6),
    power: readPower(byteAt(data, 10)),
    temperature: readTemperature(byteAt(data, 11)),
    voltageTenths: readTenths(byteAt(data, 12)),
    currentTenths: readTenths(byteAt(data, 13)),
    softVersion: byteAt(data, 14),
    hardVersion: byteAt(data, 15),
    ...readExtra(data, SELF_TEST_BYTES),
  });
};

/** Writes the shortest of the three forms that says everything known. */
export const writeReturn = (report: DecodedReturn): readonly number[] => {
  const extra = fromHex(report.extra ?? '') ?? new Uint8Array();
  const head = [
    report.boardAddress,
    report.slot,
    report.area,
    ...writeSerial(report.sn),
    report.state,
  ];
  if (extra.length > 0 || report.power !== null) {
    return [...head, report.softVersion ?? 0, writeReading(report.power), ...extra];
  }
  return report.softVersion === null ? head : [...head, report.softVersion];
};

export const writeReturnSelfTest = (report: DecodedReturnSelfTest): readonly number[] => [
  report.boardAddress,
  report.slot,
  report.state,
  0,
  0,
  report.area,
  ...writeSerial(report.sn),
  writeReading(report.power),
  writeReading(report.temperature),
  writeReading(report.voltageTenths),
  writeReading(report.currentTenths),
  report.softVersion,
  report.hardVersion,
  ...(fromHex(report.extra ?? '') ?? []),
];
