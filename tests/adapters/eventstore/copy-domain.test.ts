/** The program on a copy of its log: the same state, the same read models, and it goes on. */
import type { ExecutionContext } from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { projections } from '../../../projections/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { type House, houseOf, openParts, type Parts, startInstance } from '../../support/house.js';
import { createTestDatabase } from '../../support/postgres.js';
import { createLab } from '../../support/projection-lab.js';
import {
  balances,
  furnish,
  lastEject,
  returnBank,
  type Scene,
  startRental,
  statusOf,
} from '../../support/renting.js';
import { copy, openSide } from './copying.js';

/** The rows of every read model, as a log gives them; positions are those of the log. */
const readModels = async (t: ExecutionContext, store: EventStore): Promise<readonly string[]> => {
  const { database, start } = await createLab(t, store);
  const engine = start(projections);
  for (const { name, categories } of projections) {
    const last = await store.lastPosition({ categories });
    if (last !== null) await engine.reached(name, last);
  }
  await engine.stop();
  const tables = await database.query(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema = ANY($1) ORDER BY name`,
    [projections.map(({ name }) => name)],
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query(
      `SELECT to_jsonb(each) - 'position' AS row FROM ${name} AS each`,
    );
    lines.push(...rows.map(({ row }) => `${name} ${JSON.stringify(row)}`).sort());
  }
  return lines;
};

/** All that the handlers know of a scene. */
const statesOf = async ({ handlers }: House, { userId, station }: Scene, rentals: string[]) => [
  (await handlers.wallet.load(userId)).state,
  (await handlers.points.load(userId)).state,
  (await handlers.renter.load(userId)).state,
  (await handlers.station.load(station)).state,
  ...(await Promise.all(rentals.map(async (id) => (await handlers.rental.load(id)).state))),
];

const eventsIn = async (store: EventStore): Promise<number> => {
  let count = 0;
  for await (const _ of store.readLog(null)) count += 1;
  return count;
};

/** A house on a log, with a database in which nothing is known yet. */
const houseOn = async (t: ExecutionContext, parts: Parts) => {
  const store = connectEventStore(parts.place, parts.log);
  const instance = startInstance(parts, store);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= instance.stop();
    return stopped;
  };
  t.teardown(async () => {
    await stop();
    await store.close();
  });
  return { house: houseOf(parts, store, instance), store, stop };
};

onOwnNode('a copy is the same to handlers, processes and read models', async (t) => {
  t.timeout(240_000);
  const parts = await openParts(t);
  const first = await houseOn(t, parts);
  const scene = await furnish(first.house, { wallet: '500', points: 200 });
  await startRental(first.house, scene, 'r-1');
  parts.clock.advance({ minutes: 30 });
  await returnBank(first.house, scene);
  await first.house.settled();
  await startRental(first.house, scene, 'r-2');
  const before = await statesOf(first.house, scene, ['r-1', 'r-2']);
  await first.stop();

  // Other positions than in the source, as in every real move.
  const target = await openSide(t, { categoryStreams: true });
  t.is((await copy(parts.place, target)).kind, 'same');
  const { url: databaseUrl } = await createTestDatabase(t);
  const place = { url: target.url, namespace: null, stop: async () => undefined };
  const second = await houseOn(t, { ...parts, place, databaseUrl });

  // Processes without any memory of their own find everything done.
  const count = await eventsIn(second.store);
  await second.house.settled();
  t.is(await eventsIn(second.store), count);
  t.deepEqual(await statesOf(second.house, scene, ['r-1', 'r-2']), before);
  const models = await readModels(t, second.store);
  t.true(models.length > 10);
  t.deepEqual(models, await readModels(t, first.store));

  // And the rental that was out when the store moved comes to its end.
  parts.clock.advance({ minutes: 30 });
  const { powerBank: best } = await lastEject(second.house, scene);
  await returnBank(second.house, { ...scene, best }, { slot: 3 });
  await second.house.settled();
  t.is(await statusOf(second.house, 'r-2'), 'COMPLETED');
  t.is((await balances(second.house, scene)).held, '0.00 + 0');
});
