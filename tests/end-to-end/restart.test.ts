import test from 'ava';
import { eventually, networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  bringBack,
  newPerson,
  newStation,
  purseOf,
  putIn,
  reaches,
  slotsShown,
  standingOf,
  start,
  started,
} from '../support/network-life.js';

const open = networkOfThisFile();

/** Appends of the processes at which they die; a start has them append about ten times. */
const deaths = [1, 3, 5, 7, 9].flatMap((append) =>
  (['before', 'after'] as const).map((when) => ({ append, when })),
);

for (const { append, when } of deaths) {
  const title = `processes killed ${when} their append ${append} finish the start for which a client waits`;
  test.serial(`P-023: ${title}`, async (t) => {
    const network = open();
    const { processes } = network.roles;
    const asha = await newPerson(network, { wallet: '100.00', points: 200 });
    const station = await newStation(network);
    await network.settled();
    processes.store().arm(append, when);
    const asking = start(network, asha, station);
    await processes.store().died;
    await processes.kill();
    await processes.start();
    const { status, data } = await asking;
    t.is(status, 201);
    t.is(data.status, 'ACTIVE');
    t.is(station.told.length, 1, 'one bank was asked for, once');
    const rental = { id: String(data.rental_id), bank: String(data.powerbank_sn) };
    await bringBack(network, rental, station);
    t.deepEqual(await purseOf(network, asha), { wallet: '70.00', points: 55 });
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
  });
}

test.serial(
  'what cabinets and clocks did while no process ran is dealt with afterwards',
  async (t) => {
    const network = open();
    const { processes } = network.roles;
    const asha = await newPerson(network, { wallet: '100.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    await network.settled();
    await processes.stop();
    network.clock.advance({ minutes: 60 + 17 });
    await putIn(network, station, { serial: rental.bank });
    await processes.start();
    t.like(await reaches(network, rental.id, 'COMPLETED'), {
      on_time: false,
      charges: { late_fee: '25.00' },
    });
    t.is((await purseOf(network, asha)).wallet, '25.00');
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 5 });
  },
);

test.serial(
  'a start that no cabinet hears of in time is given up, and never ejected later',
  async (t) => {
    const network = open();
    const { mqtt } = network.roles;
    const asha = await newPerson(network, { wallet: '100.00' });
    const station = await newStation(network);
    await network.settled();
    await mqtt.stop();
    const asked = await start(network, asha, station, { wait: 0 });
    const id = String(asked.data.rental_id);
    await network.advance({ seconds: 16 });
    await mqtt.start();
    t.like(await reaches(network, id, 'CANCELLED'), { cancellation_code: 'rental_popup_failed' });
    t.deepEqual(station.told, []);
    t.is((await purseOf(network, asha)).wallet, '100.00');
    await isOver(t, network, { people: [asha], stations: [station], rentals: [id] });
  },
);

test.serial(
  'after a restart of the cabinets’ role everything goes on: starts, returns, uploads',
  async (t) => {
    const network = open();
    const { mqtt } = network.roles;
    const asha = await newPerson(network, { wallet: '200.00' });
    const station = await newStation(network);
    const first = await started(network, asha, station);
    await network.advance({ minutes: 10 });
    await mqtt.stop();
    // Told to a broker that nobody listens to, and to a port that nobody answers on.
    await putIn(network, station, { serial: first.bank });
    t.is((await standingOf(network, first.id)).status, 'ACTIVE');
    await mqtt.start();
    t.true(await station.cabinet.upload(), 'the next inventory tells it again');
    await reaches(network, first.id, 'COMPLETED');
    await station.cabinet.sendHeartbeat();
    const second = await started(network, asha, station);
    await bringBack(network, second, station);
    const rentals = [first.id, second.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 110 });
  },
);

test.serial(
  'a client whose API went away gets its answer from the next one, by the same key',
  async (t) => {
    const network = open();
    const { api } = network.roles;
    const asha = await newPerson(network, { wallet: '100.00' });
    const station = await newStation(network);
    const key = 'over-the-restart';
    let answer: () => void = () => undefined;
    const after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    station.script({ kind: 'late', after });
    const broken = start(network, asha, station, { key }).catch(() => null);
    await eventually(() => station.told.length === 1);
    await api.kill();
    await api.start();
    t.is(await broken, null, 'the first request was never answered');
    answer();
    // The dead one's claim on the key has to lapse before anybody else may answer for it.
    network.clock.advance({ minutes: 5 });
    const again = await start(network, asha, station, { key });
    t.is(again.status, 201);
    t.is(station.told.length, 1);
    const rental = { id: String(again.data.rental_id), bank: String(again.data.powerbank_sn) };
    await bringBack(network, rental, station);
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
  },
);

test.serial('read models that were down catch up, and show what happened meanwhile', async (t) => {
  const network = open();
  const { projections } = network.roles;
  const asha = await newPerson(network, { wallet: '100.00' });
  const station = await newStation(network);
  await projections.stop();
  const rental = await started(network, asha, station);
  await projections.start();
  t.is((await standingOf(network, rental.id)).status, 'ACTIVE');
  t.like((await slotsShown(network, station)).get(1), { status: 'AVAILABLE' });
  await bringBack(network, rental, station);
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

readModelsAreRebuiltEqual(open);
