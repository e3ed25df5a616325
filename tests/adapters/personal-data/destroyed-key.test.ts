import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { type Database, DatabaseError, type ListenOptions } from '../../../ports/database.js';
import { KeyDestroyed } from '../../../ports/personal-data.js';
import { createTestDatabase } from '../../support/postgres.js';
import { openTestPostgres } from '../../support/postgres-server.js';
import { anySubject, newKeys, openInstance, untilFromMemory } from './instance.js';

test('a destroyed key opens nothing ever again, and nothing new is sealed (P-097)', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const { personalData, clock } = openInstance(t, url);
  const sealed = await personalData.seal('user:a', 'profile', 'Sita Sharma');
  const other = await personalData.seal('user:b', 'profile', 'Ram Thapa');
  const at = clock.now();
  await personalData.destroyKey('user:a', at);
  t.is(await personalData.open('user:a', 'profile', sealed), null);
  await t.throwsAsync(personalData.seal('user:a', 'profile', 'again'), {
    instanceOf: KeyDestroyed,
  });
  clock.advance({ minutes: 1 });
  await personalData.destroyKey('user:a', clock.now());
  t.is(await personalData.open('user:a', 'profile', sealed), null);
  t.is(await personalData.open('user:b', 'profile', other), 'Ram Thapa');
  const rows = await database.query(
    `SELECT wrapped, master_key_id, destroyed_at FROM account.personal_keys WHERE subject = 'user:a'`,
  );
  t.deepEqual(rows, [{ wrapped: null, master_key_id: null, destroyed_at: at }], 'a tombstone');
});

test('a subject whose key is destroyed before it has one never gets one', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData, clock } = openInstance(t, url);
  await personalData.destroyKey('user:a', clock.now());
  await t.throwsAsync(personalData.seal('user:a', 'profile', 'text'), { instanceOf: KeyDestroyed });
});

test('a tombstone needs no master key to be recognised', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData, clock } = openInstance(t, url);
  const sealed = await personalData.seal('user:a', 'profile', 'text');
  await personalData.destroyKey('user:a', clock.now());
  const stranger = openInstance(t, url, { masterKeys: newKeys });
  t.is(await stranger.personalData.open('user:a', 'profile', sealed), null);
});

test('instances that seal the first datum at once agree on one key', async (t) => {
  const { url } = await createTestDatabase(t);
  const instances = [openInstance(t, url), openInstance(t, url)];
  const subject = anySubject();
  const sealing = Array.from({ length: 10 }, (_, round) =>
    instances.map(({ personalData }, index) =>
      personalData.seal(subject, 'profile', `text ${2 * round + index}`),
    ),
  );
  const seals = await Promise.all(sealing.flat());
  for (const { personalData } of instances) {
    for (const [index, sealed] of seals.entries()) {
      t.is(await personalData.open(subject, 'profile', sealed), `text ${index}`);
    }
  }
});

/** Who comes first is up to the machine, so it is tried with many subjects. */
const runs = { numRuns: 40 };

test('sealing and destroying at once, on two instances, never leaves a key (P-097)', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const [one, two] = [openInstance(t, url), openInstance(t, url)];
  let sealedFirst = 0;
  const property = fc.asyncProperty(
    fc.uuid(),
    fc.boolean(),
    fc.boolean(),
    async (id, warm, same) => {
      const subject = `user:${id}` as const;
      if (warm) await two.personalData.seal(subject, 'profile', 'before');
      const destroyer = same ? two : one;
      const [sealed] = await Promise.all([
        two.personalData.seal(subject, 'profile', 'text').catch((error: unknown) => {
          t.true(error instanceof KeyDestroyed, String(error));
          return null;
        }),
        destroyer.personalData.destroyKey(subject, one.clock.now()),
      ]);
      if (sealed !== null) {
        sealedFirst += 1;
        t.is(await destroyer.personalData.open(subject, 'profile', sealed), null);
      }
      const rows = await database.query(
        'SELECT wrapped FROM account.personal_keys WHERE subject = $1',
        [subject],
      );
      t.deepEqual(rows, [{ wrapped: null }]);
    },
  );
  await t.notThrowsAsync(fc.assert(property, runs));
  t.log(`${sealedFirst} of ${runs.numRuns} were sealed before the key was destroyed`);
});

test('an instance that answers from memory hears of a key that another destroyed', async (t) => {
  const { url } = await createTestDatabase(t);
  const [one, two] = [openInstance(t, url), openInstance(t, url)];
  const sealed = await one.personalData.seal('user:a', 'profile', 'Sita Sharma');
  const kept = await one.personalData.seal('user:b', 'profile', 'Ram Thapa');
  await untilFromMemory(two, { subject: 'user:a', field: 'profile', sealed });
  await untilFromMemory(two, { subject: 'user:b', field: 'profile', sealed: kept });
  await one.personalData.destroyKey('user:a', one.clock.now());
  while ((await two.personalData.open('user:a', 'profile', sealed)) !== null) await nextTurn();
  await t.throwsAsync(two.personalData.seal('user:a', 'profile', 'x'), {
    instanceOf: KeyDestroyed,
  });
  t.is(await two.personalData.open('user:b', 'profile', kept), 'Ram Thapa');
});

test('an instance that cannot hear of destroyed keys asks for each of them', async (t) => {
  const { url } = await createTestDatabase(t);
  const [one, two] = [openInstance(t, url), openInstance(t, url)];
  const sealed = await one.personalData.seal('user:a', 'profile', 'Sita Sharma');
  const item = { subject: 'user:a', field: 'profile', sealed } as const;
  await untilFromMemory(two, item);
  const admin = openTestPostgres(url.replace(/[^/]+$/, 'postgres'));
  t.teardown(() => admin.close());
  // Connections that are there stay; the lost session cannot be made anew.
  const name = new URL(url).pathname.slice(1);
  await admin.execute(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = $1 AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')`,
    [name],
  );
  for (const before = two.questions(); two.questions() < before + 3; ) {
    t.is(await two.personalData.open('user:a', 'profile', sealed), 'Sita Sharma');
    await nextTurn();
  }
  await one.personalData.destroyKey('user:a', one.clock.now());
  t.is(await two.personalData.open('user:a', 'profile', sealed), null, 'without any message');
  await admin.execute(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
});

test('an instance without its database opens nothing, rather than from memory', async (t) => {
  const { url, database } = await createTestDatabase(t);
  let listener: ListenOptions | null = null;
  let isAway = false;
  const mortal: Database = {
    ...database,
    query: async (text, values) => {
      if (isAway) throw new DatabaseError('trouble', 'ECONNREFUSED', 'the database is away');
      return database.query(text, values);
    },
    listen: async (_channel, options) => {
      listener = options;
      options.onListening?.();
    },
  };
  const { personalData, questions } = openInstance(t, url, { database: mortal });
  const sealed = await personalData.seal('user:a', 'profile', 'Sita Sharma');
  const asked = questions();
  isAway = true;
  t.is(await personalData.open('user:a', 'profile', sealed), 'Sita Sharma', 'from memory');
  t.is(questions(), asked);
  lose(listener);
  const expected = { instanceOf: DatabaseError };
  await t.throwsAsync(personalData.open('user:a', 'profile', sealed), expected);
  await t.throwsAsync(personalData.seal('user:a', 'profile', 'text'), expected);
});

const lose = (listener: ListenOptions | null): void => listener?.onLost?.();
