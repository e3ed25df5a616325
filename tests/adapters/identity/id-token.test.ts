import { createHash } from 'node:crypto';
import test from 'ava';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { appClient, maya, nonce, openGround, refusalOf, webClient } from './support.js';

const target = { clientId: appClient, nonce };

test('a token of the provider for one of our apps tells who it is', async (t) => {
  const { provider, check } = await openGround(t);
  for (const clientId of [appClient, webClient]) {
    const token = await provider.tokenFor(maya, { clientId, nonce });
    const identity = { provider: 'google', subject: '1081', vouchedEmail: 'maya@gmail.com' };
    t.deepEqual(await check(token), { kind: 'identified', identity });
  }
});

test('Google names itself with and without the scheme', async (t) => {
  const { provider, check } = await openGround(t);
  const iss = provider.places.issuer.replace('http://', '');
  const token = await provider.tokenFor(maya, target, { claims: { iss } });
  t.is((await check(token)).kind, 'identified');
});

const seconds = 1_795_327_200; // 2026-11-22T06:00:00Z, where the clocks stand

const wrongClaims = [
  ['for another app', { aud: 'somebody.else' }, /CLAIM_VALIDATION_FAILED aud/],
  ['for several apps', { aud: [appClient, 'somebody.else'] }, /shape/],
  ['by another issuer', { iss: 'https://accounts.google.com.evil' }, /FAILED iss/],
  ['of the other provider', { iss: 'https://appleid.apple.com' }, /FAILED iss/],
  ['that has expired', { iat: seconds - 3_000, exp: seconds - 61 }, /EXPIRED exp/],
  ['that is not valid yet', { nbf: seconds + 61 }, /FAILED nbf/],
  ['from the future', { iat: seconds + 61 }, /FAILED iat/],
  ['that is old, whatever it says', { iat: seconds - 3_661, exp: seconds + 99 }, /EXPIRED iat/],
  ['without a nonce', { nonce: undefined }, /FAILED nonce/],
  ['with another nonce', { nonce: 'of another sign-in' }, /nonce/],
  ['with a nonce that is no text', { nonce: { is: nonce } }, /shape/],
  ['without a subject', { sub: undefined }, /FAILED sub/],
  ['with an empty subject', { sub: '' }, /shape/],
  ['with a subject of a kilobyte', { sub: 'x'.repeat(1_024) }, /shape/],
] as const;

for (const [what, claims, why] of wrongClaims) {
  test(`a token ${what} is refused`, async (t) => {
    const { provider, check } = await openGround(t);
    const token = await provider.tokenFor(maya, target, { claims });
    t.regex(refusalOf(await check(token)), why);
  });
}

test('clocks may differ by a minute', async (t) => {
  const { provider, check } = await openGround(t);
  const claims = { iat: seconds + 55, nbf: seconds + 55 };
  const token = await provider.tokenFor(maya, target, { claims });
  t.is((await check(token)).kind, 'identified');
});

