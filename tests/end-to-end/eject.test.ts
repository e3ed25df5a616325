import test, { type ExecutionContext } from 'ava';
import {
  eventually,
  type Network,
  networkOfThisFile,
  readModelsAreRebuiltEqual,
} from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  bankShown,
  bringBack,
  newPerson,
  newStation,
  type Person,
  purseOf,
  reaches,
  slotsShown,
  start,
  started,
  type TestStation,
} from '../support/network-life.js';

const open = networkOfThisFile();

interface Scene {
  readonly person: Person;
  readonly station: TestStation;
}

const scene = async (network: Network): Promise<Scene> => ({
  person: await newPerson(network, { wallet: '100.00', points: 200 }),
  station: await newStation(network),
});

/** Asks, and comes back when the cabinet has been told to eject. */
const asked = async (
  network: Network,
  { person, station }: Scene,
): Promise<{ readonly id: string }> => {
  const { data } = await start(network, person, station, { wait: 0 });
  await eventually(() => station.told.length > 0);
  return { id: String(data.rental_id) };
};

const nothingWasKept = async (
  t: ExecutionContext,
  network: Network,
  { person, station, id }: Scene & { readonly id: string },
): Promise<void> => {
  t.deepEqual(await purseOf(network, person), { wallet: '100.00', points: 200 });
  await isOver(t, network, { people: [person], stations: [station], rentals: [id] });
};

/** The bank is out after all: everything goes on as if the cabinet had said so at once. */
const itIsOut = async (
  t: ExecutionContext,
  network: Network,
  { person, station, id }: Scene & { readonly id: string },
): Promise<void> => {
  const [bank = ''] = station.banks;
  t.like(await reaches(network, id, 'ACTIVE'), { powerbank_sn: bank });
  t.deepEqual(await purseOf(network, person), { wallet: '70.00', points: 0 });
  await network.advance({ minutes: 10 });
  await bringBack(network, { id, bank }, station);
  const rentals = [id];
  await isOver(t, network, { people: [person], stations: [station], rentals, earned: 55 });
};

test.serial(
  'P-023, START-13: a cabinet that refuses keeps nothing and reserves nothing',
  async (t) => {
    const network = open();
    const { person, station } = await scene(network);
    station.script({ kind: 'refuse', state: 0x12 });
    const refused = await start(network, person, station);
    t.deepEqual([refused.status, refused.code], [409, 'rental_popup_failed']);
    const id = String(refused.json.rental_id);
    await nothingWasKept(t, network, { person, station, id });
    t.is(station.told.length, 1, 'an eject is never repeated by itself');
  },
);

test.serial(
  'P-023: a cabinet that is not connected is not told, and the start fails at once',
  async (t) => {
    const network = open();
    const { person, station } = await scene(network);
    await station.cabinet.stop();
    const refused = await start(network, person, station);
    t.deepEqual([refused.status, refused.code], [409, 'rental_popup_failed']);
    t.deepEqual(station.told, []);
    await nothingWasKept(t, network, { person, station, id: String(refused.json.rental_id) });
  },
);

test.serial(
  'P-023: an uncertain eject is settled by the slot: the bank is still there',
  async (t) => {
    const network = open();
    const at = await scene(network);
    at.station.script({ kind: 'uncertain', leaves: false });
    const { id } = await asked(network, at);
    await eventually(async () => (await undecided(network, id)) > 0);
    await network.advance({ seconds: 10 });
    await reaches(network, id, 'CANCELLED');
    await nothingWasKept(t, network, { ...at, id });
  },
);

test.serial('START-13: an uncertain eject is settled by the slot: it is empty', async (t) => {
  const network = open();
  const at = await scene(network);
  at.station.script({ kind: 'uncertain', leaves: true });
  const { id } = await asked(network, at);
  await eventually(async () => (await undecided(network, id)) > 0);
  await network.advance({ seconds: 10 });
  await itIsOut(t, network, { ...at, id });
});

const undecided = async (network: Network, id: string): Promise<number> =>
  (await network.eventsOf(`rental-${id}`, 'EjectLeftUndecided')).length;

test.serial(
  'START-13: after silence the slot is looked at, and the client waits for that',
  async (t) => {
    const network = open();
    const { person, station } = await scene(network);
    station.script({ kind: 'silent', leaves: true });
    const asking = start(network, person, station, { wait: 20 });
    await eventually(() => station.told.length > 0);
    await network.advance({ seconds: 15 });
    // The patience of the client ends before the first look does.
    await network.advance({ seconds: 5 });
    const { data } = await asking;
    t.is(data.status, 'PENDING_POPUP');
    await network.advance({ seconds: 5 });
    await itIsOut(t, network, { person, station, id: String(data.rental_id) });
  },
);

test.serial('P-023: a silent cabinet with the bank still inside costs nothing', async (t) => {
  const network = open();
  const at = await scene(network);
  at.station.script({ kind: 'silent', leaves: false });
  const { id } = await asked(network, at);
  await network.advance({ seconds: 15 });
  await network.advance({ seconds: 10 });
  await reaches(network, id, 'CANCELLED');
  await nothingWasKept(t, network, { ...at, id });
});

test.serial(
  'P-023: a cabinet that vanishes while it ejects is given up after 25 minutes',
  async (t) => {
    const network = open();
    const at = await scene(network);
    at.station.script({ kind: 'silent', leaves: false });
    const { id } = await asked(network, at);
    await at.station.cabinet.stop();
    await network.advance({ seconds: 15 });
    await network.advance({ minutes: 25 });
    await reaches(network, id, 'CANCELLED');
    await nothingWasKept(t, network, { ...at, id });
  },
);

test.serial('START-13: an answer that comes after the wait is still true', async (t) => {
  const network = open();
  const at = await scene(network);
  let answer: () => void = () => undefined;
  const after = new Promise<void>((resolve) => {
    answer = resolve;
  });
  at.station.script({ kind: 'late', after });
  const { id } = await asked(network, at);
  await network.advance({ seconds: 15 });
  await eventually(async () => (await undecided(network, id)) > 0);
  answer();
  await itIsOut(t, network, { ...at, id });
});

test.serial(
  'START-14: when another bank comes out the rental follows it, and the first one is free',
  async (t) => {
    const network = open();
    const { person, station } = await scene(network);
    const [ordered = '', other = ''] = station.banks;
    station.cabinet.removeBank(2);
    station.script({ kind: 'otherSerial', serial: other, leaves: false });
    const rental = await started(network, person, station);
    t.is(rental.bank, other);
    await network.settled();
    t.like((await slotsShown(network, station)).get(1), { powerbank_sn: ordered, rentable: true });
    t.like(await bankShown(network, other), { status: 'RENTED', rental_id: rental.id });
    await bringBack(network, rental, station);
    t.like(await bankShown(network, other), { status: 'AVAILABLE', station_sn: station.serial });
    const rentals = [rental.id];
    await isOver(t, network, { people: [person], stations: [station], rentals, earned: 55 });
  },
);

readModelsAreRebuiltEqual(open);
