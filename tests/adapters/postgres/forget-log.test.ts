import test from 'ava';
import { forgetLog } from '../../../adapters/postgres/forget-log.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { createLab } from '../../support/projection-lab.js';
import { tally } from '../../support/tally.js';

const tablesOf = (name: string): string =>
  `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = '${name}'`;

test('what follows from a log that was moved is dropped, and made anew from the other log', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally()]);
  await engine.reached('tally', await lab.credit('ann', 100));
  await engine.stop();
  await lab.database.execute(
    `INSERT INTO account.passwords (holder_kind, holder_id, hash, changed_at)
     VALUES ('staff', 's-1', 'kept', now())`,
  );
  t.deepEqual(await forgetLog(lab.database), { kind: 'forgotten', readModels: ['tally'] });
  t.deepEqual(await lab.database.query(tablesOf('tally')), [{ tables: 0 }]);
  t.is((await lab.database.query('SELECT * FROM account.passwords')).length, 1, 'accounts stay');
  const anew = lab.start([tally()]);
  await anew.reached('tally', await lab.credit('ann', 1));
  t.deepEqual(await lab.database.query('SELECT credits FROM tally.tallies'), [{ credits: 2n }]);
});

test('nothing is dropped while an instance is at work with it', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally()]);
  await engine.reached('tally', await lab.credit('ann', 100));
  t.deepEqual(await forgetLog(lab.database), { kind: 'in-use', name: 'projection:tally' });
  t.deepEqual(await lab.database.query('SELECT credits FROM tally.tallies'), [{ credits: 1n }]);
});
