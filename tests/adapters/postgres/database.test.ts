import test from 'ava';
import { createTestDatabase } from '../../support/postgres.js';

test('a clone of the template is migrated', async (t) => {
  const { database } = await createTestDatabase(t);
  const rows = await database.query('SELECT name FROM public.migrations ORDER BY number');
  t.is(rows[0]?.['name'], '0001-projection-bookkeeping');
});
