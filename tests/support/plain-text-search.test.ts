import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { startEventStoreNode } from '../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { memoryLog } from './log.js';
import { type Place, whereFound } from './plain-text-search.js';
import { createTestDatabase } from './postgres.js';
import { temporaryFolder } from './program.js';
import { proposed } from './proposed-event.js';

const secretWord = (): string => `Sita ${randomUUID()} शर्मा`;

const hexOf = (unit: string): string => unit.charCodeAt(0).toString(16);

const encodings: Readonly<Record<string, (word: string) => string>> = {
  'as it is': (word) => word,
  'in another case': (word) => word.toUpperCase(),
  'in hexadecimal digits': (word) => Buffer.from(word).toString('hex'),
  'in Base64': (word) => Buffer.from(word).toString('base64'),
  'in Base64, one byte further': (word) => Buffer.from(`a${word}b`).toString('base64url'),
  'in Base64, two bytes further': (word) => Buffer.from(`ab${word}c`).toString('base64'),
  'in a URL': encodeURIComponent,
  'in JSON': (word) => JSON.stringify({ word }),
  'in JSON of ASCII only': (word) =>
    JSON.stringify({ word }).replaceAll(/[^ -~]/g, (unit) => `\\u0${hexOf(unit)}`),
};

for (const [title, encode] of Object.entries(encodings)) {
  test(`a word is found ${title}, and no other`, async (t) => {
    const word = secretWord();
    const texts = ['nothing here', `before ${encode(word)} after`];
    const place: Place = { kind: 'texts', name: 'lines', texts };
    t.deepEqual(await whereFound([secretWord(), word], [place]), [`${word} in lines`]);
  });
}

test('a word that could be met by chance is not looked for', async (t) => {
  await t.throwsAsync(whereFound(['Sita'], []), { message: /too short/ });
});

test('a word in a table is found there and in the files of the database', async (t) => {
  const { database } = await createTestDatabase(t);
  const word = secretWord();
  await database.execute('CREATE TABLE people (id integer, name text, picture bytea)');
  await database.execute('INSERT INTO people VALUES (1, $1, NULL)', [word]);
  const found = await whereFound([word], [{ kind: 'database', database }]);
  t.true(found.includes(`${word} in table public.people`), found.join('\n'));
  t.true(found.some((each) => each.includes('files of the database/')));
  t.true(found.some((each) => each.includes('journal/')));
});

test('bytes in a table are looked through as well', async (t) => {
  const { database } = await createTestDatabase(t);
  const word = secretWord();
  await database.execute('CREATE TABLE people (id integer, picture bytea)');
  await database.execute('INSERT INTO people VALUES (1, $1)', [Buffer.from(word)]);
  const found = await whereFound([word], [{ kind: 'database', database }]);
  t.true(found.includes(`${word} in table public.people`), found.join('\n'));
});

test('a row that was deleted is still found on disk', async (t) => {
  const { database } = await createTestDatabase(t);
  const word = secretWord();
  await database.execute('CREATE TABLE people (id integer, name text)');
  await database.execute('INSERT INTO people VALUES (1, $1)', [word]);
  await database.execute('DELETE FROM people');
  const found = await whereFound([word], [{ kind: 'database', database }]);
  t.false(found.includes(`${word} in table public.people`));
  t.true(found.some((each) => each.includes('files of the database/')));
});

test.serial('a word in an event is found in the log and in the files of its node', async (t) => {
  const word = secretWord();
  const path = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir: path });
  t.teardown(() => node.stop());
  const store = connectEventStore({ url: node.connectionString }, memoryLog());
  t.teardown(() => store.close());
  await store.append('person-1', 'no-stream', [proposed('ThingHappened', { name: word })]);
  t.deepEqual(await whereFound([word], [{ kind: 'events', store }]), [
    `${word} in event ThingHappened of person-1`,
  ]);
  const found = await whereFound([word], [{ kind: 'folder', path }]);
  t.is(found.length, 1);
  t.regex(found[0] ?? '', /data\.mdb$/);
});

test('a word that lies across two reads of a large file is found', async (t) => {
  const path = join(await temporaryFolder(t), 'below');
  const word = secretWord();
  await mkdir(path);
  const readBytes = 4 * 1_024 * 1_024;
  await appendFile(join(path, 'large'), Buffer.alloc(readBytes - 5));
  await appendFile(join(path, 'large'), word);
  t.deepEqual(await whereFound([word], [{ kind: 'folder', path }]), [`${word} in ${path}/large`]);
});
