/** Heartbeat, command `7A`: the board address and text such as `CSQ:26;BP:0` (§6). */

import * as E from 'fp-ts/lib/Either.js';
import { byteAt } from './bytes.js';
import { COMMAND_CODES, type DecodedHeartbeat } from './decoded.js';
import type { FrameError } from './frame.js';

const ASCII_MAX = 0x7f;
const REPLACEMENT = '\u{fffd}';

/** Any byte above ASCII reads back as the replacement character; this one is written for it. */
const NON_ASCII_BYTE = 0xff;

/**
 * The number behind `key` in `key:value;key:value`, or `null` when it is missing, not all digits,
 * or longer than a number can hold exactly.
 */
const numberOf = (text: string, key: string): number | null => {
  const prefix = `${key}:`;
  const value = text
    .split(';')
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
  if (value === undefined || !/^[0-9]+$/.test(value)) return null;
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) ? parsed : null;
};

export const readHeartbeat = (data: Uint8Array): E.Either<FrameError, DecodedHeartbeat> => {
  if (data.length === 0) return E.left('bad_layout');
  const text = Array.from(data.subarray(1), (byte) =>
    byte > ASCII_MAX ? REPLACEMENT : String.fromCharCode(byte),
  ).join('');
  return E.right({
    command: COMMAND_CODES.heartbeat,
    kind: 'heartbeat',
    boardAddress: byteAt(data, 0),
    text,
    csq: numberOf(text, 'CSQ'),
    backupPower: numberOf(text, 'BP'),
  });
};

/** The text decides; `csq` and `backupPower` are only readings of it. */
export const writeHeartbeat = (heartbeat: DecodedHeartbeat): readonly number[] => [
  heartbeat.boardAddress,
  ...Array.from(heartbeat.text, (character) => {
    const code = character.codePointAt(0) ?? NON_ASCII_BYTE;
    return code > ASCII_MAX ? NON_ASCII_BYTE : code;
  }),
];
