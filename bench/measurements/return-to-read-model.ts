/**
 * How long a customer who has put a power bank back waits until the app shows it: from the
 * cabinet's return frame over MQTT, through log and projection, to the answer of the read API.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { readTotals } from '../../audit/totals.js';
import { rupees } from '../../domain/shared/money.js';
import type { Cleanup } from '../cleanup.js';
import { drive, latencyOf, percentile } from '../load.js';
import type { Row } from '../measurement.js';
import { newPerson, newStation, type Person, type Station } from '../network.js';
import type { Program } from '../program.js';
import { mustEqual } from '../sums.js';

const stationsCount = 10;
/** Each begins with one free slot, and with a bank for every rental that starts there. */
const stationSize = { slots: 8, banks: 7 };
const warmUpRentals = 5;
const measuredRentals = 60;
const rentalsCount = warmUpRentals + measuredRentals;
/** No rental begins later: on a slow machine there are fewer to return. */
const startsSecondsMax = 10;
/** No measured return begins later; rentals that are left over stay open. */
const returnsSecondsMax = 8;
const pollEveryMs = 2;
/** A return that is not shown by then never will be. */
const returnMsMax = 10_000;
const startWaitSeconds = 15;

const opening = rupees('100.00');
const packageId = 'hour-1';
const packagePrice = rupees('50.00');
const returnedPowerPercent = 60;

const StartAnswer = t.type({
  data: t.type({ rental_id: t.string, status: t.string, powerbank_sn: t.string }),
});

const HistoryAnswer = t.type({
  data: t.type({ items: t.array(t.type({ rental_id: t.string, status: t.string })) }),
});

interface Rental {
  readonly id: string;
  readonly bank: string;
  readonly person: Person;
  readonly station: Station;
}

const startRental = async (person: Person, station: Station): Promise<Rental> => {
  const { data } = await person.caller.send('POST /api/rentals/start', {
    body: { station_sn: station.serial, package_id: packageId, payment_mode: 'wallet' },
    idempotencyKey: `bench-start-${person.userId}`,
    waitSeconds: startWaitSeconds,
    status: 201,
    answer: StartAnswer,
  });
  if (data.status !== 'ACTIVE') throw new Error(`${data.rental_id} is ${data.status}`);
  return { id: data.rental_id, bank: data.powerbank_sn, person, station };
};

/** One rental after the other at each station, as people come; all stations at once. */
const startRentals = async (
  program: Program,
  stations: readonly Station[],
): Promise<readonly Rental[]> => {
  const people = await Promise.all(
    Array.from({ length: rentalsCount }, (_, index) => newPerson(program, index, opening)),
  );
  const deadline = performance.now() + startsSecondsMax * 1_000;
  const rentals = await Promise.all(
    stations.map(async (station, place) => {
      const here: Rental[] = [];
      for (let index = place; index < people.length; index += stations.length) {
        const person = people[index];
        if (performance.now() > deadline) break;
        if (person !== undefined) here.push(await startRental(person, station));
      }
      return here;
    }),
  );
  return rentals.flat();
};

const untilShown = async ({ id, person }: Rental): Promise<void> => {
  const deadline = performance.now() + returnMsMax;
  for (;;) {
    const { data } = await person.caller.send('GET /api/rentals/history', {
      status: 200,
      answer: HistoryAnswer,
    });
    const shown = data.items.find(({ rental_id }) => rental_id === id)?.status;
    if (shown === 'COMPLETED') return;
    if (performance.now() > deadline) throw new Error(`${id} is back and shown as ${shown}`);
    await delay(pollEveryMs);
  }
};

const putBack = async ({ bank, station }: Rental): Promise<void> => {
  const put = { serial: bank, power: returnedPowerPercent };
  const slot = await station.cabinet.insertBank(put, { reports: ['mqtt'] });
  if (E.isLeft(slot)) throw new Error(`${bank} at ${station.serial}: ${slot.left}`);
};

/** One after the other: a queue of returns would be measured otherwise. */
const returnAll = (rentals: readonly Rental[]) =>
  drive(
    { inFlight: 1, unitsMax: rentals.length, secondsMax: returnsSecondsMax },
    async (index, timed) => {
      const rental = rentals[index];
      if (rental === undefined) throw new Error(`there is no rental ${index}`);
      await timed(() => Promise.all([putBack(rental), untilShown(rental)]));
    },
  );

/** Every rental was paid once, nothing else was taken, and nothing is left held. */
const checkSums = async ({ handlers, store }: Program, rentals: readonly Rental[]) => {
  for (const { person } of rentals) {
    const { state } = await handlers.wallet.load(person.userId);
    const left = opening.minor - packagePrice.minor;
    mustEqual(`paisa of ${person.userId}`, state.balance.minor, left);
    mustEqual(`paisa that ${person.userId} has held`, state.held.minor, 0);
  }
  const totals = await readTotals({ store, until: { kind: 'end' } });
  const earned = totals.trialBalance.find(({ family }) => family === 'rental');
  mustEqual('the books are balanced', totals.isBalanced, true);
  mustEqual('paisa earned', earned?.credits, rentals.length * packagePrice.minor);
};

export const returnToReadModel = async (program: Program, cleanup: Cleanup): Promise<Row> => {
  const stations = await Promise.all(
    Array.from({ length: stationsCount }, (_, number) =>
      newStation({ program, cleanup }, number, stationSize),
    ),
  );
  const rentals = await startRentals(program, stations);
  await returnAll(rentals.slice(0, warmUpRentals));
  const { latenciesMs } = await returnAll(rentals.slice(warmUpRentals));
  await checkSums(program, rentals);
  const p50 = percentile(latenciesMs, 50);
  return {
    name: 'return_to_read_model',
    ours: p50,
    rival: null,
    unit: 'ms',
    latencyMs: latencyOf({ latenciesMs }),
    goals: [
      { of: 'p50', bound: 'at most', value: 15 },
      { of: 'p99', bound: 'at most', value: 60 },
    ],
    n: latenciesMs.length,
    about:
      'from the return frame over MQTT to COMPLETED in GET /api/rentals/history, one at a time, ' +
      `asked again ${pollEveryMs} ms after each answer`,
  };
};
