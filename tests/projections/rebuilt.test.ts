import { inspect } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { Position } from '../../ports/event-store.js';
import { projections } from '../../projections/index.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { createLab, type Lab } from '../support/projection-lab.js';
import { someSteps, someTerms, walk } from '../support/rental-walk.js';

const runs = 4;
const users = ['ann', 'bob', 'eve'] as const;

const movements = fc.array(
  fc.record({ user: fc.constantFrom(...users), minor: fc.integer({ min: 1, max: 100_000 }) }),
  { maxLength: 20 },
);

/** Tells everything in turns: a bit of the rental, a bit of the wallets. */
const tellAll = async (
  lab: Lab,
  rental: readonly { readonly type: string; readonly data: unknown }[],
  credits: readonly { readonly user: string; readonly minor: number }[],
): Promise<Position> => {
  let position = 0n;
  for (let turn = 0; turn < Math.max(rental.length, credits.length); turn += 1) {
    const event = rental[turn];
    const credit = credits[turn];
    if (event !== undefined) position = await lab.tell('rental-r-1', event.type, event.data);
    if (credit !== undefined) position = await lab.credit(credit.user, credit.minor);
  }
  return position;
};

test('every read model equals the one rebuilt from position zero', async (t) => {
  const property = fc.asyncProperty(
    someTerms,
    someSteps,
    movements,
    async (terms, steps, credits) => {
      const events = walk(terms, steps).flatMap((stride) => stride.events);
      const lab = await createLab(t, createMemoryEventStore());
      const engine = lab.start(projections, { batchEventsMax: 3 });
      const last = await tellAll(lab, events, credits);
      for (const { name } of projections) {
        await engine.reached(name, last);
        const result = await engine.rebuild(name, { signal: new AbortController().signal });
        t.is(result.kind, 'swapped', inspect(result, { depth: 4 }));
        t.is(result.kind === 'swapped' ? result.report.notCompared : '', null);
      }
      t.deepEqual(await lab.database.query('SELECT * FROM projection.parked'), []);
      await engine.stop();
    },
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: runs }));
});
