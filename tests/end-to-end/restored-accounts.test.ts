import test from 'ava';
import { settleRestoredAccounts } from '../../bin/restored-accounts.js';
import { desks, password } from '../support/desks.js';
import { networkOfThisFile } from '../support/network.js';
import { superAdmin } from '../support/openapi-client.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered, signedIn } = signingIn(network);
const { staff, login } = desks(network);

/** What a dump of the schema does, row by row; what it takes back is as old as it is. */
const dumpAccounts = async () => {
  const { database } = network();
  const tables = await database.query(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'account'`,
  );
  const names = tables.map(({ name }) => String(name));
  await database.execute('CREATE SCHEMA dump');
  for (const name of names) {
    await database.execute(`CREATE TABLE dump.${name} AS TABLE account.${name}`);
  }
  return async (): Promise<void> => {
    for (const name of names) {
      await database.execute(`TRUNCATE account.${name} CASCADE`);
      await database.execute(`INSERT INTO account.${name} SELECT * FROM dump.${name}`);
    }
  };
};

const refreshed = async (refresh: string): Promise<number> =>
  (await network().call(null, 'POST /api/auth/refresh', { body: { refresh } })).status;

const settle = () => {
  const { store, database, handlers, clock, log, desk } = network();
  const { accounts, personalData } = desk;
  return settleRestoredAccounts({
    store,
    database,
    handlers,
    clock,
    log,
    accounts,
    personalData,
  });
};

test.serial(
  'P-097: accounts from an old dump bring back nobody who left, no session and no password',
  async (t) => {
    const { call, clock, settled, desk } = network();
    const number = '9849900001';
    const leaver = await registered(t);
    const stayer = await registered(t, number);
    const device = { device_id: 'phone-1', fcm_token: 'push-token-1', device_type: 'IOS' };
    await call(stayer.caller, 'POST /api/auth/device', { body: device });
    const removed = await staff(t, 'admin');
    const changed = await staff(t, 'admin');
    const same = await staff(t, 'admin');
    const secrets = [
      [`user:${leaver.caller.id}`, 'Asan Tole'],
      [`staff:${removed.id}`, 'Ama'],
    ] as const;
    const items = await Promise.all(
      secrets.map(async ([subject, text]) => {
        const sealed = await desk.personalData.seal(subject, 'a test', text);
        return { subject, field: 'a test', sealed };
      }),
    );
    const opened = () => desk.personalData.openMany(items);

    const restore = await dumpAccounts();
    clock.advance({ seconds: 1 });
    t.is((await call(leaver.caller, 'DELETE /api/auth/account')).status, 204);
    t.is((await call(stayer.caller, 'POST /api/auth/logout', { body: {} })).status, 200);
    await call(superAdmin, `DELETE /api/admin/profiles/${removed.id}`);
    const body = {
      current_password: password,
      new_password: 'a brand new password',
      confirm_password: 'a brand new password',
    };
    await call(changed.caller, 'PUT /api/admin/change-password', { body });
    await settled();
    await restore();
    t.deepEqual(await opened(), ['Asan Tole', 'Ama'], 'this is what a dump brings back');
    t.is(await refreshed(stayer.refresh), 200, 'and this');

    const done = await settle();
    t.like(done, { devices: 1, forgotten: 2, passwords: 1 });
    t.true(done.sessions >= 5);
    t.deepEqual(await opened(), [null, null]);
    t.is(await refreshed(stayer.refresh), 400);
    t.is(await refreshed(leaver.refresh), 400);
    t.is((await login(changed.email)).status, 401, 'the password of before');
    t.is((await login(same.email)).status, 200, 'who changed nothing signs in');
    t.is((await signedIn(t, number)).answer.status, 200);
    t.deepEqual(await settle(), { sessions: 2, devices: 0, forgotten: 2, passwords: 0 });
  },
);
