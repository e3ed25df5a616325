import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import type { MasterKeys } from '../../../adapters/personal-data/master-keys.js';
import { registerKeys } from '../../../adapters/personal-data/registration.js';
import { rotateMasterKey } from '../../../adapters/personal-data/rotation.js';
import { instant } from '../../../domain/shared/instant.js';
import type { Database } from '../../../ports/database.js';
import { createTestDatabase } from '../../support/postgres.js';
import { bothKeys, newKeys, oldKeys, openInstance } from './instance.js';

const now = instant('2026-11-22T12:00:00Z');
const identifierKey = 'an identifier key of more than 32 bytes';

const register = (database: Database, masterKeys: MasterKeys, identifiers = identifierKey) =>
  registerKeys(database, { masterKeys, identifierKey: identifiers }, now);

test('a new database takes the keys of whoever comes first, and no others', async (t) => {
  const { database } = await createTestDatabase(t);
  const outcomes = await Promise.all([
    register(database, oldKeys),
    register(database, newKeys),
    register(database, oldKeys),
  ]);
  const [taken] = await database.query('SELECT key_id FROM account.master_keys');
  const isOld = taken?.key_id === oldKeys.current.id;
  t.deepEqual(outcomes.map(E.isRight), [isOld, !isOld, isOld]);
});

test('another master key is refused, named by what the database has', async (t) => {
  const { database } = await createTestDatabase(t);
  t.deepEqual(await register(database, oldKeys), E.right(undefined));
  t.deepEqual(await register(database, oldKeys), E.right(undefined));
  const mismatch = { kind: 'master-key', masterKeyId: oldKeys.current.id } as const;
  t.deepEqual(await register(database, newKeys), E.left(mismatch));
  t.deepEqual(await register(database, bothKeys), E.right(undefined), 'a change may begin');
});

test('another key of the index is refused: nobody would be found by it', async (t) => {
  const { database } = await createTestDatabase(t);
  await register(database, oldKeys);
  const other = await register(database, oldKeys, 'another identifier key of some length');
  t.deepEqual(other, E.left({ kind: 'identifier-key' }));
});

test('while a change of the master key is under way, both are needed', async (t) => {
  const { url, database } = await createTestDatabase(t);
  await register(database, oldKeys);
  const { personalData } = openInstance(t, url);
  for (const id of ['a', 'b']) await personalData.seal(`user:${id}`, 'profile', 'text');
  const stop = new AbortController();
  const onProgress = (done: number): void => {
    if (done > 0) stop.abort();
  };
  const options = { now, signal: stop.signal, onProgress, batchKeys: 1 };
  await rotateMasterKey(database, bothKeys, options);
  const unfinished = { kind: 'previous-master-key', masterKeyId: oldKeys.current.id } as const;
  t.deepEqual(await register(database, newKeys), E.left(unfinished));
  const begun = { kind: 'master-key', masterKeyId: newKeys.current.id } as const;
  t.deepEqual(await register(database, oldKeys), E.left(begun));
  t.deepEqual(await register(database, bothKeys), E.right(undefined));
  await rotateMasterKey(database, bothKeys, { ...options, signal: new AbortController().signal });
  t.deepEqual(await register(database, newKeys), E.right(undefined));
});

test('an instance that was not asked for its keys takes those of the database, too', async (t) => {
  const { url, database } = await createTestDatabase(t);
  await register(database, newKeys);
  const { personalData } = openInstance(t, url, { masterKeys: oldKeys });
  await t.throwsAsync(personalData.seal('user:a', 'profile', 'text'), { name: 'MasterKeyUnknown' });
});

test('keys that come back from a backup open what was sealed, before anything else is registered', async (t) => {
  const lost = await createTestDatabase(t);
  await register(lost.database, oldKeys);
  const before = openInstance(t, lost.url);
  const sealed = await before.personalData.seal('user:a', 'profile', 'Sita Sharma');
  await before.personalData.destroyKey('user:b', now);
  const empty = await createTestDatabase(t);
  // In the order in which a dump of data puts tables that refer to each other.
  for (const table of ['master_keys', 'personal_keys', 'identifier_key']) {
    for (const row of await lost.database.query(`SELECT * FROM account.${table}`)) {
      await empty.database.knex(`account.${table}`).insert(row);
    }
  }
  t.deepEqual(await register(empty.database, oldKeys), E.right(undefined));
  t.true(E.isLeft(await register(empty.database, newKeys)));
  const after = openInstance(t, empty.url);
  t.is(await after.personalData.open('user:a', 'profile', sealed), 'Sita Sharma');
  await t.throwsAsync(after.personalData.seal('user:b', 'profile', 'x'), { name: 'KeyDestroyed' });
});
