import test from 'ava';
import { DatabaseError } from '../../../ports/database.js';
import { createTestDatabase } from '../../support/postgres.js';

const never = new AbortController().signal;

test('bigints stay exact and times are instants in UTC', async (t) => {
  const { database } = await createTestDatabase(t);
  const [row] = await database.query(`SELECT 9007199254740993 AS number,
    '{1,2}'::bigint[] AS numbers, '2026-11-22 21:15:00.5+05:45'::timestamptz AS at`);
  t.deepEqual(row, {
    number: 9007199254740993n,
    numbers: [1n, 2n],
    at: '2026-11-22T15:30:00.500Z',
  });
});

test('the query builder shares the pool and its types', async (t) => {
  const { database } = await createTestDatabase(t);
  const rows: unknown = await database
    .knex('public.migrations')
    .select('number', 'name')
    .where({ number: 1 });
  t.deepEqual(rows, [{ number: 1, name: '0001-projection-bookkeeping' }]);
});

test('a transaction is all or nothing', async (t) => {
  const { database } = await createTestDatabase(t);
  await database.execute('CREATE TABLE things (id integer PRIMARY KEY)');
  const failure = database.transaction(async (tx) => {
    await tx.execute('INSERT INTO things VALUES (1)');
    throw new Error('changed my mind');
  });
  await t.throwsAsync(failure, { message: 'changed my mind' });
  t.deepEqual(await database.query('SELECT * FROM things'), []);
});

test('a transaction goes on after a savepoint has failed', async (t) => {
  const { database } = await createTestDatabase(t);
  await database.execute('CREATE TABLE things (id integer PRIMARY KEY)');
  await database.transaction(async (tx) => {
    await tx.execute('INSERT INTO things VALUES (1)');
    const failure = tx.savepoint(async () => {
      await tx.execute('INSERT INTO things VALUES (2)');
      await tx.execute('INSERT INTO things VALUES (1)');
    });
    await t.throwsAsync(failure, { instanceOf: DatabaseError, message: /duplicate key/ });
    await tx.savepoint(() => tx.execute('INSERT INTO things VALUES (3)'));
  });
  t.deepEqual(await database.query('SELECT * FROM things ORDER BY id'), [{ id: 1 }, { id: 3 }]);
});

test('of two transactions that deadlock, the loser runs again by itself', async (t) => {
  const { database } = await createTestDatabase(t);
  await database.execute('CREATE TABLE things (id integer PRIMARY KEY, value integer)');
  await database.execute('INSERT INTO things VALUES (1, 0), (2, 0)');
  let arrived = 0;
  let letGo = (): void => undefined;
  const bothHoldOne = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const add = (first: number, second: number) =>
    database.transaction(async (tx) => {
      await tx.execute('UPDATE things SET value = value + 1 WHERE id = $1', [first]);
      arrived += 1;
      if (arrived === 2) letGo();
      await bothHoldOne;
      await tx.execute('UPDATE things SET value = value + 1 WHERE id = $1', [second]);
    });
  await Promise.all([add(1, 2), add(2, 1)]);
  t.deepEqual(await database.query('SELECT value FROM things'), [{ value: 2 }, { value: 2 }]);
  // On a busy machine they may meet again on the second try.
  t.true(arrived >= 3, 'one of them came twice');
});

test('one holder at a time: the second one waits until the first is done', async (t) => {
  const { database } = await createTestDatabase(t);
  const order: string[] = [];
  let finish = (): void => undefined;
  const holding = new Promise<void>((taken) => {
    const first = database.withAdvisoryLock('wallet', {
      signal: never,
      work: async () => {
        order.push('first begins');
        taken();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        order.push('first ends');
      },
    });
    t.teardown(() => first);
  });
  await holding;
  const second = database.withAdvisoryLock('wallet', {
    signal: never,
    work: async () => order.push('second begins'),
  });
  const other = await database.withAdvisoryLock('rental', {
    signal: never,
    work: async () => 'another name is free',
  });
  t.is(other, 'another name is free');
  finish();
  await second;
  t.deepEqual(order, ['first begins', 'first ends', 'second begins']);
});

test('a holder whose session is lost is told to stop', async (t) => {
  const { database } = await createTestDatabase(t);
  const work = database.withAdvisoryLock('wallet', {
    signal: never,
    work: async (held) => {
      const stopped = new Promise<void>((resolve) => {
        held.addEventListener('abort', () => resolve());
      });
      await database.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND database = (
          SELECT oid FROM pg_database WHERE datname = current_database())`);
      await stopped;
      held.throwIfAborted();
    },
  });
  const error = await t.throwsAsync(work, { instanceOf: DatabaseError });
  t.is(error?.kind, 'trouble');
});

test('a listener hears what was committed, and hears again after a lost session', async (t) => {
  const { database } = await createTestDatabase(t);
  const stop = new AbortController();
  const heard: string[] = [];
  let wake = (): void => undefined;
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  let change = next();
  const listening = database.listen('news', {
    signal: stop.signal,
    onMessage: (payload) => {
      heard.push(payload);
      wake();
    },
    onListening: () => wake(),
  });
  await change;
  change = next();
  await database.execute(`SELECT pg_notify('news', 'one')`);
  await change;
  change = next();
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
  await change;
  change = next();
  await database.execute(`SELECT pg_notify('news', 'two')`);
  await change;
  t.deepEqual(heard, ['one', 'two']);
  stop.abort();
  await listening;
});
