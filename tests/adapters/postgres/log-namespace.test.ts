import test from 'ava';
import { claimNamespace } from '../../../adapters/postgres/log-namespace.js';
import { createTestDatabase } from '../../support/postgres.js';

test('a database belongs to the namespace that came first, for good', async (t) => {
  const { database } = await createTestDatabase(t);
  t.is(await claimNamespace(database, 'staging'), 'staging');
  t.is(await claimNamespace(database, 'production'), 'staging');
  t.is(await claimNamespace(database, null), 'staging');
});

test('a database may belong to a network without a namespace', async (t) => {
  const { database } = await createTestDatabase(t);
  t.is(await claimNamespace(database, null), null);
  t.is(await claimNamespace(database, 'staging'), null);
});

test('of those who come at once, all hear of the same one', async (t) => {
  const { database } = await createTestDatabase(t);
  const names = ['a', 'b', 'c', 'd'];
  const owners = await Promise.all(names.map((name) => claimNamespace(database, name)));
  t.is(new Set(owners).size, 1);
});
