/**
 * `npm run bench:audit`: time and peak memory of `audit replay` and `audit verify` on logs of
 * 50,000 and 500,000 events, or of the sizes in the arguments. Time is to grow with the log, and
 * memory is not. The command and the event store are processes of their own.
 */

import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { derivedSealKey } from '../../adapters/seal-keys.js';
import { temporaryFolder } from '../children.js';
import type { Cleanup } from '../cleanup.js';
import { startEventStore } from '../event-store-child.js';
import { wholeRun } from '../whole-run.js';
import { fillAuditLog } from './fill.js';
import { measureProgram, type Peak } from './peak.js';

const defaultSizes = [50_000, 500_000];
const key = derivedSealKey('a secret of seals for benchmarks, of some length');

interface Result {
  readonly events: number;
  readonly fillSeconds: number;
  readonly replay: Peak;
  readonly verify: Peak;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

const measure = async (cleanup: Cleanup, folder: string, size: number): Promise<Result> => {
  const dataDir = join(folder, `log-${size}`);
  const beganMs = performance.now();
  const events = await fillAuditLog(dataDir, size, key);
  const fillSeconds = (performance.now() - beganMs) / 1_000;
  tell(`${events} events made and written in ${fillSeconds.toFixed(0)} s`);
  const publicKey = join(folder, 'seals.pem');
  await writeFile(publicKey, key.publicPem);
  tell(
    `load average ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')}`,
  );
  const node = await startEventStore(cleanup, { folder, dataDir });
  const settings = { POWERBANK_ESDB_URL: node.url };
  const run = (...args: string[]): Promise<Peak> =>
    measureProgram(cleanup, { args: ['audit', ...args], settings });
  const replay = await run('replay');
  tell(`replayed in ${replay.seconds.toFixed(1)} s`);
  const verify = await run('verify', '--log-only', '--public-keys', publicKey);
  tell(`verified in ${verify.seconds.toFixed(1)} s`);
  await node.client.dispose();
  await node.child.stop();
  return { events, fillSeconds, replay, verify };
};

const lines: readonly (readonly [string, (result: Result) => number])[] = [
  ['events', ({ events }) => events],
  ['history made, s', ({ fillSeconds }) => fillSeconds],
  ['replay, s', ({ replay }) => replay.seconds],
  ['replay, CPU s', ({ replay }) => replay.cpuSeconds],
  ['replay, events/s', ({ events, replay }) => events / replay.seconds],
  ['replay, peak MiB', ({ replay }) => replay.peakMebibytes],
  ['verify, s', ({ verify }) => verify.seconds],
  ['verify, CPU s', ({ verify }) => verify.cpuSeconds],
  ['verify, events/s', ({ events, verify }) => events / verify.seconds],
  ['verify, peak MiB', ({ verify }) => verify.peakMebibytes],
];

/** Values of each size, and in brackets how they compare with those of the smallest. */
const showTable = (results: readonly Result[]): void => {
  const [smallest] = results;
  if (smallest === undefined) return;
  for (const [name, value] of lines) {
    const cells = results.map((result) => {
      const ratio = value(result) / value(smallest);
      return `${value(result).toFixed(1)} (${ratio.toFixed(2)})`.padEnd(20);
    });
    say(`${name.padEnd(20)}${cells.join('')}`.trimEnd());
  }
};

await wholeRun(async (cleanup) => {
  const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : defaultSizes;
  if (!sizes.every((size) => size >= 1_000)) throw new Error('sizes are numbers from 1000 on');
  const folder = await temporaryFolder(cleanup);
  const before = loadavg();
  const results: Result[] = [];
  for (const size of sizes) results.push(await measure(cleanup, folder, size));
  showTable(results);
  const load = [before, loadavg()].map(([minute = 0]) => minute.toFixed(1)).join(' and ');
  say(`load average before and after: ${load}`);
});
