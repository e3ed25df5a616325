import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { testContext } from '../support/house.js';
import { networkOfThisFile } from '../support/network.js';
import { signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();

const { verified, complete, signedIn, registered } = signingIn(network);

test.serial(
  'AUTH-3, AUTH-4: who is new registers with a code, and is let in by the next',
  async (t) => {
    const { call } = network();
    const identifier = someNumber();
    const first = await verified(t, identifier);
    t.is(first.flow, 'REGISTER');
    const nameless = await complete(identifier, first.token);
    t.is(nameless.code, 'username_required');
    const registration = await complete(identifier, first.token, { username: 'Sita.Rai' });
    t.is(registration.status, 201);
    t.like(registration.data, { flow: 'REGISTER', token_type: 'Bearer', referral: null });
    t.regex(String(registration.data.referral_code), /^REF[A-Z0-9]{6}$/);
    const token = String(registration.data.access_token);
    const id = String(registration.data.user_id);
    const wallet = await call({ id, roles: ['user'], token }, 'GET /api/users/wallet');
    t.is(wallet.status, 200);
    // The same number, written in another way.
    const again = await verified(t, `+977 ${identifier.slice(0, 5)}-${identifier.slice(5)}`);
    t.is(again.flow, 'LOGIN');
    const login = await complete(identifier, again.token);
    t.is(login.status, 200);
    t.like(login.data, {
      flow: 'LOGIN',
      user_id: id,
      referral_code: registration.data.referral_code,
    });
  },
);

test.serial('AUTH-3: a user name is of one user, in whatever case it is typed', async (t) => {
  const first = await signedIn(t, someNumber(), { username: 'OnlyOne' });
  t.is(first.answer.status, 201);
  const identifier = someNumber();
  const { token } = await verified(t, identifier);
  t.is((await complete(identifier, token, { username: 'onlyone' })).code, 'username_taken');
  const mended = await complete(identifier, token, { username: 'onlytwo' });
  t.is(mended.status, 201, 'the verification token stays good');
});

test.serial('P-091: a code works once, and so does what it was exchanged for', async (t) => {
  const { call } = network();
  const identifier = someNumber();
  const { otp, token } = await verified(t, identifier);
  const again = await call(null, 'POST /api/auth/otp/verify', { body: { identifier, otp } });
  t.is(again.code, 'invalid_otp');
  t.is((await complete(identifier, token, { username: `a${identifier}` })).status, 201);
  t.is((await complete(identifier, token)).code, 'verification_token_expired');
});

test.serial('P-091: the answer to a request does not tell who has an account', async (t) => {
  const { call } = network();
  const known = someNumber();
  await registered(t, known);
  const ask = (identifier: string) =>
    call(null, 'POST /api/auth/otp/request', { body: { identifier, platform: 'ios' } });
  const [stranger, member] = [await ask(someNumber()), await ask(known)];
  t.is(stranger.status, member.status);
  t.deepEqual(Object.keys(stranger.data), Object.keys(member.data));
  t.deepEqual(stranger.json.message, member.json.message);
});

test.serial('P-091: the sixth request of an hour for one number is refused', async (t) => {
  const { call } = network();
  const identifier = someNumber();
  const body = { identifier, platform: 'ios' };
  const statuses: number[] = [];
  for (let asked = 0; asked < 6; asked += 1) {
    statuses.push((await call(null, 'POST /api/auth/otp/request', { body })).status);
  }
  t.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
});

test.serial('P-091: five wrong guesses, and the right code is of no use', async (t) => {
  const { call, codeFor } = network();
  const identifier = someNumber();
  await call(null, 'POST /api/auth/otp/request', { body: { identifier, platform: 'ios' } });
  const right = await codeFor(identifier);
  const wrong = right === '000000' ? '000001' : '000000';
  const check = (otp: string) =>
    call(null, 'POST /api/auth/otp/verify', { body: { identifier, otp } });
  for (let tries = 0; tries < 5; tries += 1) t.is((await check(wrong)).code, 'invalid_otp');
  t.is((await check(right)).status, 429);
});

test.serial('AUTH-5, P-093: a refresh token is good for one use', async (t) => {
  const { call } = network();
  const { refresh } = await registered(t);
  const next = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
  t.is(next.status, 200);
  t.not(next.data.refresh_token, refresh);
  network().clock.advance({ seconds: 60 });
  const reused = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
  t.is(reused.code, 'invalid_refresh_token');
  const successor = String(next.data.refresh_token);
  const ended = await call(null, 'POST /api/auth/refresh', { body: { refresh: successor } });
  t.is(ended.code, 'invalid_refresh_token', 'the whole session is over');
});

test.serial('P-041: a refresh token that is none is answered with 400', async (t) => {
  for (const refresh of ['x', 'ey.ey.ey', "'; DROP TABLE account.sessions; --", '\u0000']) {
    const answer = await network().call(null, 'POST /api/auth/refresh', { body: { refresh } });
    t.is(answer.status, 400, refresh);
  }
});

test.serial(
  'AUTH-6, P-040: a logout succeeds whatever comes with it, and ends the session',
  async (t) => {
    const { call } = network();
    const { caller, refresh } = await registered(t);
    const other = await registered(t);
    const foreign = await call(caller, 'POST /api/auth/logout', {
      body: { refresh_token: other.refresh },
    });
    t.like(foreign.data, { token_revoked: false, reason: 'token_mismatch' });
    t.is((await call(caller, 'GET /api/users/wallet')).status, 401, 'the access token is dead');
    const repeated = await call(caller, 'POST /api/auth/logout', {
      body: { refresh_token: refresh },
    });
    t.like(repeated.data, { token_revoked: false, reason: 'already_invalid' });
    const dead = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
    t.is(dead.code, 'invalid_refresh_token');
    const unharmed = await call(null, 'POST /api/auth/refresh', {
      body: { refresh: other.refresh },
    });
    t.is(unharmed.status, 200, 'P-042: the other session goes on');
  },
);

test.serial('AUTH-6: a logout says what became of the refresh token', async (t) => {
  const { call } = network();
  const mine = await registered(t);
  const body = { refresh_token: mine.refresh };
  const answer = await call(mine.caller, 'POST /api/auth/logout', { body });
  t.like(answer.data, { token_revoked: true, reason: 'valid_blacklisted' });
  const without = await registered(t);
  const bare = await call(without.caller, 'POST /api/auth/logout', { body: {} });
  t.like(bare.data, { token_revoked: false, reason: 'token_missing' });
  const odd = await registered(t);
  const wrong = await call(odd.caller, 'POST /api/auth/logout', { body: { refresh_token: 5 } });
  t.like(wrong.data, { token_revoked: false, reason: 'already_invalid' }, 'P-040');
});

test.serial('AUTH-7, P-092: a banned user gets no tokens', async (t) => {
  const { call, handlers, clock } = network();
  const identifier = someNumber();
  const { caller, refresh } = await registered(t, identifier);
  const ban = {
    type: 'ChangeUserStatus',
    status: 'BANNED',
    reason: 'fraud',
    at: clock.now(),
  } as const;
  await handlers.user.execute(brandOrThrow(UserId, caller.id), ban, testContext());
  const refreshed = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
  t.is(refreshed.code, 'invalid_refresh_token');
  const { token } = await verified(t, identifier);
  t.is((await complete(identifier, token)).code, 'user_invalid');
});

test.serial('P-098: who was inactive comes back by signing in', async (t) => {
  const { handlers, clock } = network();
  const identifier = someNumber();
  const { caller } = await registered(t, identifier);
  const id = brandOrThrow(UserId, caller.id);
  const at = clock.now();
  const sleep = { type: 'ChangeUserStatus', status: 'INACTIVE', reason: 'away', at } as const;
  await handlers.user.execute(id, sleep, testContext());
  t.is((await signedIn(t, identifier)).answer.status, 200);
  t.is((await handlers.user.load(id)).state?.status, 'ACTIVE');
});

test.serial(
  'P-099: a referral code that counts is taken, and one that does not is told',
  async (t) => {
    const inviter = await registered(t);
    const code = inviter.answer.data.referral_code;
    const invited = someNumber();
    const invitee = await signedIn(t, invited, { username: `i${invited}`, referral_code: code });
    t.deepEqual(invitee.answer.data.referral, { accepted: true, code: null });
    const lost = someNumber();
    const misled = await signedIn(t, lost, { username: `i${lost}`, referral_code: 'REFZZZZZZ' });
    t.is(misled.answer.status, 201);
    t.deepEqual(misled.answer.data.referral, { accepted: false, code: 'invalid_referral_code' });
  },
);

test.serial('of many who register with the same number at once, one account comes', async (t) => {
  const identifier = someNumber();
  const { token } = await verified(t, identifier);
  const tries = Array.from({ length: 5 }, (_, index) =>
    complete(identifier, token, { username: `racer${index}` }),
  );
  const answers = await Promise.all(tries);
  t.is(answers.filter(({ status }) => status === 201).length, 1, 'the token is good for one');
});

test.serial('AUTH-8: a provider that is not configured is not offered', async (t) => {
  const { call } = network();
  const body = { provider: 'google' };
  t.is((await call(null, 'POST /api/auth/social/nonce', { body })).code, 'unsupported_provider');
  t.is((await call(null, 'GET /api/auth/apple/login')).code, 'unsupported_provider');
  t.is((await call(null, 'GET /api/auth/google/callback?state=x')).code, 'unsupported_provider');
  const token = { id_token: 'x.y.z', nonce: 'n' };
  const shown = await call(null, 'POST /api/auth/apple/token', { body: token });
  t.is(shown.code, 'unsupported_provider');
});
