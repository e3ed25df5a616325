import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createTokens, type TokenSettings } from '../../../adapters/http/tokens.js';
import { instant, toMs } from '../../../domain/shared/instant.js';
import type { IdentifiedPrincipal } from '../../../ports/http/principal.js';
import { createTestClock } from '../../support/test-clock.js';

const settings: TokenSettings = {
  issuer: 'powerbank',
  audience: 'powerbank-api',
  ttlSeconds: 900,
  secret: 'the first secret, of more than 32 bytes',
  previousSecret: null,
};
const maya: IdentifiedPrincipal = {
  kind: 'user',
  id: 'u-1',
  roles: ['user', 'franchise'],
  sessionId: '0192e4a0-7c1e-7000-8000-000000000001',
};
const newId = () => 'token-1';

test('a token that was issued names its holder until it expires', async (t) => {
  const clock = createTestClock();
  const tokens = createTokens(settings, { clock, newId });
  const { accessToken, expiresInSeconds } = await tokens.issueToken(maya);
  t.is(expiresInSeconds, 900);
  clock.advance({ seconds: 899 });
  const verified = { principal: maya, issuedAt: instant('2026-11-22T06:00:00Z') };
  t.deepEqual(await tokens.verifyToken(accessToken), E.right(verified));
  t.deepEqual(await tokens.verifyToken(accessToken), E.right(verified), 'remembered');
  t.true(E.isLeft(await tokens.verifyToken(`${accessToken.slice(0, -3)}AAA`)), 'to the letter');
  clock.advance({ seconds: 1 });
  t.true(E.isLeft(await tokens.verifyToken(accessToken)));
});

test('a token of another issuer, audience or secret is none of ours', async (t) => {
  const clock = createTestClock();
  const tokens = createTokens(settings, { clock, newId });
  const others = [
    { ...settings, issuer: 'other' },
    { ...settings, audience: 'other' },
    { ...settings, secret: 'some other secret of more than 32 bytes' },
  ];
  for (const other of others) {
    const { accessToken } = await createTokens(other, { clock, newId }).issueToken(maya);
    t.true(E.isLeft(await tokens.verifyToken(accessToken)));
  }
});

test('algorithm, type and claims are pinned, even when the signature is right', async (t) => {
  const clock = createTestClock();
  const tokens = createTokens(settings, { clock, newId });
  const { accessToken } = await tokens.issueToken(maya);
  const [head = ''] = accessToken.split('.');
  const header: { kid: string } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const sign = (claims: object, { typ = 'at+jwt', alg = 'HS256' } = {}) =>
    new SignJWT({ kind: 'user', roles: ['user'], sid: null, ...claims })
      .setProtectedHeader({ alg, typ, kid: header.kid })
      .setIssuer('powerbank')
      .setAudience('powerbank-api')
      .setSubject('u-1')
      .setJti('t')
      .setIssuedAt(new Date(toMs(clock.now())))
      .setExpirationTime(new Date(toMs(clock.now()) + 60_000))
      .sign(new TextEncoder().encode(settings.secret));
  t.true(E.isRight(await tokens.verifyToken(await sign({}))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({}, { typ: 'JWT' }))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({}, { alg: 'HS512' }))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({ roles: ['emperor'] }))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({ kind: 'god' }))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({ sid: 'all of them' }))));
  t.true(E.isLeft(await tokens.verifyToken(await sign({ sid: undefined }))));
  const unsigned = new UnsecuredJWT({ kind: 'user', roles: ['user'] }).encode();
  t.true(E.isLeft(await tokens.verifyToken(unsigned)));
  t.true(E.isLeft(await tokens.verifyToken('no token at all')));
});

test('after a change of the secret, tokens of the previous one live on', async (t) => {
  const clock = createTestClock();
  const { accessToken } = await createTokens(settings, { clock, newId }).issueToken(maya);
  const secret = 'the second secret, of more than 32 bytes';
  const changed = { ...settings, secret, previousSecret: settings.secret };
  const tokens = createTokens(changed, { clock, newId });
  t.true(E.isRight(await tokens.verifyToken(accessToken)));
  const after = createTokens({ ...changed, previousSecret: null }, { clock, newId });
  t.true(E.isLeft(await after.verifyToken(accessToken)));
});

test('a secret that is too short is refused at start-up', (t) => {
  const open = () =>
    createTokens({ ...settings, secret: 'short' }, { clock: createTestClock(), newId });
  t.throws(open, { message: /at least 32 bytes/ });
});

test('a token that would outlive its revocation is refused at start-up', (t) => {
  const lasting = (ttlSeconds: number) => () =>
    createTokens({ ...settings, ttlSeconds }, { clock: createTestClock(), newId });
  t.notThrows(lasting(86_400));
  t.throws(lasting(86_401), { message: /at most/ });
});

test('a token that an operator asked for has no session', async (t) => {
  const tokens = createTokens(settings, { clock: createTestClock(), newId });
  const operator = { ...maya, sessionId: null };
  const verified = await tokens.verifyToken((await tokens.issueToken(operator)).accessToken);
  t.deepEqual(E.isRight(verified) && verified.right.principal, operator);
});
