import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { root } from './source.js';

/** The first and the last of each run of properties that this slice has to hold. */
const runs = [
  [1, 34],
  [40, 42],
  [48, 48],
  [50, 50],
  [64, 73],
  [80, 88],
  [90, 93],
  [96, 99],
  [101, 101],
  [116, 116],
  [118, 118],
  [121, 121],
] as const;

/** Named below the table with the reason. */
const outOfSlice = new Set([65, 87]);

const rowPattern = /^\| P-(\d{3}) \|[^|]+\| (.+) \|$/gm;

test('each property of this slice is in the tests that the table names', async (t) => {
  const table = await readFile(join(root, 'docs/properties.md'), 'utf8');
  const rows = new Map(
    [...table.matchAll(rowPattern)].map(([, id = '', files = '']) => [Number(id), files]),
  );
  for (const [first, last] of runs) {
    for (let id = first; id <= last; id += 1) {
      if (outOfSlice.has(id)) continue;
      const name = `P-${String(id).padStart(3, '0')}`;
      const files = [...(rows.get(id) ?? '').matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
      t.true(files.length > 0, `${name} has no test`);
      for (const file of files) {
        const text = await readFile(join(root, file), 'utf8');
        t.true(text.includes(name), `${name} is not in ${file}`);
      }
    }
  }
});
