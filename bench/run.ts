/**
 * `make bench`: all measurements in one go on the embedded stack, about eleven minutes; with
 * QUICK=1 two and a half. `npm run bench -- NAME …` takes the named ones only.
 */

import { createCleanup } from './cleanup.js';
import type { Measurement, Row } from './measurement.js';
import { cabinets } from './measurements/cabinets.js';
import { oneHotWallet } from './measurements/commands/one-hot-wallet.js';
import { commandsVsCrud, commandsVsEmmett } from './measurements/commands/vs-postgres.js';
import { commandsVsRawAppend } from './measurements/commands/vs-raw-append.js';
import { growth } from './measurements/growth/index.js';
import { httpCommandsVsBareKoa } from './measurements/http-commands-vs-bare-koa.js';
import { eveningPeakHour, memory } from './measurements/memory.js';
import { memoryReplay } from './measurements/projections/memory-replay.js';
import { projectionsVsDrain } from './measurements/projections/vs-drain.js';
import { readApiVsBareKoa } from './measurements/read-api-vs-bare-koa.js';
import { returnToReadModel } from './measurements/return-to-read-model.js';
import { wholeProgram } from './measurements/whole-program.js';
import { tableOf, writeResults } from './report.js';

/** In this order, one after the other: they would disturb each other. */
const measurements: readonly Measurement[] = [
  commandsVsRawAppend,
  commandsVsCrud,
  commandsVsEmmett,
  oneHotWallet,
  httpCommandsVsBareKoa,
  projectionsVsDrain,
  memoryReplay,
  readApiVsBareKoa,
  returnToReadModel,
  cabinets,
  memory,
  growth,
  wholeProgram,
  eveningPeakHour,
];

/** What is not done by then is a failure. Stopping everything takes a few seconds more. */
const workSecondsMax = { long: 90 * 60, whole: 15 * 60, quick: 5 * 60 };

const isQuick = (process.env.QUICK ?? '') !== '' && process.env.QUICK !== '0';

const complain = (error: unknown): void => {
  process.exitCode = 1;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
};

const nothingOf = (error: unknown): readonly Row[] => {
  complain(error);
  return [];
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const names = process.argv.slice(2);
const chosen = measurements.filter(({ name, isLong }) =>
  names.length === 0 ? isLong !== true : names.includes(name),
);

/** Says which names there are when one is not known. */
const areNamesKnown = (): boolean => {
  const unknown = names.filter((name) => measurements.every((each) => each.name !== name));
  if (unknown.length === 0) return true;
  const known = measurements.map(({ name }) => name).join(', ');
  say(`no measurement ${unknown.join(', ')}; there are ${known}`);
  return false;
};

const secondsMaxOf = (): number => {
  if (chosen.some(({ isLong }) => isLong)) return workSecondsMax.long;
  return isQuick ? workSecondsMax.quick : workSecondsMax.whole;
};

/** Rejects on Ctrl-C and when time is up, so that everything is still closed in order. */
const cutOff = (): Promise<never> =>
  new Promise((_, reject) => {
    const secondsMax = secondsMaxOf();
    const late = (): void => reject(new Error(`not done within ${secondsMax} s`));
    setTimeout(late, secondsMax * 1_000).unref();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });

const seconds = (fromMs: number): number => (performance.now() - fromMs) / 1_000;

/** Nothing of a measurement runs on while the next one measures. */
const measureOne = async (
  measurement: Measurement,
  stopped: Promise<never>,
): Promise<readonly Row[]> => {
  const startedMs = performance.now();
  say(`${measurement.name} …`);
  const cleanup = createCleanup();
  try {
    const setting = { cleanup, isQuick, say: (line: string) => say(`  ${line}`) };
    return await Promise.race([measurement.measure(setting), stopped]);
  } finally {
    await cleanup.run(complain);
    say(`  ${seconds(startedMs).toFixed(0)} s`);
  }
};

const run = async (): Promise<void> => {
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const stopped = cutOff();
  const rows: Row[] = [];
  const end = new AbortController();
  stopped.catch(() => end.abort());
  for (const measurement of chosen) {
    if (end.signal.aborted) break;
    // What fails has no rows, and the others are told all the same.
    rows.push(...(await measureOne(measurement, stopped).catch(nothingOf)));
  }
  for (const line of tableOf(rows)) process.stdout.write(`${line}\n`);
  await writeResults(rows, { startedAt, seconds: seconds(startedMs), isQuick });
};

if (areNamesKnown()) await run().catch(complain);
else process.exitCode = 2;
// A run that was cut off may still have work under way, for which nobody waits any more.
process.exit();
