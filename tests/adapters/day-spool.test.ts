import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { openDaySpool } from '../../adapters/day-spool.js';
import { collect } from '../support/proposed-event.js';

/** Longer than what is written at once, in characters of one, two and four bytes. */
const line = fc
  .tuple(fc.constantFrom('a', 'क', 'é', '🔋', ''), fc.constantFrom(0, 1, 70_000, 300_000))
  .map(([text, times]) => text.repeat(times));
const day = fc.constantFrom('2026-03-01', '2026-03-02', '2026-02-28', '2025-12-31');

test('lines come back by day in the order in which they came, as often as they are asked for', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(day, line), { maxLength: 40 }), async (told) => {
      const spool = await openDaySpool(tmpdir());
      const expected = new Map<string, string[]>();
      for (const [of, text] of told) {
        await spool.add(of, text);
        expected.set(of, [...(expected.get(of) ?? []), text]);
      }
      t.deepEqual(spool.days(), [...expected.keys()].sort());
      for (const [of, lines] of [...expected, ...expected]) {
        t.deepEqual(await collect(spool.linesOf(of)), lines);
      }
      await spool.close();
    }),
    { numRuns: 30 },
  );
});

test('what waits in it has no name in its folder', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-spool-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const spool = await openDaySpool(folder);
  await spool.add('2026-03-01', 'x'.repeat(100_000));
  t.deepEqual(await readdir(folder), []);
  t.deepEqual(await collect(spool.linesOf('2026-03-02')), []);
  await spool.close();
});
