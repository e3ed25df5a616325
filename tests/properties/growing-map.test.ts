import test from 'ava';
import fc from 'fast-check';
import { emptyMap, lookUp, withEntry } from '../../domain/shared/growing-map.js';

const keys = fc.integer({ min: 0, max: 200 });
const entries = fc.array(fc.tuple(keys, fc.integer()), { maxLength: 400, size: 'max' });

test('a growing map answers like a Map, for old and new versions of itself', (t) => {
  fc.assert(
    fc.property(entries, entries, (first, second) => {
      const add = (to: ReturnType<typeof emptyMap<number, number>>, more: typeof first) =>
        more.reduce((map, [key, value]) => withEntry(map, key, value), to);
      const early = add(emptyMap(), first);
      const late = add(early, second);
      const dullEarly = new Map(first);
      const dullLate = new Map([...first, ...second]);
      for (let key = 0; key <= 200; key += 1) {
        t.is(lookUp(early, key), dullEarly.get(key));
        t.is(lookUp(late, key), dullLate.get(key));
      }
    }),
  );
});

test('new keys never pile up in more layers than twofold growth allows', (t) => {
  let map = emptyMap<number, number>();
  for (let size = 1; size <= 5_000; size += 1) {
    map = withEntry(map, size, size);
    t.true(map.layers.length <= Math.floor(Math.log2(size)) + 1);
  }
});
