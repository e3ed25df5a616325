import test from 'ava';
import { isRecord } from '../../ports/http/json.js';
import { eventually, networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  activeOf,
  bankShown,
  bringBack,
  type Data,
  newPerson,
  newStation,
  purseOf,
  slotsShown,
  start,
  started,
} from '../support/network-life.js';
import type { CheckedAnswer } from '../support/openapi-client.js';

const open = networkOfThisFile();

const isWon = ({ status }: CheckedAnswer): boolean => status === 201;
const wonBy = (answers: readonly CheckedAnswer[]): readonly CheckedAnswer[] =>
  answers.filter(isWon);
/** Id of the rental that an answer or a problem names; empty when it names none. */
const rentalOf = ({ data, json }: CheckedAnswer): string => {
  const named = data.rental_id ?? json.rental_id;
  return typeof named === 'string' ? named : '';
};
const isActive = ({ rental }: Data): boolean => isRecord(rental) && rental.status === 'ACTIVE';
const bankOf = ({ data }: CheckedAnswer): string => String(data.powerbank_sn);

test.serial(
  'P-003: of two who want the last bank one gets it, and the other loses nothing',
  async (t) => {
    const network = open();
    const station = await newStation(network, { banks: 1 });
    const people = [
      await newPerson(network, { wallet: '60.00' }),
      await newPerson(network, { wallet: '60.00' }),
    ];
    const answers = await Promise.all(people.map((person) => start(network, person, station)));
    const [won] = wonBy(answers);
    const lost = answers.find((answer) => !isWon(answer));
    if (won === undefined || lost === undefined) throw new Error('nobody won, or both');
    t.deepEqual([lost.status, lost.code], [409, 'no_power_bank_available']);
    await network.settled();
    const wallets = await Promise.all(people.map((person) => purseOf(network, person)));
    t.deepEqual(wallets.map(({ wallet }) => wallet).sort(), ['10.00', '60.00']);
    await bringBack(network, { id: rentalOf(won), bank: bankOf(won) }, station);
    const rentals = answers.map(rentalOf).filter((id) => id !== '');
    await isOver(t, network, { people, stations: [station], rentals, earned: 55 });
  },
);

test.serial(
  'P-003, P-004: a hundred at once share twenty banks, one each and never a slot',
  async (t) => {
    const network = open();
    const station = await newStation(network, { banks: 20, slots: 24 });
    const hundred = Array.from({ length: 100 }, () => newPerson(network, { wallet: '60.00' }));
    const people = await Promise.all(hundred);
    const inside = new Map(station.cabinet.slots().map(({ slot, bank }) => [bank?.serial, slot]));
    const answers = await Promise.all(people.map((person) => start(network, person, station)));
    const won = wonBy(answers);
    const lost = answers.filter((answer) => !isWon(answer));
    t.deepEqual(new Set(lost.map(({ code }) => code)), new Set(['no_power_bank_available']));
    t.deepEqual(won.map(bankOf).sort(), [...station.banks].sort(), 'twenty banks, one for each');
    t.true(station.cabinet.slots().every(({ bank }) => bank === null));
    await network.settled();

    const ejected = await network.eventsOf(`station-${station.serial}`, 'PowerBankEjected');
    t.is(ejected.length, 20);
    const started = won.map((answer) =>
      network.eventsOf(`rental-${rentalOf(answer)}`, 'RentalStarted'),
    );
    for (const [event] of await Promise.all(started)) {
      const { powerBank, slot } = Object(event?.data);
      t.is(slot, inside.get(powerBank), 'the slot that is recorded is where it was (P-004)');
    }
    const shown = [...(await slotsShown(network, station)).values()];
    t.deepEqual(new Set(shown.map(({ status }) => status)), new Set(['AVAILABLE']));

    for (const answer of won) {
      await bringBack(network, { id: rentalOf(answer), bank: bankOf(answer) }, station);
    }
    const rentals = answers.map(rentalOf).filter((id) => id !== '');
    await isOver(t, network, { people, stations: [station], rentals, earned: 20 * 55 });
  },
);

test.serial('START-11: somebody who asks five times at once has one rental', async (t) => {
  const network = open();
  const station = await newStation(network, { banks: 5 });
  const asha = await newPerson(network, { wallet: '500.00' });
  const five = Array.from({ length: 5 }, () => start(network, asha, station));
  const answers = await Promise.all(five);
  const won = wonBy(answers);
  t.is(won.length, 1);
  const codes = new Set(answers.filter((answer) => !isWon(answer)).map(({ code }) => code));
  t.deepEqual(codes, new Set(['active_rental_exists']));
  const [answer] = won;
  if (answer === undefined) return;
  await bringBack(network, { id: rentalOf(answer), bank: bankOf(answer) }, station);
  const rentals = [rentalOf(answer)];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

test.serial(
  'the same request sent five times at once is one start, with one answer for all',
  async (t) => {
    const network = open();
    const station = await newStation(network, { banks: 5 });
    const asha = await newPerson(network, { wallet: '500.00' });
    const key = 'five-times';
    const five = Array.from({ length: 5 }, () => start(network, asha, station, { key }));
    let answers: readonly CheckedAnswer[] | null = null;
    void Promise.all(five).then((all) => {
      answers = all;
    });
    await eventually(async () => isActive(await activeOf(network, asha)));
    // Those that came second look every now and then whether the first is answered.
    await eventually(async () => {
      network.clock.advance({ ms: 100 });
      await network.settled();
      return answers !== null;
    });
    const all = await Promise.all(five);
    t.deepEqual(new Set(all.map(({ status }) => status)), new Set([201]));
    t.is(new Set(all.map(({ text }) => text)).size, 1);
    const replayed = all.filter(({ headers }) => headers.get('idempotency-replayed') === 'true');
    t.is(replayed.length, 4);
    t.is(station.told.length, 1);

    const [first] = all;
    if (first === undefined) return;
    const again = await start(network, asha, station, { key });
    t.is(again.text, first.text);
    const other = await start(network, asha, station, { key, package: 'hour-4' });
    t.deepEqual([other.status, other.code], [409, 'idempotency_conflict']);
    t.deepEqual(other.json.differing_fields, ['body.package_id']);
    await bringBack(network, { id: rentalOf(first), bank: bankOf(first) }, station);
    const rentals = [rentalOf(first)];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
  },
);

test.serial(
  'P-020: an extension and the return in the same moment: one wins, and only it costs',
  async (t) => {
    const network = open();
    const station = await newStation(network);
    const asha = await newPerson(network, { wallet: '100.00' });
    const rental = await started(network, asha, station);
    const [extended, ended] = await Promise.all([
      network.call(asha.caller, `POST /api/rentals/${rental.id}/extend`, {
        body: { package_id: 'hour-1' },
      }),
      bringBack(network, rental, station),
    ]);
    const cost = isExtended(extended) ? '100.00' : '50.00';
    t.like(ended, { charges: { total: cost }, paid: { amount: cost }, owed: '0.00' });
    t.like(await bankShown(network, rental.bank), { status: 'AVAILABLE' });
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
  },
);

const isExtended = ({ status }: CheckedAnswer): boolean => status === 200;

readModelsAreRebuiltEqual(open);
