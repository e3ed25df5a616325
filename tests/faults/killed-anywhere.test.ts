import test, { type ExecutionContext } from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { createHandlers } from '../../commands/handlers.js';
import type { EventStore } from '../../ports/event-store.js';
import { findingsIn } from '../support/audited-history.js';
import { houseOf, openParts, type Parts, startInstance } from '../support/house.js';
import { type MortalStore, mortal } from '../support/mortal-store.js';
import { noMetrics } from '../support/no-metrics.js';
import { collect } from '../support/proposed-event.js';
import {
  balances,
  claim,
  ejects,
  furnish,
  returnBank,
  type Scene,
  statusOf,
} from '../support/renting.js';

/**
 * Appends of the program at which it dies. Right before one is right after the one before it, so
 * all are tried after and a few before; the last ones are more than a whole rental needs.
 */
const deaths = {
  after: Array.from({ length: 24 }, (_, index) => index + 1),
  before: [1, 7, 13],
} as const;

/** A rental that nothing disturbs has the program append at least so often. */
const appendsMin = 18;

interface Run {
  readonly parts: Parts;
  /** For what the world does: it does not die with the program. */
  readonly world: EventStore;
}

/** Lets the program work until it is done or dead; a dead one is replaced by a new one. */
const settleThroughDeath = async (
  { parts, world }: Run,
  running: { instance: ReturnType<typeof startInstance>; store: MortalStore },
): Promise<void> => {
  const settled = running.instance.settled().then(
    () => 'settled' as const,
    // Its sessions are gone, so the dead instance cannot even say how far it came.
    () => 'dead' as const,
  );
  const died = running.store.died.then(() => 'dead' as const);
  if ((await Promise.race([settled, died])) === 'settled') return;
  await running.instance.kill();
  running.store = mortal(world);
  running.instance = startInstance(parts, running.store);
  await running.instance.settled();
};

const oneRental = async (
  t: ExecutionContext,
  run: Run,
  death: { readonly append: number; readonly when: 'before' | 'after' },
): Promise<boolean> => {
  const { parts, world } = run;
  const name = `${death.when}-${death.append}`;
  const store = mortal(world);
  const running = { store, instance: startInstance(parts, store) };
  // The world has hands of its own: users and cabinets go on when the program dies.
  const handlers = createHandlers({ store: world, metrics: noMetrics });
  const house = () => houseOf(parts, world, { ...running.instance, handlers });
  const scene: Scene = await furnish(house(), { wallet: '100', points: 200 }, name);
  running.store.arm(death.append, death.when);

  await claim(house(), scene, `r-${name}`);
  await settleThroughDeath(run, running);
  await ejects(house(), scene, 'ejected');
  await settleThroughDeath(run, running);
  t.is(await statusOf(house(), `r-${name}`), 'ACTIVE', name);
  parts.clock.advance({ minutes: 30 });
  await returnBank(house(), scene);
  await settleThroughDeath(run, running);

  t.is(await statusOf(house(), `r-${name}`), 'COMPLETED', name);
  const expected = { wallet: '70.00', points: 55, held: '0.00 + 0' };
  t.deepEqual(await balances(house(), scene), expected, name);
  const { state: renter } = await house().handlers.renter.load(scene.userId);
  t.is(renter.currentRentalId, null, name);
  await running.instance.stop();
  return running.store !== store;
};

for (const when of ['before', 'after'] as const) {
  test.serial(
    `a program killed ${when} any append finishes the rental once it is back`,
    async (t) => {
      const parts = await openParts(t);
      const world = connectEventStore(parts.place, parts.log);
      t.teardown(() => world.close());
      let died = 0;
      for (const append of deaths[when]) {
        if (await oneRental(t, { parts, world }, { append, when })) died += 1;
      }
      t.true(died >= Math.min(appendsMin, deaths[when].length), `it died ${died} times`);
      const history = await collect(world.readLog(null));
      t.deepEqual(await findingsIn(history), [], 'auditors find nothing in all of it');
    },
  );
}
