/** `npm run bench`: all measurements in one go, bounded in time, on the embedded stack. */

import { type Cleanup, createCleanup } from './cleanup.js';
import { commandsVsRawAppend } from './measurements/commands-vs-raw-append.js';
import { wholeProgram } from './measurements/whole-program.js';
import { type Row, tableOf, writeResults } from './report.js';

/** What is not done by then is a failure. Stopping everything takes a few seconds more. */
const workSecondsMax = 84;

/** In this order, one after the other: they would disturb each other. */
const measurements = [commandsVsRawAppend, wholeProgram];

const measure = async (cleanup: Cleanup): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const measurement of measurements) {
    process.stderr.write(`${measurement.name} …\n`);
    rows.push(...(await measurement(cleanup)));
  }
  return rows;
};

/** Rejects on Ctrl-C and when time is up, so that everything is still closed in order. */
const cutOff = (): Promise<never> =>
  new Promise((_, reject) => {
    const late = (): void => reject(new Error(`not done within ${workSecondsMax} s`));
    setTimeout(late, workSecondsMax * 1_000).unref();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const tell = (error: unknown): void => {
  process.exitCode = 1;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
};

const run = async (): Promise<void> => {
  const startedAt = new Date().toISOString();
  const cleanup = createCleanup();
  try {
    const rows = await Promise.race([measure(cleanup), cutOff()]);
    for (const line of tableOf(rows)) say(line);
    await writeResults(rows, { startedAt, seconds: performance.now() / 1_000 });
  } catch (error) {
    tell(error);
  } finally {
    await cleanup.run(tell);
  }
};

await run();
// A run that was cut off may still have work under way, for which nobody waits any more.
process.exit();
