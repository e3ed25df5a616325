import { setImmediate as nextTurn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { readKeyStatus } from '../../../adapters/personal-data/key-status.js';
import type { MasterKeys } from '../../../adapters/personal-data/master-keys.js';
import { rotateMasterKey } from '../../../adapters/personal-data/rotation.js';
import { instant } from '../../../domain/shared/instant.js';
import type { Database, Transaction } from '../../../ports/database.js';
import type { SealedItem } from '../../../ports/personal-data.js';
import { createTestDatabase } from '../../support/postgres.js';
import { bothKeys, type Instance, newKeys, oldKeys, openInstance } from './instance.js';

const now = instant('2026-11-22T12:00:00Z');
const never = new AbortController().signal;
const silent = (): void => undefined;

const rotate = (
  database: Database,
  more: Partial<Parameters<typeof rotateMasterKey>[2]> = {},
  masterKeys: MasterKeys = bothKeys,
) => rotateMasterKey(database, masterKeys, { now, signal: never, onProgress: silent, ...more });

const subjectOf = (index: number) => `user:${index}` as const;

/** Seals one text of each of so many subjects. */
const sealFor = ({ personalData }: Instance, count: number): Promise<readonly SealedItem[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const subject = subjectOf(index);
      const sealed = await personalData.seal(subject, 'profile', `text ${index}`);
      return { subject, field: 'profile', sealed };
    }),
  );

const opens = async (t: ExecutionContext, instance: Instance, items: readonly SealedItem[]) => {
  const texts = items.map((_, index) => `text ${index}`);
  t.deepEqual(await instance.personalData.openMany(items), texts);
};

const byMasterKey = async (database: Database) => {
  const { masterKeys } = await readKeyStatus(database);
  return masterKeys.map(({ id, isActive, keys }) => ({ id, isActive, keys }));
};

test('after a change of the master key the new one alone opens everything', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const items = await sealFor(openInstance(t, url), 7);
  const told: string[] = [];
  const onProgress = (done: number, total: number): void => {
    told.push(`${done}/${total}`);
  };
  t.deepEqual(await rotate(database, { onProgress, batchKeys: 3 }), {
    rewrapped: 7,
    isStopped: false,
    damaged: [],
  });
  t.deepEqual(told, ['0/7', '3/7', '6/7', '7/7', '7/7']);
  await opens(t, openInstance(t, url, { masterKeys: newKeys }), items);
  const expected = [{ id: newKeys.current.id, isActive: true, keys: 7 }];
  t.deepEqual(await byMasterKey(database), expected);
  await t.throwsAsync(openInstance(t, url).personalData.openMany(items), {
    name: 'MasterKeyUnknown',
  });
});

test('a change that was interrupted goes on where it was', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const items = await sealFor(openInstance(t, url), 7);
  const stop = new AbortController();
  const onProgress = (done: number): void => {
    if (done > 0) stop.abort();
  };
  const first = await rotate(database, { signal: stop.signal, onProgress, batchKeys: 3 });
  t.deepEqual(first, { rewrapped: 3, isStopped: true, damaged: [] });
  t.deepEqual(await byMasterKey(database), [
    { id: newKeys.current.id, isActive: true, keys: 3 },
    { id: oldKeys.current.id, isActive: false, keys: 4 },
  ]);
  await opens(t, openInstance(t, url, { masterKeys: bothKeys }), items);
  t.like(await rotate(database), { rewrapped: 4, isStopped: false });
  t.like(await rotate(database), { rewrapped: 0, isStopped: false });
  await opens(t, openInstance(t, url, { masterKeys: newKeys }), items);
});

