import test, { type ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { invitePartner } from '../../commands/partner/invite.js';
import type { PartnerType } from '../../domain/partner/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import { password, someEmail } from '../support/desks.js';
import { testContext } from '../support/house.js';
import { networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { superAdmin } from '../support/openapi-client.js';
import { sealed } from '../support/sealed.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const app = signingIn(network);

const franchise: PartnerType = { kind: 'FRANCHISE' };
const earning: PartnerType = { kind: 'VENDOR', vendorType: 'REVENUE' };
const hosting: PartnerType = { kind: 'VENDOR', vendorType: 'NON_REVENUE' };

const invite = (email: string, partner: PartnerType) => {
  const { desk, clock } = network();
  const address = brandOrThrow(EmailAddress, email);
  const person = { name: 'Hari Thapa', businessName: 'Thapa Tea', email: address };
  return invitePartner(desk, { person, partner, at: clock.now() }, testContext());
};

const invited = async (email: string, partner: PartnerType) => {
  const done = await invite(email, partner);
  if (E.isLeft(done)) throw new Error(`not invited: ${done.left.kind}`);
  const { userId, link } = done.right;
  return { userId, token: link?.token ?? '' };
};

const setUp = (token: string, word = password) =>
  network().call(null, 'POST /api/auth/set-up', {
    body: { token, new_password: word, confirm_password: word },
  });

const login = (email: string, word = password) =>
  network().call(null, 'POST /api/partners/auth/login', { body: { email, password: word } });

const me = 'GET /api/partners/auth/me';

const emailOf = async (userId: string): Promise<unknown> => {
  const { call, settled, store } = network();
  await settled();
  const minPosition = String(await store.lastPosition());
  return (await call(superAdmin, `GET /api/admin/users/${userId}`, { minPosition })).data.email;
};

/** A partner with an open session at the dashboard. */
const partner = async (t: ExecutionContext, type: PartnerType, email = someEmail()) => {
  const { userId, token } = await invited(email, type);
  t.is((await setUp(token)).status, 204);
  const answer = await login(email);
  t.is(answer.status, 200, answer.text);
  const caller = { id: userId, roles: [], token: String(answer.data.access_token) };
  return { userId, email, caller, refresh: String(answer.data.refresh_token), answer };
};

test.serial(
  'AUTH-12: a partner sets a password by a link, signs in, and is told who it is',
  async (t) => {
    const { call } = network();
    const { email, userId, caller, answer } = await partner(t, earning);
    t.like(answer.data, { user_id: userId, partner_type: 'VENDOR', vendor_type: 'REVENUE' });
    const own = await call(caller, me);
    t.deepEqual(own.data, {
      user_id: userId,
      partner_type: 'VENDOR',
      vendor_type: 'REVENUE',
      name: 'Hari Thapa',
      business_name: 'Thapa Tea',
      email,
    });
    t.is((await call(caller, 'GET /api/users/wallet')).code, 'forbidden', 'it is not the app');
    t.is((await call(caller, 'GET /api/admin/users')).code, 'forbidden');
  },
);

test.serial('a link works once, within a day, and only the last one', async (t) => {
  const { clock } = network();
  const email = someEmail();
  const first = await invited(email, franchise);
  const second = await invited(email, franchise);
  t.is(second.userId, first.userId);
  t.is((await setUp(first.token)).code, 'set_up_link_invalid');
  t.is((await setUp(second.token, 'short')).status, 400, 'a slip does not use it up');
  t.is((await setUp(second.token)).status, 204);
  t.is((await setUp(second.token)).code, 'set_up_link_invalid');
  const late = await invited(someEmail(), franchise);
  clock.advance({ minutes: 24 * 60 });
  t.is((await setUp(late.token)).code, 'set_up_link_invalid');
  t.is((await login(email)).status, 200);
});

test.serial('BR9, BR12: a vendor that earns nothing has no dashboard', async (t) => {
  const { call, handlers, clock, settled } = network();
  const done = await invite(someEmail(), hosting);
  t.like(done, { right: { link: null } });
  const { userId, caller, email, refresh } = await partner(t, earning);
  clock.advance({ seconds: 1 });
  const wish = { type: 'ChangeVendorType', vendorType: 'NON_REVENUE', at: clock.now() } as const;
  await handlers.partner.execute(userId, wish, testContext());
  t.is((await login(email)).code, 'invalid_credentials');
  const body = { refresh_token: refresh };
  const refreshed = await call(null, 'POST /api/partners/auth/refresh', { body });
  t.is(refreshed.code, 'invalid_refresh_token');
  await settled();
  t.is((await call(caller, me)).status, 401, 'a process ends the open sessions');
});

test.serial('a token for partners is worth nothing to who is none', async (t) => {
  const { call } = network();
  const { caller } = await app.registered(t, someEmail());
  for (const id of [caller.id, 'nobody-at-all']) {
    const own = await call({ id, roles: ['vendor'] }, me);
    t.like(own, { status: 403, code: 'forbidden' }, own.text);
  }
});

test.serial('P-092: a banned user is out of the dashboard, too', async (t) => {
  const { call } = network();
  const { userId, caller, email } = await partner(t, franchise);
  const path = `POST /api/admin/users/${userId}/status` as const;
  const ban = await call(superAdmin, path, { body: { status: 'BANNED', reason: 'fraud' } });
  t.is(ban.status, 200, ban.text);
  t.is((await call(caller, me)).status, 401);
  t.is((await login(email)).code, 'invalid_credentials');
  await call(superAdmin, path, { body: { status: 'ACTIVE', reason: 'a mistake' } });
  t.is((await login(email)).status, 200);
});

test.serial('P-098: a partner who was away comes back by signing in', async (t) => {
  const { call, handlers } = network();
  const { userId, email } = await partner(t, franchise);
  const path = `POST /api/admin/users/${userId}/status` as const;
  await call(superAdmin, path, { body: { status: 'INACTIVE', reason: 'away for a year' } });
  t.is((await login(email, 'not the password')).code, 'invalid_credentials');
  t.is((await handlers.user.load(userId)).state?.status, 'INACTIVE');
  t.is((await login(email)).status, 200);
  t.is((await handlers.user.load(userId)).state?.status, 'ACTIVE');
});

test.serial('P-042: app and dashboard of one person are sessions of their own', async (t) => {
  const { call } = network();
  const email = someEmail();
  const { userId, caller, refresh } = await partner(t, franchise, email);
  const inApp = await app.signedIn(t, email);
  t.is(inApp.caller.id, userId, 'whoever was invited signs in by code as well');
  const elsewhere = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
  t.is(elsewhere.code, 'invalid_refresh_token', 'the app does not take it');
  const left = await call(caller, 'POST /api/partners/auth/logout', {
    body: { refresh_token: refresh },
  });
  t.like(left.data, { token_revoked: true, reason: 'valid_blacklisted' });
  t.is((await call(caller, me)).status, 401);
  t.is((await call(inApp.caller, 'GET /api/auth/me')).status, 200);
});

test.serial('the own password is changed by whoever knows it', async (t) => {
  const { call, eventsOf } = network();
  const { userId, caller, email } = await partner(t, earning);
  const next = 'quite another password';
  const wish = { current_password: password, new_password: next, confirm_password: next };
  const path = 'PUT /api/partners/auth/change-password';
  const wrong = await call(caller, path, { body: { ...wish, current_password: 'not it' } });
  t.is(wrong.code, 'wrong_password');
  t.is((await call(caller, path, { body: wish })).status, 204);
  t.is((await call(caller, me)).status, 200);
  t.is((await login(email)).code, 'invalid_credentials');
  t.is((await login(email, next)).status, 200);
  const changes = await eventsOf(`partner-${userId}`, 'PartnerPasswordChanged');
  t.is(changes.length, 2, 'the first one by the link');
});

test.serial('AUTH-5: refresh tokens of partners rotate', async (t) => {
  const { call } = network();
  const { refresh } = await partner(t, franchise);
  const body = { refresh_token: refresh };
  const next = await call(null, 'POST /api/partners/auth/refresh', { body });
  t.is(next.status, 200, next.text);
  t.not(next.data.refresh_token, refresh);
  const none = { refresh_token: 'none of ours' };
  const nothing = await call(null, 'POST /api/partners/auth/refresh', { body: none });
  t.is(nothing.status, 400, 'P-041');
});

test.serial('BR1: a user is one partner at most, and a deactivated one stays out', async (t) => {
  const { call, handlers, clock, settled } = network();
  const { userId, caller, email } = await partner(t, franchise);
  t.like(await invite(email, earning), { left: { kind: 'UserAlreadyPartner' } });
  clock.advance({ seconds: 1 });
  const at = clock.now();
  const out = { type: 'DeactivatePartner', reason: sealed('left'), at } as const;
  await handlers.partner.execute(userId, out, testContext());
  await settled();
  t.is((await call(caller, me)).status, 401);
  t.is((await login(email)).code, 'invalid_credentials');
  t.like(await invite(email, franchise), { right: { link: null } });
});

test.serial('BR1: who has an account in the app becomes a partner as the same user', async (t) => {
  const { call } = network();
  const email = someEmail();
  const { caller } = await app.registered(t, email);
  const { userId } = await partner(t, earning, email);
  t.is(String(userId), caller.id);
  const other = await app.registered(t, someEmail());
  const path = `POST /api/admin/users/${other.caller.id}/status` as const;
  await call(superAdmin, path, { body: { status: 'BANNED', reason: 'fraud' } });
  const banned = await invite(String(await emailOf(other.caller.id)), franchise);
  t.like(banned, { left: { kind: 'UserInvalid' } });
});

test.serial('AUTH-11: with the account goes what tells who the partner was', async (t) => {
  const { call, handlers, desk, settled } = network();
  const email = someEmail();
  const { userId, caller } = await partner(t, franchise, email);
  const inApp = await app.signedIn(t, email);
  const { state } = await handlers.partner.load(userId);
  t.is((await call(inApp.caller, 'DELETE /api/auth/account')).status, 204);
  t.is((await call(caller, me)).status, 401);
  await settled();
  if (state === null) return t.fail('there was a partner');
  t.is(await desk.personalData.open(`partner:${userId}`, 'person', state.person), null);
  t.is((await login(email)).code, 'invalid_credentials');
});

readModelsAreRebuiltEqual(network);
