/**
 * Memory of the whole program, its Postgres included: at rest, and while rentals begin and end in
 * the proportions of `evening-peak`, as fast as it goes; for some time, or for as many rentals as
 * pass in an hour of it. Pages of files are told apart: those of the log grow with it, and are the
 * system's to take back.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Memory, memoryOfFamily } from '../fleet/memory.js';
import type { Measurement, Row, Setting } from '../measurement.js';
import type { Station } from '../network.js';
import { type Program, startProgram } from '../program.js';
import { shapes } from '../shapes.js';
import { watchCompletions } from './returns/completions.js';
import { checkSums, newRenter, openStations, type Rental, startRental } from './returns/renting.js';

const stationsCount = 20;

/** Ends when so many rentals have begun or so much time has passed, whichever comes first. */
interface Length {
  readonly rentalsMax: number;
  readonly secondsMax: number;
  /** Stretches of time whose peaks are told one after the other, so that growth would show. */
  readonly stretches: number;
}

const lengths = {
  hour: {
    rentalsMax: shapes['evening-peak'].rentalsStarted * 3_600,
    secondsMax: 3_600,
    stretches: 6,
  },
  whole: { rentalsMax: Infinity, secondsMax: 40, stretches: 2 },
  quick: { rentalsMax: Infinity, secondsMax: 5, stretches: 2 },
} as const satisfies Record<string, Length>;
const sayEveryMs = 60_000;
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
  /** The most that was seen between two moments. */
  peak(fromMs: number, untilMs: number): Memory;
  stop(): Promise<void>;
}

const sample = (pid: number): Samples => {
  const found: (Memory & { readonly atMs: number })[] = [];
  const stop = new AbortController();
  const look = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      found.push({ atMs: performance.now(), ...(await memoryOfFamily(pid)) });
      await delay(sampleEveryMs);
    }
  };
  const looking = look();
  return {
    peak: (fromMs, untilMs) => {
      const within = found.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
      return within.reduce((most, each) => (each.ownBytes > most.ownBytes ? each : most));
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
  { cleanup, say, length }: Pick<Setting, 'cleanup' | 'say'> & { readonly length: Length },
): Promise<readonly Rental[]> => {
  const completions = watchCompletions(program.store, cleanup);
  const startedMs = performance.now();
  const rentals: Rental[] = [];
  let people = 0;
  let saidMs = startedMs;
  const tellProgress = (): void => {
    const nowMs = performance.now();
    if (nowMs - saidMs < sayEveryMs) return;
    saidMs = nowMs;
    const perSecond = rentals.length / ((nowMs - startedMs) / 1_000);
    const secondsLeft = Math.min(
      (length.rentalsMax - rentals.length) / perSecond,
      length.secondsMax - (nowMs - startedMs) / 1_000,
    );
    const rate = `${perSecond.toFixed(1)} a second, ${(secondsLeft / 60).toFixed(0)} minutes left`;
    say(`${rentals.length} rentals, ${rate}`);
  };
  const serve = async (station: Station): Promise<void> => {
    const deadline = startedMs + length.secondsMax * 1_000;
    while (performance.now() < deadline && people < length.rentalsMax) {
      people += 1;
      const rental = await startRental(await newRenter(program, people), station);
      rentals.push(rental);
      await lookAround(rental);
      const completed = completions.of(rental.id);
      const put = { serial: rental.bank, power: returnedPowerPercent };
      const slot = await station.cabinet.insertBank(put, { reports: ['mqtt', 'http'] });
      if (E.isLeft(slot)) throw new Error(`${rental.bank} at ${station.serial}: ${slot.left}`);
      await completed;
      tellProgress();
    }
  };
  await Promise.all(stations.map(serve));
  return rentals;
};

const mib = (bytes: number): string => (bytes / mebibyte).toFixed(0);

const rowOf = (
  { about, ...row }: Pick<Row, 'name' | 'n' | 'about'>,
  { ownBytes, mappedBytes }: Memory,
): Row => ({
  ...row,
  about: `${about}; beside it ${mib(mappedBytes)} MiB of pages of files, the log and programs`,
  ours: ownBytes / mebibyte,
  rival: null,
  unit: 'MiB',
  latencyMs: null,
  goals: [{ of: 'ours', bound: 'at most', value: mebibytesMax }],
});

const whole = 'program and Postgres together, shared pages counted once';

interface Peaks {
  readonly atRest: Memory;
  readonly atPeak: Row;
}

const measurePeak = async (
  { cleanup, say }: Setting,
  length: Length,
  name: string,
): Promise<Peaks> => {
  const program = await startProgram(cleanup);
  const atRest = await memoryOfFamily(program.pid);
  const stations = await openStations(program, cleanup, stationsCount);
  const samples = sample(program.pid);
  const startedMs = performance.now();
  const rentals = await rentAndReturn(program, stations, { cleanup, say, length });
  const endedMs = performance.now();
  await samples.stop();
  await checkSums(program, rentals);
  const stretchMs = (endedMs - startedMs) / length.stretches;
  const peaks = Array.from({ length: length.stretches }, (_, stretch) => {
    const fromMs = startedMs + stretch * stretchMs;
    return mib(samples.peak(fromMs, fromMs + stretchMs).ownBytes);
  });
  const minutes = rentals.length / rentalsStarted / 60;
  const about =
    `${whole}, the most while as many rentals passed as in ${minutes.toFixed(1)} minutes ` +
    `of evening-peak; in equal stretches of time ${peaks.join(', ')} MiB`;
  const most = samples.peak(startedMs, endedMs);
  return { atRest, atPeak: rowOf({ name, n: rentals.length, about }, most) };
};

export const memory: Measurement = {
  name: 'memory',
  measure: async (setting) => {
    const length = lengths[setting.isQuick ? 'quick' : 'whole'];
    const { atRest, atPeak } = await measurePeak(setting, length, 'memory_evening_peak');
    const about = `${whole}, after its start`;
    return [rowOf({ name: 'memory_at_rest', n: 1, about }, atRest), atPeak];
  },
};

export const eveningPeakHour: Measurement = {
  name: 'evening-peak-hour',
  isLong: true,
  measure: async (setting) => {
    const { atPeak } = await measurePeak(setting, lengths.hour, 'memory_evening_peak_hour');
    return [atPeak];
  },
};
