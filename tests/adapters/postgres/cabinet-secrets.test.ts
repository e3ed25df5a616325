import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import * as O from 'fp-ts/lib/Option.js';
import { postgresCabinetSecrets } from '../../../adapters/postgres/cabinet-secrets.js';
import { memoryLog } from '../../support/log.js';
import { createTestDatabase } from '../../support/postgres.js';
import { createTestClock } from '../../support/test-clock.js';

const password = 'the shop network, in "quotes"';

const open = async (t: ExecutionContext) => {
  const { database } = await createTestDatabase(t);
  const clock = createTestClock();
  const log = memoryLog();
  const withKey = (key: Uint8Array) => postgresCabinetSecrets(database, { key, clock, log });
  return { database, clock, log, withKey, secrets: withKey(randomBytes(32)) };
};

test('a secret is handed out once', async (t) => {
  const { secrets } = await open(t);
  await secrets.put('s-1', password, 30);
  t.deepEqual(await secrets.take('s-1'), O.some(password));
  t.deepEqual(await secrets.take('s-1'), O.none);
  t.deepEqual(await secrets.take('never'), O.none);
});

test('of two who come at once one gets the secret', async (t) => {
  const { secrets } = await open(t);
  await secrets.put('s-1', password, 30);
  const taken = await Promise.all([secrets.take('s-1'), secrets.take('s-1')]);
  t.is(taken.filter(O.isSome).length, 1);
});

test('a secret that nobody fetched in time is gone, and cleared away by the next one', async (t) => {
  const { database, secrets, clock } = await open(t);
  await secrets.put('s-1', password, 30);
  await secrets.put('s-2', password, 30);
  clock.advance({ seconds: 30 });
  t.deepEqual(await secrets.take('s-1'), O.none);
  await secrets.put('s-3', password, 30);
  const ids = await database.query('SELECT secret_id FROM cabinet.secrets');
  t.deepEqual(
    ids.map(({ secret_id }) => secret_id),
    ['s-3'],
  );
});

test('the database holds nothing that could be read without the key', async (t) => {
  const { database, secrets } = await open(t);
  await secrets.put('s-1', password, 30);
  await secrets.put('s-2', password, 30);
  const rows = await database.query('SELECT sealed FROM cabinet.secrets ORDER BY secret_id');
  const sealed = rows.map((row) => (Buffer.isBuffer(row.sealed) ? row.sealed : Buffer.alloc(0)));
  t.is(sealed.length, 2);
  t.true(sealed.every((bytes) => bytes.length > password.length && !bytes.includes(password)));
  t.notDeepEqual(sealed[0], sealed[1]);
});

test('another key, another id and a changed byte open nothing, and an operator hears of it', async (t) => {
  const { database, secrets, log, withKey } = await open(t);
  await secrets.put('s-1', password, 30);
  t.deepEqual(await withKey(randomBytes(32)).take('s-1'), O.none);
  await secrets.put('s-2', password, 30);
  await database.execute(`UPDATE cabinet.secrets SET secret_id = 's-3'`);
  t.deepEqual(await secrets.take('s-3'), O.none);
  await secrets.put('s-4', password, 30);
  await database.execute(
    `UPDATE cabinet.secrets SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)`,
  );
  t.deepEqual(await secrets.take('s-4'), O.none);
  await secrets.put('s-5', password, 30);
  await database.execute(`UPDATE cabinet.secrets SET sealed = '\\x00'`);
  t.deepEqual(await secrets.take('s-5'), O.none);
  t.is(log.lines.filter(({ level }) => level === 'error').length, 4);
  t.false(JSON.stringify(log.lines).includes(password));
});

test('a key of another length is refused at the start', async (t) => {
  const { withKey } = await open(t);
  t.throws(() => withKey(randomBytes(16)), { instanceOf: RangeError });
});
