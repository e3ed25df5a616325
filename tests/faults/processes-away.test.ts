import test, { type ExecutionContext } from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { createHandlers } from '../../commands/handlers.js';
import { type House, houseOf, openParts, startInstance } from '../support/house.js';
import { noMetrics } from '../support/no-metrics.js';
import { bank, station } from '../support/rental.js';
import {
  balances,
  claim,
  ejects,
  furnish,
  openStation,
  returnBank,
  type Scene,
  showSlots,
  statusOf,
} from '../support/renting.js';

/** Longer than any hold lasts. */
const outageMinutes = 5 * 60;

/** A house whose processes go away while `meanwhile` happens, and come back after it. */
const withoutProcesses = async (
  t: ExecutionContext,
  story: {
    readonly before: (house: House, scene: Scene) => Promise<void>;
    readonly meanwhile: (house: House, scene: Scene) => Promise<void>;
  },
): Promise<{ readonly house: House; readonly scene: Scene }> => {
  const parts = await openParts(t);
  const store = connectEventStore(parts.place, parts.log);
  const first = startInstance(parts, store);
  // The world has hands of its own: cabinets go on while no process runs.
  const handlers = createHandlers({ store, metrics: noMetrics });
  const before = houseOf(parts, store, { ...first, handlers });
  const scene = await furnish(before, { wallet: '100', points: 200 });
  await claim(before, scene, 'r-1');
  await first.settled();
  await story.before(before, scene);
  await first.stop();
  await story.meanwhile(before, scene);
  const second = startInstance(parts, store);
  t.teardown(async () => {
    await second.stop();
    await store.close();
  });
  await second.settled();
  const parked = parts.log.lines.filter(({ message }) => message === 'process parked a stream');
  t.deepEqual(parked, []);
  return { house: houseOf(parts, store, { ...second, handlers }), scene };
};

const paidForAndOver = { wallet: '70.00', points: 55, held: '0.00 + 0' };

test.serial(
  'P-023: a bank that came out before hours without processes is still paid from its hold',
  async (t) => {
    const { house, scene } = await withoutProcesses(t, {
      before: async () => undefined,
      meanwhile: async (world, at) => {
        await ejects(world, at, 'ejected');
        world.clock.advance({ minutes: 1 });
        await returnBank(world, at);
        world.clock.advance({ minutes: outageMinutes });
      },
    });
    t.is(await statusOf(house, 'r-1'), 'COMPLETED');
    t.deepEqual(await balances(house, scene), paidForAndOver);
  },
);

test.serial(
  'P-007: a bank that another cabinet shows before its own tells that it left is back',
  async (t) => {
    const elsewhere = station('PKR-1');
    const { house, scene } = await withoutProcesses(t, {
      before: async (world, at) => {
        await openStation(world, elsewhere, '123456789012346');
        await ejects(world, at, 'silent');
        world.clock.advance({ seconds: 15 });
        await world.settled();
      },
      meanwhile: async (world, at) => {
        world.clock.advance({ minutes: 5 });
        await showSlots(world, elsewhere, [at.best, null, null, null]);
        world.clock.advance({ seconds: 1 });
        await showSlots(world, at.station, [null, bank('22222222'), null, null]);
      },
    });
    t.is(await statusOf(house, 'r-1'), 'COMPLETED');
    t.deepEqual(await balances(house, scene), paidForAndOver);
    const { place } = (await house.handlers.powerBank.load(scene.best)).state;
    t.deepEqual(place, { kind: 'slot', station: elsewhere, slot: 1 });
  },
);
