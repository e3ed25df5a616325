/**
 * Memory of the whole program, its Postgres included: at rest, and while rentals begin and end in
 * the proportions of `evening-peak`, as fast as it goes.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { familyBytes } from '../fleet/memory.js';
import type { Measurement, Row, Setting } from '../measurement.js';
import type { Station } from '../network.js';
import { type Program, startProgram } from '../program.js';
import { shapes } from '../shapes.js';
import { watchCompletions } from './returns/completions.js';
import { checkSums, newRenter, openStations, type Rental, startRental } from './returns/renting.js';

const stationsCount = 20;
const secondsMax = { whole: 40, quick: 10 };
const sampleEveryMs = 500;
const returnedPowerPercent = 80;
const mebibyte = 2 ** 20;
const mebibytesMax = 1_024;

/** What somebody with a bank looks at for each rental, by the shape. */
const { reads, rentalsStarted } = shapes['evening-peak'];
const readsOfRental = [
  { path: '/api/payments/wallet/balance', times: reads.wallet / rentalsStarted },
  { path: '/api/rentals/active', times: reads.activeRental / rentalsStarted },
  {
    path: '/api/stations/nearby?lat=27.7172&lng=85.324&radius=1',
    times: reads.nearbyStations / rentalsStarted,
  },
] as const;

interface Samples {
  /** The most that was seen between two moments, in bytes. */
  peak(fromMs: number, untilMs: number): number;
  stop(): Promise<void>;
}

const sample = (pid: number): Samples => {
  const found: { readonly atMs: number; readonly bytes: number }[] = [];
  const stop = new AbortController();
  const look = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      found.push({ atMs: performance.now(), bytes: await familyBytes(pid) });
      await delay(sampleEveryMs);
    }
  };
  const looking = look();
  return {
    peak: (fromMs, untilMs) => {
      const within = found.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
      return Math.max(...within.map(({ bytes }) => bytes));
    },
    stop: async () => {
      stop.abort();
      await looking;
    },
  };
};

const lookAround = async ({ person }: Rental): Promise<void> => {
  for (const { path, times } of readsOfRental) {
    for (let time = 0; time < times; time += 1) {
      await person.caller.send(`GET ${path}`, { status: 200, answer: t.unknown });
    }
  }
};

/** At each station one customer after the other: rents, looks, and brings the bank back. */
const rentAndReturn = async (
  program: Program,
  stations: readonly Station[],
  { cleanup, seconds }: Pick<Setting, 'cleanup'> & { readonly seconds: number },
): Promise<readonly Rental[]> => {
  const completions = watchCompletions(program.store, cleanup);
  const deadline = performance.now() + seconds * 1_000;
  const rentals: Rental[] = [];
  let people = 0;
  const serve = async (station: Station): Promise<void> => {
    while (performance.now() < deadline) {
      people += 1;
      const rental = await startRental(await newRenter(program, people), station);
      rentals.push(rental);
      await lookAround(rental);
      const completed = completions.of(rental.id);
      const put = { serial: rental.bank, power: returnedPowerPercent };
      const slot = await station.cabinet.insertBank(put, { reports: ['mqtt', 'http'] });
      if (E.isLeft(slot)) throw new Error(`${rental.bank} at ${station.serial}: ${slot.left}`);
      await completed;
    }
  };
  await Promise.all(stations.map(serve));
  return rentals;
};

const rowOf = (row: Pick<Row, 'name' | 'n' | 'about'>, bytes: number): Row => ({
  ...row,
  ours: bytes / mebibyte,
  rival: null,
  unit: 'MiB',
  latencyMs: null,
  goals: [{ of: 'ours', bound: 'at most', value: mebibytesMax }],
});

const measure = async ({ cleanup, isQuick, say }: Setting): Promise<readonly Row[]> => {
  const program = await startProgram(cleanup);
  const atRest = await familyBytes(program.pid);
  const stations = await openStations(program, cleanup, stationsCount);
  const samples = sample(program.pid);
  const seconds = isQuick ? secondsMax.quick : secondsMax.whole;
  const startedMs = performance.now();
  const rentals = await rentAndReturn(program, stations, { cleanup, seconds });
  const endedMs = performance.now();
  await samples.stop();
  await checkSums(program, rentals);
  const half = (startedMs + endedMs) / 2;
  const inMebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(0);
  const halves = [samples.peak(startedMs, half), samples.peak(half, endedMs)].map(inMebibytes);
  say(`peaks of the first and the second half: ${halves.join(' and ')} MiB`);
  const minutes = rentals.length / rentalsStarted / 60;
  const whole = 'program and Postgres together, shared pages counted once';
  return [
    rowOf({ name: 'memory_at_rest', n: 1, about: `${whole}, after its start` }, atRest),
    rowOf(
      {
        name: 'memory_evening_peak',
        n: rentals.length,
        about:
          `${whole}, the most while as many rentals passed as in ${minutes.toFixed(1)} minutes ` +
          `of evening-peak; ${halves.join(' MiB, then ')} MiB in its halves`,
      },
      samples.peak(startedMs, endedMs),
    ),
  ];
};

export const memory: Measurement = { name: 'memory', measure };
