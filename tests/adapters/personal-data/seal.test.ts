import { randomUUID } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { Sealed } from '../../../domain/shared/sealed.js';
import { PersonalDataDamaged, type Subject } from '../../../ports/personal-data.js';
import { whereFound } from '../../support/plain-text-search.js';
import { createTestDatabase } from '../../support/postgres.js';
import { anySubject, openInstance } from './instance.js';

/** Texts of any code points, for which sealing is exact. */
const texts = fc.string({ unit: 'binary', maxLength: 300 });
const fields = fc.constantFrom('identifier', 'username', 'profile', 'kyc', '');
const subjects = fc
  .tuple(fc.constantFrom('user' as const, 'staff' as const, 'partner' as const), fc.nat(3))
  .map(([kind, number]): Subject => `${kind}:${number}`);

test('what was sealed opens where it was sealed, as the text that it was', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const property = fc.asyncProperty(subjects, fields, texts, async (subject, field, text) => {
    const sealed = await personalData.seal(subject, field, text);
    t.true(Sealed.is(sealed), sealed);
    t.is(await personalData.open(subject, field, sealed), text);
  });
  await t.notThrowsAsync(fc.assert(property));
});

test('it opens for no other subject and in no other field', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const place = fc.record({ subject: subjects, field: fields });
  const property = fc.asyncProperty(place, place, texts, async (from, to, text) => {
    fc.pre(from.subject !== to.subject || from.field !== to.field);
    const sealed = await personalData.seal(from.subject, from.field, text);
    // So that the other subject has a key, too.
    await personalData.seal(to.subject, to.field, text);
    const opening = personalData.open(to.subject, to.field, sealed);
    if (from.subject === to.subject)
      await t.throwsAsync(opening, { instanceOf: PersonalDataDamaged });
    else t.is(await opening, null);
  });
  await t.notThrowsAsync(fc.assert(property));
});

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test('a seal in which anything was changed does not open', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const subject = anySubject();
  const prefix = 'sealed.1.';
  const property = fc.asyncProperty(texts, fc.nat(), fc.nat(62), async (text, at, by) => {
    const sealed = await personalData.seal(subject, 'profile', text);
    const index = prefix.length + (at % (sealed.length - prefix.length));
    const digit = (base64url.indexOf(sealed.charAt(index)) + 1 + by) % base64url.length;
    const changed = sealed.slice(0, index) + base64url.charAt(digit) + sealed.slice(index + 1);
    if (!Sealed.is(changed)) throw new Error(`not of the form: ${changed}`);
    const opened = await personalData.open(subject, 'profile', changed).catch((error: unknown) => {
      t.true(error instanceof PersonalDataDamaged, String(error));
      return null;
    });
    t.is(opened, null, `changed at ${index}`);
  });
  await t.notThrowsAsync(fc.assert(property));
});

test('a seal that was cut short or made longer does not open', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const sealed = await personalData.seal('user:a', 'profile', 'a text of some length');
  for (const changed of [sealed.slice(0, -4), `${sealed}AAAA`, `${sealed}A`]) {
    if (!Sealed.is(changed)) throw new Error(`not of the form: ${changed}`);
    const opening = personalData.open('user:a', 'profile', changed);
    await t.throwsAsync(opening, { instanceOf: PersonalDataDamaged });
  }
});

test('the same text looks different each time it is sealed', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const seals = await Promise.all([1, 2, 3].map(() => personalData.seal('user:a', 'f', 'text')));
  t.is(new Set(seals).size, 3);
});

test('half a pair of surrogates becomes a replacement character', async (t) => {
  const { url } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const sealed = await personalData.seal('user:a', 'profile', 'a\ud800b');
  t.is(await personalData.open('user:a', 'profile', sealed), 'a\ufffdb');
});

test('many are opened in their order, with one look at the keys', async (t) => {
  const { url } = await createTestDatabase(t);
  const writer = openInstance(t, url);
  const gone = await writer.personalData.seal('user:gone', 'profile', 'gone');
  const items = await Promise.all(
    ['c', 'a', 'b', 'a'].map(async (id, index) => {
      const subject: Subject = `user:${id}`;
      const text = `${id}${index}`;
      return {
        subject,
        field: 'profile',
        sealed: await writer.personalData.seal(subject, 'profile', text),
      };
    }),
  );
  await writer.personalData.destroyKey('user:gone', writer.clock.now());
  const reader = openInstance(t, url);
  const all = [...items, { subject: 'user:gone' as const, field: 'profile', sealed: gone }];
  t.deepEqual(await reader.personalData.openMany(all), ['c0', 'a1', 'b2', 'a3', null]);
  t.is(reader.questions(), 1);
  t.deepEqual(await reader.personalData.openMany([]), []);
});

test('nothing of a text is in the database or in a line of the log', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const { personalData, log } = openInstance(t, url);
  const words = [`Sita Sharma ${randomUUID()}`, `+97798${randomUUID()}`];
  const seals = await Promise.all(
    words.map((word) => personalData.seal('user:a', 'profile', word)),
  );
  await database.execute('CREATE TABLE read_model (id integer, value text)');
  await database.execute('INSERT INTO read_model VALUES (1, $1), (2, $2)', seals);
  const texts = log.lines.map((line) => JSON.stringify(line));
  const places = [
    { kind: 'database', database } as const,
    { kind: 'texts', name: 'log', texts } as const,
  ];
  t.deepEqual(await whereFound(words, places), []);
  const found = await whereFound([...seals], places);
  t.true(found.length >= 2, 'what was written would have been found');
});

test('a key that was lost with the database opens nothing, and an operator hears of it', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const before = openInstance(t, url);
  const sealed = await before.personalData.seal('user:a', 'profile', 'Sita Sharma');
  await database.execute('DELETE FROM account.personal_keys');
  const after = openInstance(t, url);
  t.is(await after.personalData.open('user:a', 'profile', sealed), null);
  const anew = await after.personalData.seal('user:a', 'profile', 'Sita Sharma');
  t.is(await after.personalData.open('user:a', 'profile', anew), 'Sita Sharma');
  t.is(await after.personalData.open('user:a', 'profile', sealed), null);
  const complaints = after.log.lines.filter(({ level }) => level === 'error');
  t.deepEqual(
    complaints.map(({ fields: told }) => told),
    [1, 2].map(() => ({ subject: 'user:a', field: 'profile' })),
  );
});

test('a wrapped key fits no other subject, neither to open nor to seal', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const { personalData } = openInstance(t, url);
  const sealed = await personalData.seal('user:a', 'profile', 'Sita Sharma');
  await database.execute(
    `INSERT INTO account.personal_keys (subject, wrapped, master_key_id, created_at)
     SELECT 'user:thief', wrapped, master_key_id, created_at FROM account.personal_keys`,
  );
  const expected = { instanceOf: PersonalDataDamaged, message: /user:thief/ };
  await t.throwsAsync(personalData.open('user:thief', 'profile', sealed), expected);
  await t.throwsAsync(personalData.seal('user:thief', 'profile', 'text'), expected);
});
