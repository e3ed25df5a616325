import test from 'ava';
import { networkOfThisFile } from '../support/network.js';
import type { CheckedAnswer } from '../support/openapi-client.js';
import { signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();
const { verified, complete, registered } = signingIn(network);

/** As if each request came from an instance and an address that had counted nothing yet. */
const forgetLimits = () => network().database.execute('DELETE FROM http.rate_limits');

const request = (identifier: string): Promise<CheckedAnswer> =>
  network().call(null, 'POST /api/auth/otp/request', { body: { identifier, platform: 'ios' } });

const guess = (identifier: string, otp: string): Promise<CheckedAnswer> =>
  network().call(null, 'POST /api/auth/otp/verify', { body: { identifier, otp } });

const refreshWith = (refresh: string): Promise<CheckedAnswer> =>
  network().call(null, 'POST /api/auth/refresh', { body: { refresh } });

/** A code that is not the right one, another one each time. */
const wrongCode = (right: string, number: number): string =>
  String((Number(right) + 1 + number) % 1_000_000).padStart(6, '0');

const admitted = (answers: readonly CheckedAnswer[]): number =>
  answers.filter(({ status }) => status < 300).length;

test.serial('P-091: guesses from everywhere at once are no more than five', async (t) => {
  const identifier = someNumber();
  await request(identifier);
  const right = await network().codeFor(identifier);
  for (let round = 0; round < 10; round += 1) {
    await forgetLimits();
    const guesses = Array.from({ length: 5 }, (_, index) =>
      guess(identifier, wrongCode(right, round * 5 + index)),
    );
    t.is(admitted(await Promise.all(guesses)), 0);
  }
  await forgetLimits();
  t.is((await guess(identifier, right)).code, 'invalid_otp', 'the right one comes too late');
});

test.serial('P-091: another code buys no further guesses', async (t) => {
  const identifier = someNumber();
  await request(identifier);
  const first = await network().codeFor(identifier);
  for (let tried = 0; tried < 4; tried += 1) {
    t.is((await guess(identifier, wrongCode(first, tried))).code, 'invalid_otp');
  }
  await forgetLimits();
  t.is((await request(identifier)).status, 200);
  const second = await network().codeFor(identifier);
  t.is((await guess(identifier, wrongCode(second, 4))).code, 'invalid_otp', 'the fifth');
  await forgetLimits();
  t.is((await guess(identifier, second)).code, 'invalid_otp', 'the sixth is not looked at');
  const third = await request(identifier);
  t.is(third.code, 'rate_limit_exceeded', 'and there is no other code for now');
  t.true(Number(third.headers.get('retry-after')) > 0);
});

test.serial('P-091: the code of one is none for another, and an old one is none', async (t) => {
  const [mine, other] = [someNumber(), someNumber()];
  await request(mine);
  await request(other);
  const code = await network().codeFor(mine);
  const others = await network().codeFor(other);
  if (code !== others) t.is((await guess(other, code)).code, 'invalid_otp');
  network().clock.advance({ seconds: 301 });
  t.is((await guess(mine, code)).code, 'invalid_otp', 'five minutes are over');
});

test.serial('P-091: of many who use the right code at once, one gets the token', async (t) => {
  const identifier = someNumber();
  await request(identifier);
  const code = await network().codeFor(identifier);
  const answers = await Promise.all(Array.from({ length: 5 }, () => guess(identifier, code)));
  t.is(admitted(answers), 1);
});

test.serial('a verification token is for its identifier, once', async (t) => {
  const [mine, other] = [someNumber(), someNumber()];
  const { token } = await verified(t, mine);
  const foreign = await complete(other, token, { username: `x${other}` });
  t.is(foreign.code, 'verification_token_expired');
  t.is((await complete(mine, token, { username: `x${mine}` })).status, 201);
  t.is((await complete(mine, token)).code, 'verification_token_expired');
});

test.serial('P-093: a refresh that is raced gives one successor, not several', async (t) => {
  const { refresh } = await registered(t);
  const answers = await Promise.all(Array.from({ length: 8 }, () => refreshWith(refresh)));
  const successors = answers.flatMap(({ status, data }) =>
    status === 200 ? [String(data.refresh_token)] : [],
  );
  t.true(successors.length >= 1);
  t.is(new Set(successors).size, 1, 'whoever was heard got the same one');
  const next = await refreshWith(successors[0] ?? '');
  t.is(next.status, 200);
  await forgetLimits();
  t.is((await refreshWith(refresh)).code, 'invalid_refresh_token', 'its answer had arrived');
  const last = String(next.data.refresh_token);
  t.is((await refreshWith(last)).code, 'invalid_refresh_token', 'the thief is out, too');
});

test.serial('P-093: a token of one kind is none of another kind', async (t) => {
  const { call } = network();
  const { caller, refresh } = await registered(t);
  const asAccess = { ...caller, token: refresh };
  t.is((await call(asAccess, 'GET /api/users/wallet')).status, 401);
  t.is((await refreshWith(caller.token ?? '')).code, 'invalid_refresh_token');
  for (const door of ['POST /api/partners/auth/refresh', 'POST /api/admin/refresh'] as const) {
    const answer = await call(null, door, { body: { refresh_token: refresh } });
    t.is(answer.code, 'invalid_refresh_token', door);
  }
  t.is((await refreshWith(refresh)).status, 200, 'at its own door it is still good');
});

test.serial('a token that was shown again after signing out is dead everywhere', async (t) => {
  const { call } = network();
  const { caller, refresh } = await registered(t);
  t.is((await call(caller, 'GET /api/users/wallet')).status, 200);
  t.is((await call(caller, 'POST /api/auth/logout', { body: {} })).status, 200);
  for (const path of ['GET /api/users/wallet', 'GET /api/auth/me'] as const) {
    t.is((await call(caller, path)).status, 401, path);
  }
  t.is((await refreshWith(refresh)).code, 'invalid_refresh_token');
});
