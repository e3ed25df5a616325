/**
 * How long a customer who has put a power bank back waits until the app can show it: from the
 * moment at which the cabinet publishes its return frame, through broker, log, process and read
 * model, to the answer of the read API that shows the rental as completed.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { latencyOf } from '../load.js';
import type { Measurement, Row, Setting } from '../measurement.js';
import type { Station } from '../network.js';
import { type Program, startProgram } from '../program.js';
import { mustEqual } from '../sums.js';
import { type Completions, watchCompletions } from './returns/completions.js';
import { checkSums, newRenter, openStations, type Rental, startRental } from './returns/renting.js';

interface Sizes {
  readonly stations: number;
  readonly rentals: number;
  readonly warmUpReturns: number;
  readonly returnsAtRest: number;
}

const sizes: Readonly<Record<'whole' | 'quick', Sizes>> = {
  whole: { stations: 30, rentals: 500, warmUpReturns: 20, returnsAtRest: 130 },
  quick: { stations: 10, rentals: 80, warmUpReturns: 5, returnsAtRest: 30 },
};

const startsAtOnce = 100;
/** No rental begins later: on a slow machine there are fewer to return. */
const startsSecondsMax = { whole: 30, quick: 5 };
/** Between two returns at rest: everything that follows from the last one is done by then. */
const restMs = 60;
const returnsASecond = 200;
const returnedPowerPercent = 60;

const HistoryAnswer = t.type({
  data: t.type({ items: t.array(t.type({ rental_id: t.string, status: t.string })) }),
});

/** So many people at one moment, spread over the stations. */
const startAtOnce = async (
  program: Program,
  stations: readonly Station[],
): Promise<{ readonly rentals: readonly Rental[]; readonly latenciesMs: readonly number[] }> => {
  const numbers = Array.from({ length: startsAtOnce }, (_, number) => number);
  const people = await Promise.all(numbers.map((number) => newRenter(program, number)));
  const latenciesMs: number[] = [];
  const rentals = await Promise.all(
    people.map(async (person, number) => {
      const station = stations[number % stations.length];
      if (station === undefined) throw new Error('there is no station');
      const beganMs = performance.now();
      const rental = await startRental(person, station);
      latenciesMs.push(performance.now() - beganMs);
      return rental;
    }),
  );
  return { rentals, latenciesMs };
};

/** One rental after the other at each station, as people come; all stations at once. */
const startRentals = async (
  program: Program,
  stations: readonly Station[],
  { rentals: count, secondsMax }: { readonly rentals: number; readonly secondsMax: number },
): Promise<readonly Rental[]> => {
  const deadline = performance.now() + secondsMax * 1_000;
  const rentals = await Promise.all(
    stations.map(async (station, place) => {
      const here: Rental[] = [];
      for (let index = startsAtOnce + place; index < count; index += stations.length) {
        if (performance.now() > deadline) break;
        here.push(await startRental(await newRenter(program, index), station));
      }
      return here;
    }),
  );
  // Those that are returned one after the other come from different stations.
  return rentals
    .flatMap((here) => here.map((rental, turn) => ({ rental, turn })))
    .sort((left, right) => left.turn - right.turn)
    .map(({ rental }) => rental);
};

/** @returns milliseconds from the frame to the answer that shows what it led to. */
const timeReturn = async (
  { id, bank, person, station }: Rental,
  completions: Completions,
): Promise<number> => {
  const put = { serial: bank, power: returnedPowerPercent };
  const completed = completions.of(id);
  const startedMs = performance.now();
  const inserted = station.cabinet.insertBank(put, { reports: ['mqtt'] });
  // Asked as soon as the log has it: the API answers when its read model has it as well. Asking
  // again and again instead would be load of its own on the machine that is measured.
  const minPosition = await completed;
  const { data } = await person.caller.send('GET /api/rentals/history', {
    minPosition,
    status: 200,
    answer: HistoryAnswer,
  });
  const shownMs = performance.now() - startedMs;
  const shown = data.items.find(({ rental_id }) => rental_id === id)?.status;
  mustEqual(`what is shown of ${id}`, shown, 'COMPLETED');
  const slot = await inserted;
  if (E.isLeft(slot)) throw new Error(`${bank} at ${station.serial}: ${slot.left}`);
  return shownMs;
};

/** One after the other: a queue of returns would be measured otherwise. */
const returnAtRest = async (
  rentals: readonly Rental[],
  completions: Completions,
): Promise<readonly number[]> => {
  const latenciesMs: number[] = [];
  for (const rental of rentals) {
    latenciesMs.push(await timeReturn(rental, completions));
    await delay(restMs);
  }
  return latenciesMs;
};

/** By the clock, whether earlier ones are done or not: customers do not wait for each other. */
const returnByTheClock = async (
  rentals: readonly Rental[],
  completions: Completions,
): Promise<readonly number[]> => {
  const startedMs = performance.now();
  return Promise.all(
    rentals.map(async (rental, index) => {
      const dueMs = startedMs + (index * 1_000) / returnsASecond;
      await delay(dueMs - performance.now());
      return timeReturn(rental, completions);
    }),
  );
};

const rowOf = (
  { name, about }: Pick<Row, 'name' | 'about'>,
  latenciesMs: readonly number[],
  goals: Row['goals'],
): Row => {
  const latencyMs = latencyOf({ latenciesMs });
  const n = latenciesMs.length;
  return { name, ours: latencyMs.p50, rival: null, unit: 'ms', latencyMs, n, about, goals };
};

const measure = async ({ cleanup, isQuick, say }: Setting): Promise<readonly Row[]> => {
  const size = isQuick ? 'quick' : 'whole';
  const { stations: stationsCount, rentals: count, warmUpReturns, returnsAtRest } = sizes[size];
  const program = await startProgram(cleanup);
  const stations = await openStations(program, cleanup, stationsCount);
  const wanted = { rentals: count, secondsMax: startsSecondsMax[size] };
  const startedMs = performance.now();
  const atOnce = await startAtOnce(program, stations);
  const rentals = [...atOnce.rentals, ...(await startRentals(program, stations, wanted))];
  const seconds = (performance.now() - startedMs) / 1_000;
  say(`${rentals.length} rentals started in ${seconds.toFixed(1)} s`);
  const completions = watchCompletions(program.store, cleanup);
  const burst = warmUpReturns + returnsAtRest;
  await returnAtRest(rentals.slice(0, warmUpReturns), completions);
  const atRest = await returnAtRest(rentals.slice(warmUpReturns, burst), completions);
  const underLoad = await returnByTheClock(rentals.slice(burst), completions);
  await checkSums(program, rentals);
  const about = 'from the return frame over MQTT to COMPLETED in GET /api/rentals/history';
  return [
    rowOf({ name: 'return_to_read_model', about: `${about}, one at a time` }, atRest, [
      { of: 'p50', bound: 'at most', value: 15 },
      { of: 'p99', bound: 'at most', value: 60 },
    ]),
    rowOf(
      {
        name: 'return_to_read_model_under_load',
        about: `${about}, ${returnsASecond} returns begun a second`,
      },
      underLoad,
      [],
    ),
    rowOf(
      {
        name: 'hundred_starts_at_once',
        about: `POST /api/rentals/start of ${startsAtOnce} people at one moment, until ACTIVE`,
      },
      atOnce.latenciesMs,
      [],
    ),
  ];
};

export const returnToReadModel: Measurement = { name: 'return-to-read-model', measure };
