import { inspect } from 'node:util';
import test from 'ava';
import type { RebuildOptions } from '../../../projections/engine/index.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { createLab, type Lab } from '../../support/projection-lab.js';
import { tally } from '../../support/tally.js';
import { until } from '../../support/until.js';

const never = new AbortController().signal;
const small = { batchEventsMax: 10, finalStepEventsMax: 20 };

const tallies = (lab: Lab) =>
  lab.database.query('SELECT user_id, credits, sum_minor FROM tally.tallies ORDER BY user_id');

const schemas = async (lab: Lab): Promise<readonly unknown[]> => {
  const rows = await lab.database.query(
    `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tally%' ORDER BY 1`,
  );
  return rows.map(({ nspname }) => nspname);
};

const ok = (options: Partial<RebuildOptions> = {}): RebuildOptions => ({
  signal: never,
  ...options,
});

test('a rebuild beside a busy live copy: readers miss nothing at any moment', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally()], small);
  await engine.reached('tally', await lab.credit('ann', 1));

  const oids = new Set<unknown>();
  let credits = 1n;
  let isRunning = true;
  const reader = (async () => {
    while (isRunning) {
      const [row] = await lab.database.query(
        `SELECT credits, 'tally.tallies'::regclass::oid AS oid FROM tally.tallies
         WHERE user_id = 'ann'`,
      );
      oids.add(row?.oid);
      const seen = typeof row?.credits === 'bigint' ? row.credits : -1n;
      if (seen < credits) throw new Error(`credits went from ${credits} back to ${seen}`);
      credits = seen;
    }
  })();
  const writer = (async () => {
    let written = 1;
    while (isRunning) {
      const position = await lab.credit('ann', 1);
      written += 1;
      await engine.reached('tally', position);
    }
    return written;
  })();
  t.teardown(() => {
    isRunning = false;
  });

  for (let round = 0; round < 3; round += 1) {
    const result = await engine.rebuild('tally', ok());
    t.is(result.kind, 'swapped', inspect(result));
  }
  isRunning = false;
  await reader;
  const written = await writer;
  t.is(oids.size, 4, 'the reader has read the first table and all three new ones');
  t.like((await tallies(lab))[0], { credits: BigInt(written) });
  t.deepEqual(await schemas(lab), ['tally']);
});

test('a rebuild says what it has compared', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const claim = 'no sum is negative';
  const violations = 'SELECT count(*) AS violations FROM tallies WHERE sum_minor < 0';
  const projection = tally({ checks: [{ claim, violations }] });
  const engine = lab.start([projection]);
  await lab.credit('ann', 1);
  const position = await lab.credit('bob', 1);
  await engine.reached('tally', position);
  const progress: number[] = [];
  const result = await engine.rebuild(
    'tally',
    ok({ onProgress: ({ events }) => progress.push(events) }),
  );
  t.is(result.kind, 'swapped');
  if (result.kind !== 'swapped') return;
  t.deepEqual(progress, [2]);
  t.like(result.report, { events: 2, position, notCompared: null });
  t.deepEqual(result.report.checks, [{ claim, violations: 0 }]);
  const [table] = result.report.tables;
  t.is(table?.rebuilt.rows, 2);
  t.deepEqual(table?.rebuilt, table?.live ?? undefined);
});

test('a live copy that differs from the log is kept until it is to go', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally()]);
  await engine.reached('tally', await lab.credit('ann', 100));
  await lab.database.execute('UPDATE tally.tallies SET sum_minor = 999');
  t.is((await engine.rebuild('tally', ok())).kind, 'differs');
  t.like((await tallies(lab))[0], { sum_minor: 999n });
  const replaced = await engine.rebuild('tally', ok({ onDifference: 'replace-live' }));
  t.is(replaced.kind, 'swapped');
  t.like((await tallies(lab))[0], { sum_minor: 100n });
});