test('instances that know both keys work before, during and after the change', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const old = openInstance(t, url);
  const running = openInstance(t, url, { masterKeys: bothKeys });
  const items = await sealFor(old, 6);
  // Configured with both, but nothing is changed yet: the old key alone opens what is new, too.
  const early = await running.personalData.seal('user:early', 'profile', 'early');
  t.is(await old.personalData.open('user:early', 'profile', early), 'early');
  let changing = true;
  const living = (async () => {
    for (let index = 0; changing; index += 1) {
      const subject = `user:meanwhile-${index}` as const;
      const sealed = await running.personalData.seal(subject, 'profile', 'meanwhile');
      t.is(await running.personalData.open(subject, 'profile', sealed), 'meanwhile');
      await opens(t, running, items);
      await nextTurn();
    }
  })();
  t.like(await rotate(database, { batchKeys: 1 }), { isStopped: false, damaged: [] });
  changing = false;
  await living;
  const status = await byMasterKey(database);
  t.deepEqual(
    status.map(({ id }) => id),
    [newKeys.current.id],
    'no key was wrapped with the old one behind its back',
  );
  await opens(t, openInstance(t, url, { masterKeys: newKeys }), items);
  await opens(t, running, items);
});

/** A database on which keys are added only when the test lets them. */
const withGate = (database: Database) => {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const transaction: Database['transaction'] = (work) =>
    database.transaction((tx, opened) => {
      const gated: Transaction = {
        ...tx,
        execute: async (text, values) => {
          if (text.includes('INSERT INTO account.personal_keys')) {
            arrive();
            await gate;
          }
          return tx.execute(text, values);
        },
      };
      return work(gated, opened);
    });
  return { gated: { ...database, transaction }, arrived, open };
};

const untilItWaits = async (database: Database): Promise<void> => {
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await database.query(waiting)).length === 0) await nextTurn();
};

test('the change waits for a key that is just being wrapped with the old master key', async (t) => {
  const { url, database } = await createTestDatabase(t);
  await sealFor(openInstance(t, url), 1);
  const { gated, arrived, open } = withGate(database);
  const { personalData } = openInstance(t, url, { masterKeys: bothKeys, database: gated });
  const sealing = personalData.seal('user:late', 'profile', 'late');
  await arrived;
  const rotating = rotate(database);
  await untilItWaits(database);
  open();
  const sealed = await sealing;
  t.like(await rotating, { rewrapped: 2 });
  const instance = openInstance(t, url, { masterKeys: newKeys });
  t.is(await instance.personalData.open('user:late', 'profile', sealed), 'late');
});

test('a key that is destroyed during the change stays destroyed', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const instance = openInstance(t, url, { masterKeys: bothKeys });
  const items = await sealFor(openInstance(t, url), 8);
  await Promise.all([
    rotate(database, { batchKeys: 2 }),
    ...items.map(({ subject }) => instance.personalData.destroyKey(subject, now)),
  ]);
  t.deepEqual(
    await instance.personalData.openMany(items),
    items.map(() => null),
  );
  t.like(await readKeyStatus(database), { destroyed: { keys: 8, lastAt: now } });
});

test('two who change the master key at once do the work once', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const items = await sealFor(openInstance(t, url), 9);
  const results = await Promise.all([1, 2].map(() => rotate(database, { batchKeys: 2 })));
  t.is(
    results.reduce((sum, { rewrapped }) => sum + rewrapped, 0),
    9,
  );
  await opens(t, openInstance(t, url, { masterKeys: newKeys }), items);
});

test('a damaged key is told of and left alone, and the old master key is still named', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const items = await sealFor(openInstance(t, url), 4);
  await database.execute(
    `UPDATE account.personal_keys SET wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)
      WHERE subject = 'user:2'`,
  );
  const result = await rotate(database, { batchKeys: 1 });
  t.deepEqual(result, { rewrapped: 3, isStopped: false, damaged: ['user:2'] });
  t.deepEqual(await byMasterKey(database), [
    { id: newKeys.current.id, isActive: true, keys: 3 },
    { id: oldKeys.current.id, isActive: false, keys: 1 },
  ]);
  const intact = items.filter(({ subject }) => subject !== 'user:2');
  const instance = openInstance(t, url, { masterKeys: newKeys });
  t.deepEqual(await instance.personalData.openMany(intact), ['text 0', 'text 1', 'text 3']);
});

test('a change back is a change like any other', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const items = await sealFor(openInstance(t, url), 2);
  await rotate(database);
  const back = { current: oldKeys.current, previous: newKeys.current };
  t.like(await rotate(database, {}, back), { rewrapped: 2 });
  await opens(t, openInstance(t, url), items);
});
