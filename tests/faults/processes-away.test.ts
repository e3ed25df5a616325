import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { createHandlers } from '../../commands/handlers.js';
import { houseOf, openParts, startInstance } from '../support/house.js';
import { noMetrics } from '../support/no-metrics.js';
import { balances, claim, ejects, furnish, returnBank, statusOf } from '../support/renting.js';

/** Longer than any hold lasts. */
const outageMinutes = 5 * 60;

test.serial(
  'P-023: a bank that came out before hours without processes is still paid from its hold',
  async (t) => {
    const parts = await openParts(t);
    const store = connectEventStore(parts.connectionString, parts.log);
    t.teardown(() => store.close());
    let instance = startInstance(parts, store);
    // The world has hands of its own: cabinets go on while no process runs.
    const handlers = createHandlers({ store, metrics: noMetrics });
    const house = () => houseOf(parts, store, { ...instance, handlers });
    const scene = await furnish(house(), { wallet: '100', points: 200 });
    await claim(house(), scene, 'r-1');
    await instance.settled();

    await instance.stop();
    await ejects(house(), scene, 'ejected');
    parts.clock.advance({ minutes: 1 });
    await returnBank(house(), scene);
    parts.clock.advance({ minutes: outageMinutes });
    instance = startInstance(parts, store);
    await instance.settled();

    t.is(await statusOf(house(), 'r-1'), 'COMPLETED');
    t.deepEqual(await balances(house(), scene), { wallet: '70.00', points: 55, held: '0.00 + 0' });
    const parked = parts.log.lines.filter(({ message }) => message === 'process parked a stream');
    t.deepEqual(parked, []);
    await instance.stop();
  },
);
