import test from 'ava';
import { migrate, SchemaTooNew } from '../../../adapters/postgres/index.js';
import { migrations } from '../../../adapters/postgres/migrations/index.js';
import { DatabaseError } from '../../../ports/database.js';
import { createTestDatabase } from '../../support/postgres.js';

const more = (number: number, sql: string) => ({ number, name: `000${number}-test`, sql });
const newest = migrations.at(-1)?.number ?? 0;
const makeThings = more(newest + 1, 'CREATE TABLE things (id integer PRIMARY KEY)');

test('numbers are dense, so that two branches cannot both add the same step unseen', (t) => {
  t.deepEqual(
    migrations.map(({ number }) => number),
    migrations.map((_, index) => index + 1),
  );
});

test('an up-to-date schema stays as it is', async (t) => {
  const { database } = await createTestDatabase(t);
  t.deepEqual(await migrate(database), []);
});

test('of several instances that start at once, one applies the step', async (t) => {
  const { database } = await createTestDatabase(t);
  const steps = [...migrations, makeThings];
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database, steps)));
  t.deepEqual(applied.flat(), [makeThings.name]);
  t.deepEqual(await database.query('SELECT * FROM things'), []);
});

test('a step that fails leaves nothing behind, and earlier steps stay', async (t) => {
  const { database } = await createTestDatabase(t);
  const broken = more(newest + 2, 'CREATE TABLE half (id integer); SELECT no_such_function()');
  await t.throwsAsync(migrate(database, [...migrations, makeThings, broken]), {
    instanceOf: DatabaseError,
    message: /no_such_function/,
  });
  const rows = await database.query(`SELECT to_regclass('half') AS half,
    to_regclass('things') IS NOT NULL AS things,
    (SELECT max(number) FROM public.migrations) AS newest`);
  t.deepEqual(rows, [{ half: null, things: true, newest: newest + 1 }]);
});

test('a program older than the schema refuses to touch it', async (t) => {
  const { database } = await createTestDatabase(t);
  await migrate(database, [...migrations, makeThings]);
  await t.throwsAsync(migrate(database), { instanceOf: SchemaTooNew, message: /up to/ });
});
