import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { SignJWT } from 'jose';
import { createTokens, type TokenSettings } from '../../adapters/http/tokens.js';
import { toMs } from '../../domain/shared/instant.js';
import { users } from '../../ports/http/access.js';
import { routeMaker } from '../../ports/http/route.js';
import { startServer } from '../support/http-server.js';
import { headOf, sendRaw } from '../support/raw-http.js';
import { createTestClock } from '../support/test-clock.js';

const settings: TokenSettings = {
  issuer: 'powerbank',
  audience: 'powerbank-api',
  ttlSeconds: 900,
  secret: 'the secret that only the program knows, of some length',
  previousSecret: 'the secret before that one, of some length as well',
};

const Who = t.strict({ id: t.string }, 'Who');

const readOwn = routeMaker({ readOwn: users })({
  operation: 'readOwn',
  method: 'GET',
  path: '/api/own',
  summary: 'own data',
  tag: 'Test',
  responses: { 200: Who },
  handler: async ({ principal }, answer) => answer(200, { id: principal.id }),
});

type Parts = Readonly<Record<string, unknown>>;

const written = (part: Parts): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token put together by hand, with a signature that is right for the secret and hash named. */
const forged = (
  header: Parts,
  claims: Parts,
  { secret, hash = 'sha256' }: { readonly secret: string; readonly hash?: string },
): string => {
  const body = `${written(header)}.${written(claims)}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
};

const opened = async (t: ExecutionContext) => {
  const clock = createTestClock();
  const tokens = createTokens(settings, { clock, newId: randomUUID });
  const server = await startServer(t, { routes: [readOwn], tokens, clock });
  const holder = { kind: 'user', id: 'u-1', roles: ['user'], sessionId: null } as const;
  const { accessToken } = await tokens.issueToken(holder);
  const [head = '', payload = ''] = accessToken.split('.');
  const header: Parts = JSON.parse(Buffer.from(head, 'base64url').toString());
  const claims: Parts = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const statusOf = async (token: string) =>
    (await server.send('/api/own', { headers: { authorization: `Bearer ${token}` } })).status;
  const refused = async (token: string, why: string): Promise<void> => {
    t.is(await statusOf(token), 401, why);
  };
  const nowSeconds = toMs(clock.now()) / 1_000;
  return { server, clock, accessToken, header, claims, statusOf, refused, nowSeconds };
};

test('the token that all others here are made from is good', async (t) => {
  const { accessToken, header, claims, statusOf } = await opened(t);
  t.is(await statusOf(accessToken), 200);
  t.is(await statusOf(forged(header, claims, settings)), 200, 'and so is the way to make one');
});

test('no algorithm but ours is taken, whatever a token says of itself', async (t) => {
  const { header, claims, refused } = await opened(t);
  const unsigned = (alg: string) => `${written({ ...header, alg })}.${written(claims)}.`;
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) await refused(unsigned(alg), alg);
  const longer = { HS384: 'sha384', HS512: 'sha512' };
  for (const [alg, hash] of Object.entries(longer)) {
    await refused(forged({ ...header, alg }, claims, { ...settings, hash }), alg);
  }
  // The secret is right, and the name of the algorithm is not.
  for (const alg of ['RS256', 'ES256', 'EdDSA', 'hs256', 'HS256 ', null, ['HS256'], 256]) {
    await refused(forged({ ...header, alg }, claims, settings), String(alg));
  }
});

test('a key of somebody else is none, public or private, named or brought along', async (t) => {
  const { header, claims, refused } = await opened(t);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const signed = await new SignJWT(claims)
    .setProtectedHeader({ ...header, alg: 'RS256' })
    .sign(privateKey);
  await refused(signed, 'RS256 with our key id');
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await refused(forged(header, claims, { secret: pem }), 'HS256 with a public key as secret');
  const oct = { kty: 'oct', k: Buffer.from('mine').toString('base64url') };
  const brought = [
    { jwk: oct },
    { jwk: publicKey.export({ format: 'jwk' }) },
    { jku: 'https://keys.example/jwks.json' },
    { x5u: 'https://keys.example/chain.pem' },
    { x5c: ['bWluZQ=='] },
  ];
  for (const more of brought) {
    const token = forged({ ...header, ...more }, claims, { secret: 'mine' });
    await refused(token, Object.keys(more).join());
  }
});

test('the id of a key picks one of ours or none', async (t) => {
  const { header, claims, refused } = await opened(t);
  const kids = [
    '../../../../dev/null',
    '/dev/null',
    "x' UNION SELECT 'mine' --",
    '__proto__',
    'constructor',
    '',
    '0',
    null,
    0,
    {},
    ['a'],
  ];
  for (const kid of kids) {
    for (const secret of ['mine', settings.secret]) {
      await refused(forged({ ...header, kid }, claims, { secret }), JSON.stringify(kid));
    }
  }
  await refused(forged(header, claims, { secret: '' }), 'an empty secret');
  const { kid: _, ...nameless } = header;
  await refused(forged(nameless, claims, settings), 'no key id');
});

test('a token that was made for something else is none of ours', async (t) => {
  const { header, claims, refused } = await opened(t);
  for (const typ of ['JWT', 'at+jwt;x', 'application/jwt', 'refresh+jwt', '', null]) {
    await refused(forged({ ...header, typ }, claims, settings), `typ ${typ}`);
  }
  await refused(forged({ ...header, crit: ['exp'] }, claims, settings), 'crit');
  await refused(forged({ ...header, crit: ['x'], x: 1 }, claims, settings), 'unknown crit');
  for (const iss of ['other', '', null, ['powerbank'], undefined]) {
    await refused(forged(header, { ...claims, iss }, settings), `iss ${String(iss)}`);
  }
  for (const aud of ['other', '', null, ['other'], undefined]) {
    await refused(forged(header, { ...claims, aud }, settings), `aud ${String(aud)}`);
  }
});

test('a token counts from when it says until when it says', async (t) => {
  const { clock, accessToken, header, claims, refused, statusOf, nowSeconds } = await opened(t);
  const sign = (change: Parts) => forged(header, { ...claims, ...change }, settings);
  await refused(sign({ nbf: nowSeconds + 60 }), 'not yet valid');
  for (const exp of [undefined, null, nowSeconds, nowSeconds - 1, '9999999999', -1, 0]) {
    await refused(sign({ exp }), `exp ${exp}`);
  }
  for (const iat of [undefined, null, 'now']) await refused(sign({ iat }), `iat ${iat}`);
  clock.advance({ seconds: 899 });
  t.is(await statusOf(accessToken), 200);
  clock.advance({ seconds: 1 });
  await refused(accessToken, 'expired');
});

test('a token that was touched anywhere is none', async (t) => {
  const { accessToken, header, claims, refused } = await opened(t);
  const [head = '', payload = '', signature = ''] = accessToken.split('.');
  const promoted = written({ ...claims, roles: ['user', 'super_admin'], kind: 'staff' });
  await refused(`${head}.${promoted}.${signature}`, 'other claims');
  await refused(`${head}.${payload}.`, 'no signature');
  await refused(`${head}.${payload}`, 'two parts');
  await refused(`${head}.${payload}.${signature}.${signature}`, 'four parts');
  await refused(`${accessToken}=`, 'padded');
  await refused(`${head}.${payload}.${signature.slice(0, -2)}`, 'a shorter signature');
  await refused(`${head}.${payload}.${signature}AAAA`, 'a longer signature');
  await refused(accessToken.toLowerCase(), 'lower case');
  await refused(`${written({ ...header, b64: false })}.${payload}.${signature}`, 'unencoded');
  await refused('.'.repeat(3), 'points only');
  await refused(forged(header, claims, { secret: settings.secret.slice(1) }), 'nearly the secret');
});

test('a token is shown in its header, once', async (t) => {
  const { server, accessToken } = await opened(t);
  const { port } = server;
  const statusWith = async (path: string, headers: Readonly<Record<string, string>>) =>
    /^HTTP\/1\.1 (\d+)/.exec(
      await sendRaw(port, headOf(`GET ${path}`, { ...headers, Connection: 'close' })),
    )?.[1];
  const good = `Bearer ${accessToken}`;
  t.is(await statusWith('/api/own', { Authorization: good }), '200');
  t.is(await statusWith(`/api/own?access_token=${accessToken}`, {}), '401');
  t.is(await statusWith('/api/own', { Cookie: `access_token=${accessToken}` }), '401');
  t.is(await statusWith('/api/own', { 'X-Authorization': good }), '401');
  t.is(await statusWith('/api/own', { Authorization: accessToken }), '401');
  t.is(await statusWith('/api/own', { Authorization: `Basic ${accessToken}` }), '401');
  t.is(await statusWith('/api/own', { Authorization: `${good}, ${good}` }), '401');
  t.is(await statusWith('/api/own', { Authorization: `${good} x` }), '401');
  t.is(await statusWith('/api/own', { Authorization: `Bearer ${'a'.repeat(8_000)}` }), '401');
  const twice = { Authorization: 'Bearer none', authorization: good };
  t.is(await statusWith('/api/own', twice), '401', 'of two headers the first is the one');
});
