import test from 'ava';
import fc from 'fast-check';
import { createBlindIndex } from '../../../adapters/personal-data/index.js';

const kinds = ['identifier', 'username', 'device', 'external'] as const;
const index = createBlindIndex('an identifier key of more than 32 bytes');
const other = createBlindIndex('another identifier key of some length');

test('equal texts have equal indexes, different ones different indexes', (t) => {
  const texts = fc.string({ unit: 'binary', maxLength: 40 });
  const property = fc.property(texts, texts, fc.constantFrom(...kinds), (one, two, kind) => {
    t.is(index.of(kind, one) === index.of(kind, two), one === two);
    t.regex(index.of(kind, one), /^[0-9a-f]{64}$/);
  });
  t.notThrows(() => fc.assert(property));
});

test('an index tells nothing to whoever has another kind or another key', (t) => {
  const all = [index, other].flatMap((each) =>
    kinds.map((kind) => each.of(kind, '+9779812345678')),
  );
  t.is(new Set(all).size, 2 * kinds.length);
});

test('an index stays what it is: it stands in the log', (t) => {
  const made: string = index.of('identifier', '+9779812345678');
  t.is(made, '88c8ad90b9ef3498ff42a7c94ab3328a1916cb87207ba6015d738045bc062171');
});
