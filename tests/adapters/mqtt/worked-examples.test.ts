import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import { encodeFrame } from '../../../adapters/mqtt/family-a/encode.js';
import { packageRoot } from '../../../bin/package-root.js';
import { bytesOf, expectRight } from '../../support/family-a.js';

const Example = t.intersection([
  t.type({ example: t.number, source: t.string, channel: t.string, hex: t.string }),
  t.partial({ decoded: t.UnknownRecord, error: t.string }),
]);

const examples = expectRight(
  t
    .array(Example)
    .decode(
      JSON.parse(
        readFileSync(join(packageRoot, 'tests/adapters/mqtt/cabinet-frames.json'), 'utf8'),
      ),
    ),
);

test('the file of worked examples holds all twelve frames of protocol §14', (t) => {
  t.is(examples.length, 12);
  t.deepEqual(
    [...new Set(examples.map(({ example }) => example))],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});

for (const [index, { example, source, hex, decoded, error }] of examples.entries()) {
  test(`frame ${index + 1} (${source}, example ${example}) decodes as worked out by hand`, (t) => {
    const result = decodeFrame(bytesOf(hex));
    // Through JSON, as other decoders are compared: a member that JSON drops would not count.
    const expected = error === undefined ? E.right(decoded) : E.left(error);
    t.deepEqual(JSON.parse(JSON.stringify(result)), JSON.parse(JSON.stringify(expected)));
  });

  test(`frame ${index + 1} prints its members in the order of protocol §13`, (t) => {
    const result = decodeFrame(bytesOf(hex));
    if (E.isRight(result)) t.is(JSON.stringify(result.right), JSON.stringify(decoded));
    else t.true(result.left === error);
  });
}

test('captured uploads come back byte for byte except leftovers of empty slots', (t) => {
  const captured = examples.filter(({ source }) => source === 'captured');
  t.is(captured.length, 3);
  for (const { hex } of captured) {
    const original = bytesOf(hex);
    const written = encodeFrame(expectRight(decodeFrame(original)));
    t.is(written.length, original.length);
    // Offsets of the temperature byte (1 on this cabinet) of slots 1, 2 and 4, and the checksum.
    const folded = [10 + 10, 25 + 10, 55 + 10, 70];
    for (const [offset, byte] of original.entries()) {
      if (!folded.includes(offset)) t.is(written[offset], byte, `offset ${offset}`);
    }
  }
});

test('examples 2 and 5 to 9 come back byte for byte', (t) => {
  const exact = examples.filter(({ example }) => [2, 5, 6, 7, 8, 9].includes(example));
  t.is(exact.length, 6);
  for (const { hex } of exact) {
    t.deepEqual(encodeFrame(expectRight(decodeFrame(bytesOf(hex)))), bytesOf(hex));
  }
});
