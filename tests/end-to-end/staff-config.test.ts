import test from 'ava';
import { desks } from '../support/desks.js';
import { eventually, networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { admin, type CheckedAnswer, moderator, superAdmin } from '../support/openapi-client.js';
import { itemsOf } from '../support/rental-calls.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered } = signingIn(network);
const { staff, added } = desks(network);

const config = '/api/admin/config';
const positionOf = ({ headers }: Pick<CheckedAnswer, 'headers'>): string =>
  headers.get('x-position') ?? '';

const settingNamed = async (key: string, minPosition: string) => {
  const listed = await network().call(superAdmin, `GET ${config}`, { minPosition });
  return itemsOf(listed).find((item) => item.key === key);
};

test.serial('P-116: what is configured is the business of super admins', async (t) => {
  const { call } = network();
  const body = { key: 'POINTS_KYC', value: '31' };
  for (const caller of [moderator, admin]) {
    t.is((await call(caller, `GET ${config}`)).code, 'forbidden');
    t.is((await call(caller, `GET ${config}/history`)).code, 'forbidden');
    t.is((await call(caller, `PUT ${config}`, { body })).code, 'forbidden');
    t.is((await call(caller, `POST ${config}`, { body })).code, 'forbidden');
    t.is((await call(caller, `DELETE ${config}?key=POINTS_KYC`)).code, 'forbidden');
    t.is((await call(caller, 'GET /api/admin/action-logs')).code, 'forbidden');
  }
});

test.serial(
  'a setting is changed, and its history says who, when, from what to what',
  async (t) => {
    const { call, clock } = network();
    const boss = await staff(t, 'super_admin');
    const body = { key: 'POINTS_KYC', value: '31', is_public: true };
    const changed = await call(boss.caller, `PUT ${config}`, { body });
    t.like(changed.data, { key: 'POINTS_KYC', value: '31', is_public: true, is_active: true });
    const minPosition = positionOf(changed);
    t.like(await settingNamed('POINTS_KYC', minPosition), {
      value: '31',
      initial_value: '30',
      unit: 'points',
      changed_by: boss.id,
      changed_at: clock.now(),
    });
    const history = await call(superAdmin, `GET ${config}/history?key=POINTS_KYC`, { minPosition });
    const [shown, change] = itemsOf(history);
    t.like(shown, { changed_by: boss.id, before: { is_public: null }, after: { is_public: true } });
    t.like(change, { changed_by: boss.id, before: { value: '30' }, after: { value: '31' } });
  },
);

test.serial('a key that is none and a value that does not fit are said clearly', async (t) => {
  const { call } = network();
  const put = (body: Readonly<Record<string, unknown>>) =>
    call(superAdmin, `PUT ${config}`, { body });
  const unknown = await put({ key: 'MASTER_OTP', value: '000000' });
  t.is(unknown.code, 'setting_not_found');
  const unfit = await put({ key: 'POINTS_KYC', value: 'many' });
  t.is(unfit.code, 'setting_invalid');
  t.is(unfit.json.expects, 'whole points from 0 to 1000000');
  const needed = await put({ key: 'POINTS_KYC', is_active: false });
  t.is(needed.code, 'setting_required');
  const taken = await call(superAdmin, `DELETE ${config}?key=POINTS_KYC`);
  t.is(taken.code, 'setting_required');
  const twice = await call(superAdmin, `POST ${config}`, {
    body: { key: 'POINTS_KYC', value: '5' },
  });
  t.is(twice.code, 'setting_exists');
});

test.serial(
  'rules 3.1: only what is active and public leaves, and a missing need is a need',
  async (t) => {
    const { call } = network();
    const key = 'NEED_RENTALS_KYC_VERIFIED';
    const publicKeys = async (minPosition: string) =>
      itemsOf(await call(null, 'GET /api/app/config', { minPosition })).map((item) => item.key);
    const own = 'SLOT_SIGHT_MAX_AGE_SECONDS';
    const before = await publicKeys('0');
    t.true(before.includes(key));
    t.false(before.includes(own));
    const off = await call(superAdmin, `PUT ${config}`, { body: { key, is_active: false } });
    t.false((await publicKeys(positionOf(off))).includes(key));
    t.like(await settingNamed(key, positionOf(off)), {
      value: 'false',
      value_when_missing: 'true',
    });
    const gone = await call(superAdmin, `DELETE ${config}?key=${key}`);
    t.is(gone.status, 204);
    t.like(await settingNamed(key, positionOf(gone)), { value: null, is_active: true });
    const back = await call(superAdmin, `POST ${config}`, { body: { key, value: 'false' } });
    t.is(back.status, 201);
    t.true((await publicKeys(positionOf(back))).includes(key));
  },
);

test.serial('a limit that staff change counts without a restart', async (t) => {
  const { call } = network();
  const startsUntilRefused = async (): Promise<number> => {
    const { caller } = await registered(t);
    const body = { station_sn: 'NONE', package_id: 'hour-1' };
    for (let starts = 1; starts <= 4; starts += 1) {
      if ((await call(caller, 'POST /api/rentals/start', { body })).status === 429) return starts;
    }
    return 0;
  };
  t.is(await startsUntilRefused(), 0);
  const body = { key: 'RENTAL_START_LIMIT_PER_MINUTE', value: '2' };
  t.is((await call(superAdmin, `PUT ${config}`, { body })).status, 200);
  await eventually(async () => (await startsUntilRefused()) === 3);
  t.pass();
});

const actions = (query: string, minPosition: string) =>
  network().call(superAdmin, `GET /api/admin/action-logs?${query}`, { minPosition });

test.serial('what staff do is in the action log, with names while they are there', async (t) => {
  const { call, settled } = network();
  const boss = await staff(t, 'super_admin');
  const { caller } = await registered(t);
  const user = `/api/admin/users/${caller.id}` as const;
  await call(boss.caller, `POST ${user}/add-balance`, { body: { amount: '25', reason: 'sorry' } });
  const ban = { status: 'BANNED', reason: 'sorry, too' };
  const banned = await call(boss.caller, `POST ${user}/status`, { body: ban });
  const done = await actions(`actor=${boss.id}`, positionOf(banned));
  const [second, first, ...others] = itemsOf(done);
  t.like(second, {
    actor_name: boss.name,
    action: 'UserStatusChanged',
    target_kind: 'user',
    target_id: caller.id,
    changes: [{ field: 'status', from: 'ACTIVE', to: 'BANNED' }],
    correlation_id: banned.headers.get('x-correlation-id'),
    user_agent: 'node',
  });
  t.regex(String(second?.address), /127\.0\.0\.1$/);
  t.like(first, {
    action: 'WalletAdjusted',
    changes: [{ field: 'amount', from: null, to: '25.00' }],
  });
  t.deepEqual(others, []);
  const removed = await call(superAdmin, `DELETE /api/admin/profiles/${boss.id}`);
  await settled();
  const later = await actions(`actor=${boss.id}`, positionOf(removed));
  t.is(itemsOf(later).length, 2, 'what was done stays');
  for (const action of itemsOf(later)) {
    t.like(action, { actor_name: null, address: null, user_agent: null });
  }
});

test.serial('the action log comes page by page, and is found by what it is about', async (t) => {
  const { call } = network();
  const member = await added(t, 'moderator');
  const path = `PATCH /api/admin/profiles/${member.id}` as const;
  await call(superAdmin, path, { body: { role: 'admin' } });
  const last = await call(superAdmin, path, { body: { role: 'auditor' } });
  const about = `target_kind=staff&target_id=${member.id}&page_size=2`;
  const first = await actions(about, positionOf(last));
  const next = await actions(`${about}&cursor=${String(first.data.next_cursor)}`, positionOf(last));
  t.deepEqual(
    [...itemsOf(first), ...itemsOf(next)].map(({ action }) => action),
    ['StaffRoleChanged', 'StaffRoleChanged', 'StaffAdded'],
  );
  t.is(next.data.next_cursor, null);
  const changes = await actions(`${about}&action=StaffRoleChanged`, positionOf(last));
  t.deepEqual(
    itemsOf(changes).map((item) => item.changes),
    [
      [{ field: 'role', from: 'admin', to: 'auditor' }],
      [{ field: 'role', from: 'moderator', to: 'admin' }],
    ],
  );
  t.is((await actions('page_size=200', positionOf(last))).status, 200);
  t.is((await actions('page_size=201', positionOf(last))).status, 400);
});

readModelsAreRebuiltEqual(network);
