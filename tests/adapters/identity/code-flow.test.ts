import test from 'ava';
import { isRecord } from '../../../ports/http/json.js';
import { maya, nonce, openGround, refusalOf, webClient } from './support.js';

const codeVerifier = 'a verifier of at least forty-three characters';
const state = 'the-state';

type Opened = Awaited<ReturnType<typeof openGround>>;

/** Somebody goes to the page and comes back: with what, and how. */
const visit = async ({ identities }: Pick<Opened, 'identities'>, name: 'google' | 'apple') => {
  const page = identities.pageFor(name, { state, nonce, codeVerifier }) ?? '';
  const answer = await fetch(page, { redirect: 'manual' });
  const text = await answer.text();
  const location = answer.headers.get('location');
  const fields =
    location === null
      ? Object.fromEntries(
          [...text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, key, value]) => [key, value]),
        )
      : Object.fromEntries(new URL(location).searchParams);
  return { page: new URL(page), status: answer.status, location, fields, text };
};

const codeIn = (fields: unknown): string => String(isRecord(fields) ? fields.code : '');

for (const name of ['google', 'apple'] as const) {
  test(`${name}: a code from its page is exchanged for an identity, once`, async (t) => {
    const ground = await openGround(t, { name });
    ground.provider.sits(maya);
    const { fields } = await visit(ground, name);
    t.like(fields, { state });
    const shown = { code: codeIn(fields), codeVerifier, nonce };
    t.like(await ground.identities.redeem(name, shown), {
      kind: 'identified',
      identity: { provider: name, subject: '1081', vouchedEmail: 'maya@gmail.com' },
    });
    t.is(refusalOf(await ground.identities.redeem(name, shown)), 'invalid_grant');
  });

  test(`${name}: a code without its verifier is of no use (PKCE)`, async (t) => {
    const ground = await openGround(t, { name });
    ground.provider.sits(maya);
    const code = codeIn((await visit(ground, name)).fields);
    const stolen = { code, codeVerifier: `${codeVerifier}, guessed`, nonce };
    t.is(refusalOf(await ground.identities.redeem(name, stolen)), 'invalid_grant');
  });

  test(`${name}: the token behind a code must be of the same visit`, async (t) => {
    const ground = await openGround(t, { name });
    ground.provider.sits(maya);
    const code = codeIn((await visit(ground, name)).fields);
    const other = { code, codeVerifier, nonce: 'of-another-visit' };
    t.is(refusalOf(await ground.identities.redeem(name, other)), 'another nonce');
  });
}

test('the page is told who asks, for what, and where to send the browser', async (t) => {
  const google = await openGround(t);
  google.provider.sits(maya);
  const { page, location } = await visit(google, 'google');
  t.is(page.searchParams.get('scope'), 'openid email');
  t.false(page.href.includes(encodeURIComponent(codeVerifier)), 'the verifier stays with us');
  t.true(location?.startsWith('https://api.example/api/auth/google/callback?') ?? false);
  const apple = await openGround(t, { name: 'apple' });
  apple.provider.sits(maya);
  const posted = await visit(apple, 'apple');
  t.is(posted.page.searchParams.get('response_mode'), 'form_post');
  t.regex(posted.text, /method="post" action="https:\/\/api\.example\/api\/auth\/apple\/callback"/);
});

test('a token that a code is exchanged for must be for the web, and good in all else', async (t) => {
  const ground = await openGround(t);
  const { provider, identities } = ground;
  provider.sits(maya);
  const redeem = async () => {
    const code = codeIn((await visit(ground, 'google')).fields);
    return identities.redeem('google', { code, codeVerifier, nonce });
  };
  provider.changeTokens({ claims: { aud: 'app.client' } });
  t.regex(refusalOf(await redeem()), /aud/);
  provider.changeTokens({ foreignKey: true });
  t.regex(refusalOf(await redeem()), /SIGNATURE/);
  provider.changeTokens({});
  t.is((await redeem()).kind, 'identified');
});

test('whatever goes wrong at the token endpoint, nobody is let in or blamed for it', async (t) => {
  const ground = await openGround(t, { answerMs: 1_000 });
  const { provider, identities } = ground;
  provider.sits(maya);
  const troubles = [
    { kind: 'answer', status: 500, body: 'oops' },
    { kind: 'answer', status: 429, body: '{"error":"slow_down"}' },
    { kind: 'answer', status: 302, body: '' },
    { kind: 'answer', status: 200, body: '<html>' },
    { kind: 'answer', status: 200, body: '{"access_token":"x"}' },
    { kind: 'answer', status: 200, body: JSON.stringify({ id_token: 'x'.repeat(100_000) }) },
    { kind: 'hangUp' },
    { kind: 'silence' },
  ] as const;
  for (const trouble of troubles) {
    const code = codeIn((await visit(ground, 'google')).fields);
    provider.trouble('token', trouble);
    const found = await identities.redeem('google', { code, codeVerifier, nonce });
    t.is(found.kind, 'unavailable', JSON.stringify(trouble).slice(0, 60));
  }
});

test('a secret that is not right is our trouble, and told to operators', async (t) => {
  const secret = { kind: 'text', secret: 'an old secret' } as const;
  const redirectUrl = 'https://api.example/api/auth/google/callback';
  const ground = await openGround(t, { wrong: { web: { redirectUrl, secret } } });
  ground.provider.sits(maya);
  const code = codeIn((await visit(ground, 'google')).fields);
  const found = await ground.identities.redeem('google', { code, codeVerifier, nonce });
  t.deepEqual(found, { kind: 'unavailable', why: 'invalid_client' });
  const written = JSON.stringify(ground.log.lines);
  t.regex(written, /invalid_client/);
  t.false(written.includes('an old secret'));
});

test('what an error answer says is repeated only when it is a word of the protocol', async (t) => {
  const ground = await openGround(t);
  ground.provider.sits(maya);
  const code = codeIn((await visit(ground, 'google')).fields);
  const body = JSON.stringify({ error: `the code ${code} of maya@gmail.com` });
  ground.provider.trouble('token', { kind: 'answer', status: 400, body });
  const found = await ground.identities.redeem('google', { code, codeVerifier, nonce });
  t.deepEqual(found, { kind: 'unavailable', why: 'status 400' });
});

test('without a web client browsers are not sent anywhere, and apps come in', async (t) => {
  const { identities, provider, check } = await openGround(t, { wrong: { web: null } });
  t.deepEqual(identities.offers('google'), { apps: true, browsers: false });
  t.is(identities.pageFor('google', { state, nonce, codeVerifier }), null);
  const token = await provider.tokenFor(maya, { clientId: webClient, nonce });
  t.is((await check(token)).kind, 'identified');
});