test('the public key is no secret to sign with (algorithm swap)', async (t) => {
  const { provider, check } = await openGround(t);
  const good = await provider.tokenFor(maya, target);
  const [head = '', body = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const pem = new TextEncoder().encode(await exportSPKI(provider.publicKey()));
  const swapped = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(pem);
  t.is(refusalOf(await check(swapped)), 'ERR_JOSE_ALG_NOT_ALLOWED');
});

test('a token without a signature, or with a broken one, is none', async (t) => {
  const { provider, check } = await openGround(t);
  const good = await provider.tokenFor(maya, target);
  const [head = '', body = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, sub: '1' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const broken = [
    new UnsecuredJWT(claims).encode(),
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${head}.${other}.${signature}`,
    `${head}.${body}.`,
    `${head}.${body}`,
    'x',
    '..',
    'a.b.c.d.e',
  ];
  for (const token of broken) t.truthy(refusalOf(await check(token)), token);
});

test('a key that a token brings along is not asked', async (t) => {
  const { provider, check } = await openGround(t);
  const forged = await provider.tokenFor(maya, target, { foreignKey: true });
  t.is(refusalOf(await check(forged)), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  const jwk = { kty: 'oct', k: Buffer.from('k'.repeat(32)).toString('base64url') };
  const header = { alg: 'HS256', jwk, jku: 'http://127.0.0.1:1/keys' };
  const own = await new SignJWT({ sub: '1', nonce })
    .setProtectedHeader(header)
    .sign(await importJWK(jwk, 'HS256'));
  t.is(refusalOf(await check(own)), 'ERR_JOSE_ALG_NOT_ALLOWED');
});

test('a key that nobody knows is looked for, at most once in the cool-down', async (t) => {
  const { provider, check } = await openGround(t, { keyCooldownMs: 30_000 });
  t.is((await check(await provider.tokenFor(maya, target))).kind, 'identified');
  const strange = await provider.tokenFor(maya, target, { kid: 'nobody-knows' });
  for (let times = 0; times < 5; times += 1) {
    t.is(refusalOf(await check(strange)), 'ERR_JWKS_NO_MATCHING_KEY');
  }
  t.is(provider.keyRequests(), 1, 'the provider is not asked for each forgery');
});

test('a new key is found when it is needed, and the old one counts no more', async (t) => {
  const { provider, check } = await openGround(t);
  const old = await provider.tokenFor(maya, target);
  t.is((await check(old)).kind, 'identified');
  await provider.rotate();
  t.is((await check(await provider.tokenFor(maya, target))).kind, 'identified');
  t.is(refusalOf(await check(old)), 'ERR_JWKS_NO_MATCHING_KEY');
});

test('keys that cannot be had say nothing about the token', async (t) => {
  const { provider, check, log } = await openGround(t, { answerMs: 1_000 });
  const token = await provider.tokenFor(maya, target);
  const troubles = [
    { kind: 'answer', status: 503, body: '' },
    { kind: 'answer', status: 302, body: '' },
    { kind: 'answer', status: 200, body: 'not JSON' },
    { kind: 'answer', status: 200, body: '{"keys":"none"}' },
    { kind: 'answer', status: 200, body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}` },
    { kind: 'hangUp' },
    { kind: 'silence' },
  ] as const;
  for (const trouble of troubles) {
    provider.trouble('keys', trouble);
    t.is((await check(token)).kind, 'unavailable', JSON.stringify(trouble).slice(0, 60));
  }
  t.is((await check(token)).kind, 'identified', 'and when they are back, all is well');
  t.is(log.lines.filter(({ message }) => /cannot be asked/.test(message)).length, troubles.length);
  await provider.stop();
  const other = await openGround(t, { wrong: { keysUrl: provider.places.keysUrl } });
  const refused = await other.check(token);
  // Of a connection that was kept, its end is the news; of a new one, that nobody is there.
  t.true(refused.kind === 'unavailable' && /^(ECONNREFUSED|UND_ERR_SOCKET)$/.test(refused.why));
});

test('Google answers for addresses that it hosts, when it has verified them', async (t) => {
  const { provider, check } = await openGround(t);
  const vouchedFor = async (change: Partial<typeof maya>): Promise<unknown> => {
    const found = await check(await provider.tokenFor({ ...maya, ...change }, target));
    return found.kind === 'identified' ? found.identity.vouchedEmail : found;
  };
  t.is(await vouchedFor({}), 'maya@gmail.com');
  t.is(
    await vouchedFor({ email: 'm@corp.example', hostedDomain: 'corp.example' }),
    'm@corp.example',
  );
  t.is(await vouchedFor({ email: 'm@yahoo.example' }), null, 'once confirmed, long ago');
  t.is(await vouchedFor({ emailVerified: false }), null);
  t.is(await vouchedFor({ email: 'maya@gmail.com.evil.example' }), null);
  t.is(await vouchedFor({ email: 'maya@notgmail.com' }), null);
  t.is(await vouchedFor({ email: null }), null);
  t.is(await vouchedFor({ email: 'no address@gmail.com' }), null);
});

test('only true is verified', async (t) => {
  const { provider, check } = await openGround(t);
  for (const email_verified of [false, 'false', 'yes', 1, null, {}]) {
    const token = await provider.tokenFor(maya, target, { claims: { email_verified } });
    t.like(await check(token), { identity: { vouchedEmail: null } });
  }
});

test('Apple writes truth as text, and apps on its systems hash the nonce', async (t) => {
  const { provider, check } = await openGround(t, { name: 'apple' });
  const hashed = createHash('sha256').update(nonce).digest('hex');
  const relay = { ...maya, email: 'x1@privaterelay.appleid.com' };
  for (const shown of [nonce, hashed]) {
    const token = await provider.tokenFor(relay, { clientId: appClient, nonce: shown });
    t.like(await check(token), { identity: { provider: 'apple', vouchedEmail: relay.email } });
  }
  const unverified = { ...relay, emailVerified: false };
  t.like(await check(await provider.tokenFor(unverified, target)), {
    identity: { vouchedEmail: null },
  });
});

test('Google hashes no nonce, so a hash of it is another one', async (t) => {
  const { provider, check } = await openGround(t);
  const hashed = createHash('sha256').update(nonce).digest('hex');
  const token = await provider.tokenFor(maya, { clientId: appClient, nonce: hashed });
  t.is(refusalOf(await check(token)), 'another nonce');
});

test('a provider that is not configured is not offered', async (t) => {
  const { identities } = await openGround(t);
  t.deepEqual(identities.offers('apple'), { apps: false, browsers: false });
  t.deepEqual(await identities.check('apple', { idToken: 'x', nonce }), { kind: 'unsupported' });
  const visit = { state: 's', nonce, codeVerifier: 'v', code: 'c' };
  t.is(identities.pageFor('apple', visit), null);
  t.deepEqual(await identities.redeem('apple', visit), { kind: 'unsupported' });
});

test('no line of the log holds anything of a token (P-121)', async (t) => {
  const { provider, check, log } = await openGround(t);
  await check(await provider.tokenFor(maya, target, { claims: { aud: 'another' } }));
  const written = JSON.stringify(log.lines);
  t.regex(written, /refused/);
  for (const word of ['1081', 'gmail', nonce, 'another']) t.false(written.includes(word), word);
});
