import test from 'ava';
import type { ReturnReport } from '../../adapters/embedded/cabinets/returns.js';
import { eventually, networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  bankShown,
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
  switchedOnAgain,
} from '../support/network-life.js';
import { admin } from '../support/openapi-client.js';

const open = networkOfThisFile();

/** The three roads of one return, in the orders in which they may come. */
const orders: readonly (readonly ReturnReport[])[] = [
  ['mqtt', 'http', 'upload'],
  ['upload', 'http', 'mqtt'],
  ['http', 'upload', 'mqtt'],
];

for (const reports of orders) {
  const title = `P-001, P-021, P-022: a return elsewhere that is told by ${reports.join(', ')} is one`;
  test.serial(title, async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '150.00' });
    const pickup = await newStation(network);
    const elsewhere = await newStation(network);
    const rental = await started(network, asha, pickup);
    await network.advance({ minutes: 60 + 17 });
    // The other two reports are known as echoes of the first.
    await putIn(network, elsewhere, { serial: rental.bank, reports });
    const echoes = () => network.eventsOf(`station-${elsewhere.serial}`, 'ReturnEchoed');
    await eventually(async () => (await echoes()).length === reports.length - 1);
    const ended = await reaches(network, rental.id, 'COMPLETED');
    t.like(ended, {
      return_station: elsewhere.serial,
      charges: { late_fee: '25.00', total: '75.00' },
      paid: { amount: '75.00' },
      owed: '0.00',
    });
    t.deepEqual(await purseOf(network, asha), { wallet: '75.00', points: 5 });
    t.like((await slotsShown(network, pickup)).get(1), { status: 'AVAILABLE', powerbank_sn: null });
    const bank = { status: 'AVAILABLE', station_sn: elsewhere.serial, slot: 3 };
    t.like(await bankShown(network, rental.bank), bank);
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [pickup, elsewhere], rentals, earned: 5 });
  });
}

test.serial('P-021: reports of a return that come days later change nothing', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '50.00' });
  const station = await newStation(network);
  const rental = await started(network, asha, station);
  const ended = await bringBack(network, rental, station);
  await network.advance({ minutes: 3 * 1_440 });
  const slot = station.cabinet.slots().find(({ bank }) => bank?.serial === rental.bank);
  await station.cabinet.refuseBank({ serial: rental.bank, power: 60 }, slot?.slot ?? 0, 0x01);
  t.true(await station.cabinet.upload());
  await network.settled();
  t.deepEqual(await standingOf(network, rental.id), ended);
  t.deepEqual(await purseOf(network, asha), { wallet: '0.00', points: 55 });
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

test.serial(
  'P-083: a full sync that shows the bank of a running rental is its return',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '50.00' });
    const pickup = await newStation(network);
    const elsewhere = await newStation(network);
    const rental = await started(network, asha, pickup);
    await network.advance({ minutes: 30 });
    await putIn(network, elsewhere, { serial: rental.bank, reports: [] });
    t.is((await standingOf(network, rental.id)).status, 'ACTIVE', 'nobody has told of it yet');
    t.true(await elsewhere.cabinet.upload());
    const ended = await reaches(network, rental.id, 'COMPLETED');
    t.like(ended, { completion_reason: 'RETURNED', return_station: elsewhere.serial });
    const rentals = [rental.id];
    await isOver(t, network, {
      people: [asha],
      stations: [pickup, elsewhere],
      rentals,
      earned: 55,
    });
  },
);

test.serial(
  'P-084: a station that falls silent keeps its slots, and takes banks back again',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '100.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    await network.settled();
    const before = await slotsShown(network, station);
    await station.cabinet.stop();
    await network.advance({ minutes: 24 });
    const offline = () => network.eventsOf(`station-${station.serial}`, 'StationWentOffline');
    await eventually(async () => (await offline()).length === 1);
    t.deepEqual(await slotsShown(network, station), before);
    const bikram = await newPerson(network, { wallet: '100.00' });
    t.is((await start(network, bikram, station)).code, 'station_offline');
    const again = await switchedOnAgain(network, station);
    await bringBack(network, rental, again);
    const next = await started(network, bikram, again);
    await bringBack(network, next, again);
    const rentals = [rental.id, next.id];
    await isOver(t, network, { people: [asha, bikram], stations: [again], rentals, earned: 110 });
  },
);

test.serial('STA-4: a station in maintenance takes banks back and gives none', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '100.00' });
  const station = await newStation(network);
  const rental = await started(network, asha, station);
  await network.call(admin, `POST /api/admin/stations/${station.serial}/maintenance`, {
    body: { is_maintenance: true, reason: 'new paint' },
  });
  await bringBack(network, rental, station);
  t.is((await start(network, asha, station)).code, 'station_maintenance');
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

test.serial(
  'P-025: a return that names an occupied slot overwrites nothing, until a look tells',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '50.00' });
    const pickup = await newStation(network);
    const full = await newStation(network, { banks: 7, slots: 8 });
    const rental = await started(network, asha, pickup);
    const before = await slotsShown(network, full);
    // The bank goes into slot 8, and the cabinet's first word of it is wrong.
    await full.cabinet.refuseBank({ serial: rental.bank, power: 60 }, 3, 0x01);
    const conflicts = () => network.eventsOf(`station-${full.serial}`, 'AnomalyRaised');
    await eventually(async () => (await conflicts()).length === 1);
    t.is((await standingOf(network, rental.id)).status, 'ACTIVE');
    t.deepEqual(await slotsShown(network, full), before);
    await putIn(network, full, { serial: rental.bank, reports: ['upload'] });
    await reaches(network, rental.id, 'COMPLETED');
    const after = await slotsShown(network, full);
    t.like(after.get(3), { powerbank_sn: full.banks[2] });
    t.like(after.get(8), { powerbank_sn: rental.bank });
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [pickup, full], rentals, earned: 55 });
  },
);

test.serial('P-026: a bank that comes back empty is shown and not rented out', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '100.00' });
  const station = await newStation(network, { banks: 1 });
  const rental = await started(network, asha, station);
  await bringBack(network, rental, station, { power: 12 });
  const shown = [...(await slotsShown(network, station)).values()];
  const holding = shown.find(({ powerbank_sn: bank }) => bank === rental.bank);
  t.like(holding, { battery_level: 12, rentable: false });
  t.is((await start(network, asha, station)).code, 'no_power_bank_available');
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

readModelsAreRebuiltEqual(open);
