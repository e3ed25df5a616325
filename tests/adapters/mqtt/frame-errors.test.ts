import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import { FRAME_ERRORS, type FrameError } from '../../../adapters/mqtt/family-a/frame.js';
import { bytesOf, frameAround } from '../../support/family-a.js';

const ejected = 'A8 00 0C 31 01 02 6E D5 80 01 02 52';

const rejected: readonly (readonly [string, string, FrameError])[] = [
  ['no bytes', '', 'empty'],
  ['one byte, which is not even a head', '00', 'too_short'],
  ['four bytes', 'A8 00 05 10', 'too_short'],
  ['a wrong head before a wrong length', 'A7 00 02 31 00', 'bad_head'],
  ['the frame sent as hex text', '41 38 30 30 30 43 33 31', 'bad_head'],
  ['JSON on the wrong topic', '7B 22 61 22 3A 31 7D', 'bad_head'],
  ['a declared length of 4', 'A8 00 04 31 00', 'bad_length'],
  ['a declared length of 0', 'A8 00 00 31 00', 'bad_length'],
  ['a missing last byte', ejected.slice(0, -3), 'truncated'],
  ['the largest declared length', 'A8 FF FF 31 00', 'truncated'],
  ['CR LF appended', `${ejected} 0D 0A`, 'trailing_data'],
  ['two frames glued together', `${ejected} ${ejected}`, 'trailing_data'],
  ['trailing data before a wrong checksum', 'A8 00 05 31 00 00', 'trailing_data'],
  ['a changed state byte', 'A8 00 0C 31 01 02 6E D5 80 00 02 52', 'bad_checksum'],
  ['a wrong checksum before an unknown command', 'A8 00 05 20 00', 'bad_checksum'],
];

for (const [what, hex, error] of rejected) {
  test(`${what} is ${error}`, (t) => {
    t.deepEqual(decodeFrame(bytesOf(hex)), E.left(error));
  });
}

test('the error names stand in the order of the checks of protocol §2.1', (t) => {
  t.deepEqual(FRAME_ERRORS, [
    'empty',
    'too_short',
    'bad_head',
    'bad_length',
    'truncated',
    'trailing_data',
    'bad_checksum',
    'unknown_command',
    'bad_layout',
  ]);
});

test('every command outside the table is unknown, requests of the serial bus among them', (t) => {
  const known = new Set([0x10, 0x21, 0x28, 0x31, 0x40, 0x7a, 0xcf]);
  for (let command = 0; command < 256; command += 1) {
    const result = decodeFrame(frameAround(command, []));
    t.deepEqual(result, E.left(known.has(command) ? 'bad_layout' : 'unknown_command'));
  }
});

test('too little data is bad_layout and the least data is not, for each command', (t) => {
  const leastDataBytes = new Map([
    [0x21, 3],
    [0x28, 16],
    [0x31, 6],
    [0x40, 8],
    [0x7a, 1],
    [0xcf, 2],
  ]);
  for (const [command, least] of leastDataBytes) {
    const short = Array.from({ length: least - 1 }, () => 0x20);
    t.deepEqual(decodeFrame(frameAround(command, short)), E.left('bad_layout'));
    t.true(E.isRight(decodeFrame(frameAround(command, [...short, 0x20]))));
  }
});

test('a checksum of 00 is as good as any other', (t) => {
  const frame = bytesOf(
    'A8 00 1A CF 5B 22 73 68 6F 70 2D 32 67 22 2C 22 73 68 6F 70 2D 35 67 22 5D 00',
  );
  t.is(frame.at(-1), 0);
  t.true(E.isRight(decodeFrame(frame)));
});

test('any bytes at all give a frame or one of the named errors, never an exception', (t) => {
  const names = new Set<string>(FRAME_ERRORS);
  const framed = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.array(fc.integer({ min: 0, max: 255 })))
    .map(([command, data]) => frameAround(command, data));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), framed), (bytes) => {
      const result = decodeFrame(bytes);
      return E.isRight(result) || names.has(result.left);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('changing any one byte of a sound frame is noticed', (t) => {
  const frame = bytesOf(ejected);
  fc.assert(
    fc.property(
      fc.nat({ max: frame.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (offset, change) => {
        const damaged = frame.map((byte, at) => (at === offset ? (byte + change) % 256 : byte));
        return E.isLeft(decodeFrame(damaged));
      },
    ),
  );
  t.pass();
});
