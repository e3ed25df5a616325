import test from 'ava';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { createLab, type Lab } from '../../support/projection-lab.js';
import { tally } from '../../support/tally.js';

const never = { signal: new AbortController().signal };

/** What else is there of the read model than the live copy: nothing may be. */
const leftOvers = async ({ database }: Lab): Promise<number> => {
  const schemas = await database.query(`SELECT 1 FROM pg_namespace WHERE nspname LIKE 'tally\\_%'`);
  const rows = await database.query(`SELECT 1 FROM projection.checkpoints WHERE name <> 'tally'`);
  return schemas.length + rows.length;
};

test('a read model is compared with the log row by row, and nothing is changed', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  t.deepEqual(await lab.engine([tally()]).compare('tally', never), { kind: 'missing' });
  const engine = lab.start([tally()]);
  await lab.credit('ann', 10);
  await lab.credit('bob', 20);
  await engine.reached('tally', await lab.credit('cyd', 30));

  const clean = await engine.compare('tally', never);
  t.like(clean, { kind: 'compared', rows: 3, differences: [] });

  await lab.database.execute(`UPDATE tally.tallies SET sum_minor = 21 WHERE user_id = 'bob'`);
  await lab.database.execute(`DELETE FROM tally.tallies WHERE user_id = 'cyd'`);
  await lab.database.execute(`INSERT INTO tally.tallies VALUES ('zed', 1, 1, 1)`);
  const damaged = await engine.compare('tally', never);
  if (damaged.kind !== 'compared') return t.fail(damaged.kind);
  const [bob, cyd, zed] = damaged.differences;
  t.like(bob, { key: 'user_id=bob', expected: { sum_minor: 20 }, found: { sum_minor: 21 } });
  t.like(cyd, { key: 'user_id=cyd', expected: { sum_minor: 30 }, found: null });
  t.like(zed, { key: 'user_id=zed', expected: null, found: { credits: 1 } });
  t.is(damaged.differences.length, 3);
  t.is(await leftOvers(lab), 0);
});

test('what cannot be compared is said, and never called equal', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally({ poison: 'odd' })]);
  const first = await lab.credit('ann', 10);
  await engine.reached('tally', first);
  await engine.reached('tally', await lab.adjust('ann', 'odd'));
  const compared = (options: Parameters<typeof tally>[0]) =>
    lab.engine([tally(options)]).compare('tally', never);
  t.like(await compared({ poison: 'odd' }), { kind: 'poison', stream: 'wallet-ann' });
  t.like(await compared({}), { kind: 'not-compared', why: 'live copy has parked streams' });
  t.like(await compared({ version: 2 }), { kind: 'not-compared', why: 'other version' });
  t.is(await leftOvers(lab), 0);
});
