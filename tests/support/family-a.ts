/** Builders of family-A bytes for tests, deliberately independent of the codec under test. */

import type { Either } from 'fp-ts/lib/Either.js';
import { fold } from 'fp-ts/lib/Either.js';

/** Bytes of hex text; spaces are allowed. */
export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));

/** A whole frame around `data`, with length and checksum worked out from scratch. */
export const frameAround = (command: number, data: readonly number[]): Uint8Array => {
  const length = data.length + 5;
  const body = [0xa8, length >> 8, length & 0xff, command, ...data];
  const sum = body.reduce((total, byte) => total + byte, 0);
  return Uint8Array.from([...body, (256 - (sum % 256)) % 256]);
};

/** The eight fields of a slot that tests vary; everything else is 0. */
export interface SlotFields {
  readonly slot: number;
  readonly state?: number;
  readonly serial?: number;
  readonly area?: number;
  readonly power?: number;
  readonly temperature?: number;
  readonly voltage?: number;
  readonly current?: number;
  readonly sensors?: number;
}

/** The 15 bytes of one slot (protocol §3.3). */
export const slotBytes = (fields: SlotFields): readonly number[] => {
  const serial = Buffer.alloc(4);
  serial.writeUInt32BE(fields.serial ?? 0);
  return [
    fields.slot,
    fields.state ?? 0,
    0,
    0,
    fields.area ?? 0,
    ...serial,
    fields.power ?? 0,
    fields.temperature ?? 0,
    fields.voltage ?? 0,
    fields.current ?? 0,
    0,
    fields.sensors ?? 0,
  ];
};

/** Header and `count` empty slots numbered from `first` on. */
export const boardBytes = (
  header: readonly [number, number, number],
  first: number,
  count: number,
): readonly number[] => [
  ...header,
  0,
  4,
  15,
  ...Array.from({ length: count }, (_, index) => slotBytes({ slot: (first + index) % 256 })).flat(),
];

/** The right side of a result that a test knows to be one; a left fails the test with its text. */
export const expectRight = <E, A>(result: Either<E, A>): A =>
  fold<E, A, A>(
    (error) => {
      throw new Error(`expected success, got ${JSON.stringify(error)}`);
    },
    (value) => value,
  )(result);
