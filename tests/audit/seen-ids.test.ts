import { createHash } from 'node:crypto';
import test from 'ava';
import { SeenIds } from '../../audit/seen-ids.js';

const many = 200_000;

/** Ids as they are made here: derived ones, counted ones, and names with a tail. */
const forms: readonly ((index: number) => string)[] = [
  (index) => createHash('sha1').update(String(index)).digest('hex').slice(0, 32),
  (index) => `wallet-u-${index % 1_000} credit-${index}`,
  (index) => `hold ${index}:due:collect`,
];

test('an id is known once it was seen, and no other is taken for it', (t) => {
  for (const form of forms) {
    const seen = new SeenIds();
    let repeated = 0;
    for (let index = 0; index < many; index += 1) if (seen.add(form(index))) repeated += 1;
    t.is(repeated, 0, form(1));
    for (let index = 0; index < many; index += 997) {
      t.true(seen.has(form(index)));
      t.true(seen.add(form(index)));
      t.false(seen.has(form(many + index)));
    }
  }
});
