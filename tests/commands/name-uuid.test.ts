import test from 'ava';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { uuidMaker } from '../../ports/name-uuid.js';

const namespace = '5b0d6f2e-7c53-4b58-9a2e-0f6f3f1f4c11';

test('a name gives the UUID that everybody else computes for it', (t) => {
  const make = uuidMaker(namespace);
  const names = fc.string({ unit: 'grapheme', maxLength: 80 });
  fc.assert(fc.property(names, (name) => make(name) === v5(name, namespace)));
  for (const name of ['', 'é'.repeat(512), 'é'.repeat(513), '漢'.repeat(600)]) {
    t.is(make(name), v5(name, namespace));
  }
});
