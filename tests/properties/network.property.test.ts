import test from 'ava';
import fc from 'fast-check';
import { findingsIn } from '../support/audited-history.js';
import { openHouse } from '../support/house.js';
import { brokenAtTheEnd, brokenNow } from '../support/house-laws.js';
import { anyAction, openWorld } from '../support/house-world.js';
import { collect } from '../support/proposed-event.js';

/** Things that happen at the same time, and whether everybody else then has time to react. */
const someMoments = fc.array(
  fc.record({
    actions: fc.array(anyAction, { minLength: 1, maxLength: 3 }),
    settles: fc.boolean(),
  }),
  { minLength: 5, maxLength: 25 },
);

/** Each run has its own people and stations in one house; a hundred seconds at most. */
const runs = process.env.LONG === '1' ? 12 : 5;

const holds = (broken: readonly string[]): void => {
  if (broken.length > 0) throw new Error(broken.join('\n'));
};

test.serial(
  'P-003, P-005, P-023, P-064: whatever renters and cabinets do, no law of the network breaks',
  async (t) => {
    const house = await openHouse(t);
    let worlds = 0;
    const property = fc.asyncProperty(someMoments, async (moments) => {
      worlds += 1;
      const world = await openWorld(house, String(worlds));
      for (const { actions, settles } of moments) {
        await Promise.all(actions.map((action) => world.act(action)));
        if (!settles) continue;
        await house.settled();
        holds(await brokenNow(world));
      }
      await world.end();
      holds(await brokenAtTheEnd(world));
    });
    const result = await fc.check(property, {
      numRuns: runs,
      endOnFailure: true,
      includeErrorInReport: true,
    });
    t.log(`seed ${result.seed}`);
    t.false(result.failed, fc.defaultReportMessage(result));
    const history = await collect(house.store.readLog(null));
    t.deepEqual(await findingsIn(history), [], 'auditors find nothing in all of it');
  },
);
