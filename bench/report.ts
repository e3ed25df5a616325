/** The table of a run, for people and as JSON. */

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../bin/package-root.js';
import type { Goal, Row } from './measurement.js';
import { seed } from './seed.js';

const ratioOf = ({ ours, rival }: Row): number | null => (rival === null ? null : ours / rival);

const rounded = (value: number | null, places: number): number | null =>
  value === null ? null : Number(value.toFixed(places));

const shown = (value: number | null, places: number): string =>
  value === null ? '—' : value.toFixed(places);

const actualOf = (row: Row, { of }: Goal): number | null => {
  switch (of) {
    case 'ratio':
      return ratioOf(row);
    case 'ours':
      return row.ours;
    case 'p50':
      return row.latencyMs?.p50 ?? null;
    case 'p99':
      return row.latencyMs?.p99 ?? null;
  }
};

const isReached = (row: Row, goal: Goal): boolean => {
  const actual = actualOf(row, goal);
  if (actual === null) throw new Error(`${row.name} has no ${goal.of} to reach`);
  return goal.bound === 'at least' ? actual >= goal.value : actual <= goal.value;
};

const goalText = (row: Row, goal: Goal): string => {
  const sign = goal.bound === 'at least' ? '≥' : '≤';
  return `${goal.of} ${sign} ${goal.value}: ${isReached(row, goal) ? 'yes' : 'NO'}`;
};

const heads = [
  '',
  'ours',
  'rival',
  'ratio',
  'unit',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'n',
  'reached',
];
const textHeads = new Set(['', 'unit', 'reached']);

const cellsOf = (row: Row): readonly string[] => [
  row.name,
  shown(row.ours, 1),
  shown(row.rival, 1),
  shown(ratioOf(row), 2),
  row.unit,
  shown(row.latencyMs?.p50 ?? null, 2),
  shown(row.latencyMs?.p99 ?? null, 2),
  shown(row.latencyMs?.p999 ?? null, 2),
  String(row.n),
  row.goals.map((goal) => goalText(row, goal)).join(', '),
];

/** Lines of text: the table, and what its rows mean. */
export const tableOf = (rows: readonly Row[]): readonly string[] => {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const isText = (column: number): boolean => textHeads.has(heads[column] ?? '');
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

const entryOf = (row: Row) => ({
  name: row.name,
  ours: rounded(row.ours, 3),
  rival: rounded(row.rival, 3),
  ratio: rounded(ratioOf(row), 4),
  unit: row.unit,
  p50: rounded(row.latencyMs?.p50 ?? null, 3),
  p99: rounded(row.latencyMs?.p99 ?? null, 3),
  p999: rounded(row.latencyMs?.p999 ?? null, 3),
  n: row.n,
  about: row.about,
  reached: row.goals.length === 0 ? null : row.goals.every((goal) => isReached(row, goal)),
});

export interface RunFacts {
  readonly startedAt: string;
  readonly seconds: number;
  readonly isQuick: boolean;
}

const write = (name: string, content: unknown): Promise<void> =>
  writeFile(join(resultsFolder, name), `${JSON.stringify(content, null, 2)}\n`);

/**
 * Writes `bench/results/latest.json`, one entry a measure (times in milliseconds), and beside it
 * `machine.json`: a number without its machine says little.
 */
export const writeResults = async (
  rows: readonly Row[],
  { startedAt, seconds, isQuick }: RunFacts,
): Promise<void> => {
  const machine = {
    startedAt,
    seconds: rounded(seconds, 1),
    isQuick,
    seed,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    loadAverageAtEnd: loadavg().map((each) => rounded(each, 2)),
  };
  await mkdir(resultsFolder, { recursive: true });
  await write('latest.json', rows.map(entryOf));
  await write('machine.json', machine);
};
