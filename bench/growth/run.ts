/**
 * `npm run bench:growth`: whether a node stays as it is while its log grows. Three logs of 100, a
 * million and five million events, or of the sizes in the arguments, are served side by side, and
 * measured in turns, so that a moment of a busy machine falls on all of them.
 */

import { cp, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../children.js';
import type { Cleanup } from '../cleanup.js';
import { type EventStoreChild, startEventStore } from '../event-store-child.js';
import { type Measured, percentile, rateOf, together } from '../load.js';
import { wholeRun } from '../whole-run.js';
import { fillLog } from './fill.js';
import { type Measurements, measureRound, type Operation } from './measure.js';
import { type Memory, memoryOf } from './memory.js';

const defaultSizes = [100, 1_000_000, 5_000_000];
const rounds = 5;
const starts = 3;
/** About what an event takes in the file, indexes and free pages included. */
const bytesPerEvent = 500;

interface Log {
  readonly size: number;
  readonly dataDir: string;
}

interface Result {
  readonly size: number;
  readonly startSeconds: number;
  readonly measured: Readonly<Record<Operation, Measured>>;
  readonly memory: Memory;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Each log is a copy of the one before, filled up. */
const fillLogs = async (folder: string, sizes: readonly number[]): Promise<readonly Log[]> => {
  const logs: Log[] = [];
  for (const size of sizes) {
    const dataDir = join(folder, `log-${size}`);
    const before = logs.at(-1);
    if (before !== undefined) await cp(before.dataDir, dataDir, { recursive: true });
    const beganMs = performance.now();
    let told = 0;
    await fillLog(dataDir, size, (done) => {
      if (done - told < 500_000) return;
      told = done;
      tell(`  ${done} events`);
    });
    tell(`${size} events in ${((performance.now() - beganMs) / 1_000).toFixed(0)} s`);
    logs.push({ size, dataDir });
  }
  return logs;
};

/** The middle of several starts; the last one stays. */
const startMeasured = async (cleanup: Cleanup, { dataDir }: Log) => {
  const folder = await temporaryFolder(cleanup);
  const startsMs: number[] = [];
  for (;;) {
    const node = await startEventStore(cleanup, { folder, dataDir });
    startsMs.push(node.startMs);
    if (startsMs.length === starts) {
      return { node, startSeconds: percentile(startsMs, 50) / 1_000 };
    }
    await node.client.dispose();
    await node.child.stop();
  }
};

const allOf = (measurements: readonly Measurements[], operation: Operation): Measured =>
  together(measurements.map((round) => round[operation]));

const measureInTurns = async (
  nodes: readonly EventStoreChild[],
): Promise<readonly (readonly Measurements[])[]> => {
  const measured = nodes.map((): Measurements[] => []);
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    tell(`round ${round} of ${rounds}`);
    for (const [index, { client }] of nodes.entries()) {
      const measurements = await measureRound(client);
      if (round > 0) measured[index]?.push(measurements);
    }
  }
  return measured;
};

const measureLogs = async (cleanup: Cleanup, logs: readonly Log[]): Promise<readonly Result[]> => {
  const started = [];
  for (const log of logs) started.push({ log, ...(await startMeasured(cleanup, log)) });
  const measured = await measureInTurns(started.map(({ node }) => node));
  return Promise.all(
    started.map(async ({ log, node, startSeconds }, index) => {
      const ofLog = measured[index] ?? [];
      return {
        size: log.size,
        startSeconds,
        measured: {
          'append alone': allOf(ofLog, 'append alone'),
          'append 64': allOf(ofLog, 'append 64'),
          'read of 10': allOf(ofLog, 'read of 10'),
          'append to subscriber': allOf(ofLog, 'append to subscriber'),
        },
        memory: await memoryOf(node.child.pid),
      };
    }),
  );
};

interface Line {
  readonly name: string;
  readonly value: (result: Result) => number;
  readonly places: number;
}

const latency = (operation: Operation, percent: number): Line => ({
  name: `${operation}, p${percent} ms`,
  value: ({ measured }) => percentile(measured[operation].latenciesMs, percent),
  places: 2,
});

const lines: readonly Line[] = [
  latency('append alone', 50),
  latency('append alone', 99),
  {
    name: 'append 64 in flight, 1/s',
    value: ({ measured }) => rateOf(measured['append 64']),
    places: 0,
  },
  latency('read of 10', 50),
  latency('read of 10', 99),
  latency('append to subscriber', 50),
  latency('append to subscriber', 99),
  { name: 'start, s', value: ({ startSeconds }) => startSeconds, places: 2 },
  { name: 'memory of its own, MiB', value: ({ memory }) => memory.anonymousMebibytes, places: 0 },
  { name: 'mapped file, MiB', value: ({ memory }) => memory.mappedMebibytes, places: 0 },
];

/** Values of each size, and in brackets how they compare with those of the smallest. */
const showTable = (results: readonly Result[]): void => {
  const [smallest] = results;
  if (smallest === undefined) return;
  const rows = lines.map(({ name, value, places }) => [
    name,
    ...results.map((result) => {
      const ratio = value(result) / value(smallest);
      return `${value(result).toFixed(places)} (${ratio.toFixed(2)})`;
    }),
  ]);
  const heads = ['', ...results.map(({ size }) => `${size} events`)];
  const widths = heads.map((_, column) =>
    Math.max(...[heads, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  for (const cells of [heads, ...rows]) {
    say(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
};

const sizesOf = (args: readonly string[]): readonly number[] => {
  const sizes = args.length === 0 ? defaultSizes : args.map(Number);
  const isRising = sizes.every((size, index) => size > (sizes[index - 1] ?? 99));
  if (!isRising) throw new Error('sizes are numbers of events from 100 on, the smallest first');
  return sizes;
};

const refuseFullDisk = async (folder: string, sizes: readonly number[]): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  const needed = sizes.reduce((sum, size) => sum + size * bytesPerEvent, 0);
  if (bavail * bsize < 2 * needed) throw new Error(`the logs need ${needed} bytes in ${folder}`);
};

await wholeRun(async (cleanup) => {
  const sizes = sizesOf(process.argv.slice(2));
  const folder = await temporaryFolder(cleanup);
  await refuseFullDisk(folder, sizes);
  showTable(await measureLogs(cleanup, await fillLogs(folder, sizes)));
});