test('a copy that breaks a claim of its projection does not go live', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const claim = 'nobody has more than one credit';
  const violations = 'SELECT count(*) AS violations FROM tallies WHERE credits > 1';
  const engine = lab.start([tally({ checks: [{ claim, violations }] })]);
  await lab.credit('ann', 1);
  await engine.reached('tally', await lab.credit('ann', 1));
  const result = await engine.rebuild('tally', ok());
  t.is(result.kind, 'checks-failed');
  t.deepEqual(result.kind === 'checks-failed' ? result.report.checks : null, [
    { claim, violations: 1 },
  ]);
});

test('a rebuild that is interrupted goes on where it was', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  for (let user = 0; user < 35; user += 1) await lab.credit(`u${user}`, 1);
  const engine = lab.start([tally()], small);
  await engine.reached('tally', await lab.credit('ann', 1));

  const crash = new AbortController();
  const broken = await engine.rebuild(
    'tally',
    ok({
      signal: crash.signal,
      onProgress: ({ events }) => {
        if (events >= 20) crash.abort();
      },
    }),
  );
  t.is(broken.kind, 'aborted');
  t.deepEqual(await schemas(lab), ['tally', 'tally__rebuild']);

  const resumed = await engine.rebuild('tally', ok());
  t.is(resumed.kind, 'swapped');
  t.is(resumed.kind === 'swapped' ? resumed.report.events : null, 16, '36 events, 20 were done');
  t.is((await tallies(lab)).length, 36);
});

test('a rebuild is strict: poison stops it, is named, and the live copy stays', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  await lab.credit('ann', 1);
  await lab.adjust('bob', 'poison');
  const engine = lab.start([tally({ poison: 'poison' })]);
  await engine.reached('tally', await lab.credit('ann', 1));
  const result = await engine.rebuild('tally', ok());
  t.like(result, { kind: 'poison', stream: 'wallet-bob', why: 'Error: cannot take poison' });
  t.is((await tallies(lab)).length, 1);
});

test('a rebuild with mended handlers brings parked streams back', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  await lab.adjust('bob', 'poison', 7);
  const broken = lab.start([tally({ poison: 'poison' })]);
  await broken.reached('tally', await lab.credit('bob', 1));
  await broken.stop();
  const mended = lab.start([tally()]);
  const result = await mended.rebuild('tally', ok());
  t.is(result.kind, 'swapped');
  t.is(
    result.kind === 'swapped' ? result.report.notCompared : null,
    'live copy has parked streams',
  );
  t.deepEqual(await lab.database.query('SELECT * FROM projection.parked'), []);
  await mended.reached('tally', await lab.credit('bob', 2));
  t.like((await tallies(lab))[0], { credits: 3n, sum_minor: 10n });
});

test('a new version is built beside the old one, takes over, and ends it', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  await lab.credit('ann', 5);
  const old = lab.start([tally({ version: 1 })]);
  await old.reached('tally', await lab.credit('ann', 5));
  const next = lab.start([tally({ version: 2, weight: 10 })]);
  // The old one goes on meanwhile, sees with its next event that it is superseded, and gives the
  // lock away.
  const liveVersion = async () => {
    const checkpoint = `SELECT version FROM projection.checkpoints WHERE name = 'tally'`;
    return (await lab.database.query(checkpoint))[0]?.version;
  };
  let credits = 2;
  for (; (await liveVersion()) === 1; credits += 1) {
    await next.reached('tally', await lab.credit('ann', 5));
  }
  await next.reached('tally', await lab.credit('ann', 5));
  t.like((await tallies(lab))[0], {
    credits: BigInt(10 * (credits + 1)),
    sum_minor: BigInt(5 * (credits + 1)),
  });
});

test('a program older than the live version leaves it alone', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const newer = lab.start([tally({ version: 2, weight: 10 })]);
  await newer.reached('tally', await lab.credit('ann', 1));
  await newer.stop();
  const older = lab.start([tally({ version: 1 })]);
  const position = await lab.credit('ann', 1);
  const isTold = () =>
    lab.logLines.some(({ message }) => message.startsWith('a newer version is live'));
  await until(isTold);
  const wait = await older.positions.waitFor('tally', position, { withinMs: 200 });
  t.is(wait.kind, 'late');
  t.like((await tallies(lab))[0], { credits: 10n });
});
