/** The envelope every family-A message shares: head, length, command, data, checksum (§2). */

import * as E from 'fp-ts/lib/Either.js';
import { byteAt, uint16At, uint16Bytes } from './bytes.js';

/**
 * Why a frame was refused, in the order in which the checks are made (§2.1). The first seven are
 * found here, the last two by the decoder of the data.
 */
export const FRAME_ERRORS = [
  'empty',
  'too_short',
  'bad_head',
  'bad_length',
  'truncated',
  'trailing_data',
  'bad_checksum',
  'unknown_command',
  'bad_layout',
] as const;

export type FrameError = (typeof FRAME_ERRORS)[number];

/** A frame whose envelope is sound; what the data means is still open. */
export interface Frame {
  readonly command: number;
  readonly data: Uint8Array;
}

const HEAD = 0xa8;
const LENGTH_OFFSET = 1;
const COMMAND_OFFSET = 3;
const DATA_OFFSET = 4;
const CHECKSUM_BYTES = 1;

/** Head, two bytes of length, command and checksum, without any data. */
const FRAME_OVERHEAD_BYTES = DATA_OFFSET + CHECKSUM_BYTES;

/** The length field has 16 bits, so no longer frame can be said. */
export const FRAME_BYTES_MAX = 0xffff;

/** Two's complement of the sum, so that a whole frame sums to 0 modulo 256; may itself be 0. */
const checksumOf = (bytes: Uint8Array): number => {
  const sum = bytes.reduce((total, byte) => (total + byte) % 256, 0);
  return (256 - sum) % 256;
};

const envelopeError = (bytes: Uint8Array): FrameError | undefined => {
  if (bytes.length === 0) return 'empty';
  if (bytes.length < FRAME_OVERHEAD_BYTES) return 'too_short';
  if (byteAt(bytes, 0) !== HEAD) return 'bad_head';
  const declaredBytes = uint16At(bytes, LENGTH_OFFSET);
  if (declaredBytes < FRAME_OVERHEAD_BYTES) return 'bad_length';
  if (declaredBytes > bytes.length) return 'truncated';
  if (declaredBytes < bytes.length) return 'trailing_data';
  // Old servers let a wrong checksum through; every frame captured from a real cabinet has a right
  // one, so a wrong one is damage and must not move money (§2).
  const lastOffset = bytes.length - CHECKSUM_BYTES;
  if (byteAt(bytes, lastOffset) !== checksumOf(bytes.subarray(0, lastOffset))) {
    return 'bad_checksum';
  }
  return undefined;
};

/** Opens one frame, which must fill `bytes` exactly. */
export const openFrame = (bytes: Uint8Array): E.Either<FrameError, Frame> => {
  const error = envelopeError(bytes);
  if (error !== undefined) return E.left(error);
  return E.right({
    command: byteAt(bytes, COMMAND_OFFSET),
    data: bytes.subarray(DATA_OFFSET, bytes.length - CHECKSUM_BYTES),
  });
};

/**
 * Puts data into a frame with length and checksum.
 *
 * Throws a `RangeError` when the data cannot be said in 16 bits of length: the caller made it up,
 * since no cabinet can have sent it.
 */
export const sealFrame = (command: number, data: readonly number[]): Uint8Array => {
  const lengthBytes = data.length + FRAME_OVERHEAD_BYTES;
  if (lengthBytes > FRAME_BYTES_MAX) {
    throw new RangeError(`a frame of ${lengthBytes} bytes exceeds ${FRAME_BYTES_MAX}`);
  }
  const frame = new Uint8Array(lengthBytes);
  const head = [HEAD, ...uint16Bytes(lengthBytes), command];
  frame.set(head);
  frame.set(data, head.length);
  const lastOffset = lengthBytes - CHECKSUM_BYTES;
  frame[lastOffset] = checksumOf(frame.subarray(0, lastOffset));
  return frame;
};
