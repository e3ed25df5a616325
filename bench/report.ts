/** The table of a run, for people and as JSON. */

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../bin/package-root.js';
import { seed } from './seed.js';

export interface Row {
  readonly name: string;
  readonly ours: number;
  /** What ours is compared with; `null` for a number that stands alone. */
  readonly rival: number | null;
  /** Unit of `ours` and `rival`. */
  readonly unit: string;
  /** Of our single operations, in milliseconds; `null` where there is only one number. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  /** How many operations of ours were measured. */
  readonly n: number;
  /** What exactly is compared with what. */
  readonly about: string;
}

const ratioOf = ({ ours, rival }: Row): number | null => (rival === null ? null : ours / rival);

const rounded = (value: number | null, places: number): number | null =>
  value === null ? null : Number(value.toFixed(places));

const shown = (value: number | null, places: number): string =>
  value === null ? '—' : value.toFixed(places);

const heads = ['', 'ours', 'rival', 'ratio', 'unit', 'p50 ms', 'p99 ms', 'n'];

const cellsOf = (row: Row): readonly string[] => [
  row.name,
  shown(row.ours, 1),
  shown(row.rival, 1),
  shown(ratioOf(row), 2),
  row.unit,
  shown(row.latencyMs?.p50 ?? null, 2),
  shown(row.latencyMs?.p99 ?? null, 2),
  String(row.n),
];

/** Lines of text: the table, and what its rows mean. */
export const tableOf = (rows: readonly Row[]): readonly string[] => {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const isText = (column: number): boolean => column === 0 || heads[column] === 'unit';
  const table = lines.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isText(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return [...table, '', ...rows.map(({ name, about }) => `${name}: ${about}`)];
};

const resultsFolder = join(packageRoot, 'bench', 'results');

/** Writes `bench/results/latest.json`; a number without its machine says little. */
export const writeResults = async (
  rows: readonly Row[],
  { startedAt, seconds }: { readonly startedAt: string; readonly seconds: number },
): Promise<void> => {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    loadAverageAtEnd: loadavg().map((each) => rounded(each, 2)),
  };
  const measurements = rows.map((row) => ({
    name: row.name,
    ours: rounded(row.ours, 3),
    rival: rounded(row.rival, 3),
    ratio: rounded(ratioOf(row), 4),
    unit: row.unit,
    p50Ms: rounded(row.latencyMs?.p50 ?? null, 3),
    p99Ms: rounded(row.latencyMs?.p99 ?? null, 3),
    n: row.n,
    about: row.about,
  }));
  const results = { startedAt, seconds: rounded(seconds, 1), seed, machine, measurements };
  await mkdir(resultsFolder, { recursive: true });
  await writeFile(join(resultsFolder, 'latest.json'), `${JSON.stringify(results, null, 2)}\n`);
};
