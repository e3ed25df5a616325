import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { StaffId } from '../../domain/shared/ids.js';
import { staffTeamId } from '../../domain/staff/index.js';
import { desks, password, someEmail } from '../support/desks.js';
import { testContext } from '../support/house.js';
import { networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { superAdmin } from '../support/openapi-client.js';

const network = networkOfThisFile();
const { added, login, signedIn, staff } = desks(network);

const me = 'GET /api/admin/me';
const positionOf = ({ headers }: { readonly headers: Headers }): string =>
  headers.get('x-position') ?? '';

test.serial(
  'AUTH-12: staff sign in with address and password, and are told who they are',
  async (t) => {
    const { call } = network();
    const { caller, id, name, email } = await staff(t, 'moderator');
    const own = await call(caller, me);
    t.deepEqual(own.data, { id, roles: ['moderator'], name, email });
    t.is((await login(email.toUpperCase())).status, 200, 'AUTH-1: in whatever case');
  },
);

test.serial("an operator's token may bear any name, and is nobody of the team", async (t) => {
  const { call } = network();
  const operator = { id: 'Ama Sharma', roles: ['admin'] } as const;
  t.like((await call(operator, me)).data, { id: 'Ama Sharma', name: null, email: null });
  const next = 'another-fine-password';
  const change = { current_password: password, new_password: next, confirm_password: next };
  const refused = await call(operator, 'PUT /api/admin/change-password', { body: change });
  t.is(refused.code, 'staff_not_found');
});

test.serial('a wrong password and an unknown address are one answer', async (t) => {
  const { email } = await added(t, 'admin');
  const wrong = await login(email, 'not the password');
  const stranger = await login(someEmail());
  t.is(wrong.status, 401);
  t.is(wrong.code, 'invalid_credentials');
  const { correlation_id: _, ...told } = wrong.json;
  const { correlation_id: _other, ...toldStranger } = stranger.json;
  t.deepEqual(told, toldStranger);
});

test.serial('AUTH-12: after five tries there is no sixth, for strangers neither', async (t) => {
  const { email } = await added(t, 'admin');
  for (const address of [email, someEmail()]) {
    for (let tries = 0; tries < 5; tries += 1) {
      t.is((await login(address, 'not the password')).status, 401);
    }
    const next = await login(address, password);
    t.is(next.status, 429);
    t.true(Number(next.headers.get('retry-after')) > 0);
  }
});

test.serial(
  'AUTH-5, P-093: a refresh token of staff is good for one use, at this door',
  async (t) => {
    const { call, clock } = network();
    const { refresh } = await staff(t, 'admin');
    const body = { refresh_token: refresh };
    const elsewhere = await call(null, 'POST /api/partners/auth/refresh', { body });
    t.is(elsewhere.code, 'invalid_refresh_token', 'not at the door of partners');
    const inApp = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
    t.is(inApp.code, 'invalid_refresh_token', 'nor of the app');
    const next = await call(null, 'POST /api/admin/refresh', { body });
    t.is(next.status, 200, next.text);
    clock.advance({ seconds: 60 });
    const again = await call(null, 'POST /api/admin/refresh', { body });
    t.is(again.code, 'invalid_refresh_token');
    const token = String(next.data.access_token);
    t.is((await call({ id: '', roles: [], token }, me)).status, 401, 'the session is over');
  },
);

test.serial('AUTH-6, P-042: a logout ends the own session and no other', async (t) => {
  const { call } = network();
  const first = await staff(t, 'admin');
  const second = await signedIn(t, first);
  const answer = await call(first.caller, 'POST /api/admin/logout', {
    body: { refresh_token: second.refresh },
  });
  t.like(answer.data, { token_revoked: false, reason: 'token_mismatch' });
  const repeated = await call(first.caller, 'POST /api/admin/logout', {
    body: { refresh_token: first.refresh },
  });
  t.is(repeated.status, 200);
  t.is((await call(first.caller, me)).status, 401);
  t.is((await call(second.caller, me)).status, 200);
});

test.serial('P-116: who is of the staff is the business of super admins', async (t) => {
  const { call } = network();
  const { id } = await added(t, 'moderator');
  for (const role of ['moderator', 'admin', 'auditor', 'analyst'] as const) {
    const { caller } = await staff(t, role);
    t.is((await call(caller, me)).status, 200, role);
    const body = { name: 'A friend', email: someEmail(), role: 'super_admin', password };
    t.is((await call(caller, 'POST /api/admin/profiles', { body })).code, 'forbidden');
    t.is((await call(caller, 'GET /api/admin/profiles')).code, 'forbidden');
    const change = { body: { role: 'super_admin' } };
    t.is((await call(caller, `PATCH /api/admin/profiles/${id}`, change)).code, 'forbidden');
    t.is((await call(caller, `DELETE /api/admin/profiles/${id}`)).code, 'forbidden');
  }
});

test.serial('another role counts at once: tokens with the old one are void', async (t) => {
  const { call } = network();
  const boss = await staff(t, 'super_admin');
  const member = await staff(t, 'admin');
  const path = `PATCH /api/admin/profiles/${member.id}` as const;
  const changed = await call(boss.caller, path, { body: { role: 'moderator' } });
  t.like(changed.data, { role: 'moderator', is_active: true, email: member.email });
  t.is((await call(member.caller, me)).status, 401);
  const body = { refresh_token: member.refresh };
  const refreshed = await call(null, 'POST /api/admin/refresh', { body });
  t.is(refreshed.code, 'invalid_refresh_token');
  const again = await signedIn(t, { ...member, role: 'moderator' });
  t.is((await call(boss.caller, path, { body: { role: 'moderator' } })).status, 200);
  t.is((await call(again.caller, me)).status, 200, 'what is so already ends no session');
});

test.serial('P-092: who is deactivated is out at once, and comes back when let in', async (t) => {
  const { call } = network();
  const { caller, id, email } = await staff(t, 'admin');
  const path = `PATCH /api/admin/profiles/${id}` as const;
  const silent = await call(superAdmin, path, { body: { is_active: false, reason: '  ' } });
  t.is(silent.code, 'reason_required');
  const reason = 'lost the keys of the office';
  const out = await call(superAdmin, path, { body: { is_active: false, reason } });
  t.like(out.data, { is_active: false });
  t.is((await call(caller, me)).status, 401);
  t.is((await login(email)).code, 'invalid_credentials');
  const minPosition = positionOf(out);
  const read = await call(superAdmin, `GET /api/admin/profiles/${id}`, { minPosition });
  t.like(read.data, { is_active: false, reason, added_by: null });
  await call(superAdmin, path, { body: { is_active: true } });
  t.is((await login(email)).status, 200);
});

test.serial('rules 2.24: nobody does it to oneself', async (t) => {
  const { call } = network();
  const { caller, id } = await staff(t, 'super_admin');
  const path = `PATCH /api/admin/profiles/${id}` as const;
  const wishes = [
    { role: 'admin' },
    { is_active: false, reason: 'tired' },
    // Whoever finds an open session would have the account for good.
    { new_password: 'another fine password' },
  ];
  for (const body of wishes) t.is((await call(caller, path, { body })).code, 'own_account');
  t.is((await call(caller, `DELETE /api/admin/profiles/${id}`)).code, 'own_account');
});

test.serial('a super admin sets a new password, and the old one is of no use', async (t) => {
  const { call } = network();
  const { caller, id, email } = await staff(t, 'moderator');
  const path = `PATCH /api/admin/profiles/${id}` as const;
  const next = 'quite another password';
  t.is((await call(superAdmin, path, { body: { new_password: next } })).status, 200);
  t.is((await call(caller, me)).status, 401);
  t.is((await login(email)).code, 'invalid_credentials');
  t.is((await login(email, next)).status, 200);
});

test.serial('the own password is changed by whoever knows it; other sessions end', async (t) => {
  const { call } = network();
  const member = await staff(t, 'analyst');
  const other = await signedIn(t, member);
  const path = 'PUT /api/admin/change-password';
  const next = 'quite another password';
  const wish = { current_password: password, new_password: next, confirm_password: next };
  const change = (more: Readonly<Record<string, string>>) =>
    call(member.caller, path, { body: { ...wish, ...more } });
  t.is((await change({ confirm_password: 'a slip' })).code, 'passwords_differ');
  t.is((await change({ current_password: 'not it' })).code, 'wrong_password');
  t.is((await change({ new_password: 'short', confirm_password: 'short' })).status, 400);
  t.is((await change({})).status, 204);
  t.is((await call(member.caller, me)).status, 200);
  t.is((await call(other.caller, me)).status, 401);
  t.is((await login(member.email)).code, 'invalid_credentials');
  t.is((await login(member.email, next)).status, 200);
  const stranger = await call(superAdmin, path, { body: wish });
  t.is(stranger.code, 'staff_not_found', 'an operator’s token is nobody’s');
});

test.serial('an address is of one person, until the person is removed', async (t) => {
  const { call, settled, desk, handlers } = network();
  const { caller, id, email } = await staff(t, 'admin');
  const body = { name: 'Somebody else', email, role: 'admin', password };
  const taken = await call(superAdmin, 'POST /api/admin/profiles', { body });
  t.is(taken.code, 'staff_email_taken');
  const { state: team } = await handlers.staff.load('team');
  const person = [...team.values()].find(({ staffId }) => staffId === id)?.person;
  const removed = await call(superAdmin, `DELETE /api/admin/profiles/${id}`);
  t.is(removed.status, 204);
  t.is((await call(caller, me)).status, 401);
  t.is((await login(email)).code, 'invalid_credentials');
  const gone = await call(superAdmin, `GET /api/admin/profiles/${id}`, {
    minPosition: positionOf(removed),
  });
  t.is(gone.code, 'staff_not_found');
  t.is((await call(superAdmin, `DELETE /api/admin/profiles/${id}`)).code, 'staff_not_found');
  await settled();
  if (person === undefined) return t.fail('there was a person');
  t.is(await desk.personalData.open(`staff:${id}`, 'person', person), null, 'for ever');
  t.is((await call(superAdmin, 'POST /api/admin/profiles', { body })).status, 201);
});

test.serial(
  'a route that broke off after the fact is made up for, later sessions go on',
  async (t) => {
    const { call, clock, handlers, settled } = network();
    const before = await staff(t, 'admin');
    clock.advance({ seconds: 1 });
    const wish = {
      type: 'ChangeStaffRole',
      staffId: brandOrThrow(StaffId, before.id),
      role: 'moderator',
      by: null,
      at: clock.now(),
    } as const;
    await handlers.staff.execute(staffTeamId, wish, testContext());
    const after = await signedIn(t, { ...before, role: 'moderator' });
    await settled();
    t.is((await call(before.caller, me)).status, 401);
    t.is((await call(after.caller, me)).status, 200);
  },
);

test.serial('the last super admin stays', async (t) => {
  const { call, handlers } = network();
  const { state: team } = await handlers.staff.load('team');
  const bosses = [...team.values()].filter(
    ({ role, isActive }) => isActive && role === 'super_admin',
  );
  const outcomes: string[] = [];
  for (const { staffId } of bosses) {
    const path = `PATCH /api/admin/profiles/${staffId}` as const;
    const body = { role: 'admin' };
    const answer = await call(superAdmin, path, { body });
    outcomes.push(answer.status === 200 ? 'changed' : answer.code);
  }
  t.is(outcomes.at(-1), 'last_super_admin');
  t.deepEqual(new Set(outcomes.slice(0, -1)), new Set(['changed']));
});

readModelsAreRebuiltEqual(network);
