import { createHash, randomUUID } from 'node:crypto';
import test from 'ava';
import { externalIdentityClaimId, identifierClaimId } from '../../domain/claim/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { isRecord } from '../../ports/http/json.js';
import { testContext } from '../support/house.js';
import type { Person } from '../support/identity-provider-desk.js';
import type { Caller } from '../support/openapi-client.js';
import { whereFound } from '../support/plain-text-search.js';
import { signingIn, someNumber } from '../support/signing-in.js';
import {
  appAddress,
  appClientOf,
  site,
  socialNetworkOfThisFile,
  somePerson,
} from '../support/social.js';

const social = socialNetworkOfThisFile();
const { network, providers, newBrowser, nonceFor, show, signInByApp, signInByBrowser } = social;
const { registered } = signingIn(network);

type Data = Readonly<Record<string, unknown>>;

const callerOf = ({ user_id, access_token }: Data): Caller => ({
  id: String(user_id),
  roles: ['user'],
  token: String(access_token),
});

const meOf = async (data: Data): Promise<Data> => {
  const last = await network().store.lastPosition();
  const options = last === null ? {} : { minPosition: String(last) };
  return (await network().call(callerOf(data), 'GET /api/auth/me', options)).data;
};

const pointsOf = async ({ user_id }: Data): Promise<number> => {
  await network().settled();
  return (await network().handlers.points.load(String(user_id))).state.balance;
};

const changeStatus = async ({ user_id }: Data, status: 'BANNED' | 'INACTIVE'): Promise<void> => {
  const { handlers, clock } = network();
  const id = brandOrThrow(UserId, String(user_id));
  const wish = { type: 'ChangeUserStatus', status, reason: 'a test', at: clock.now() } as const;
  await handlers.user.execute(id, wish, testContext());
};

for (const provider of ['google', 'apple'] as const) {
  test.serial(
    `AUTH-8: ${provider} in a browser registers who is new, and knows them again`,
    async (t) => {
      const person = somePerson();
      const first = await signInByBrowser(t, provider, person);
      t.like(first, { flow: 'REGISTER', token_type: 'Bearer', referral: null });
      const me = await meOf(first);
      t.is(me.email, person.email);
      t.regex(String(me.username), /^user-[0-9a-f]{12}$/);
      t.is(await pointsOf(first), 50, 'SOCIAL_SIGNUP');
      const again = await signInByBrowser(t, provider, person);
      t.like(again, { flow: 'LOGIN', user_id: first.user_id });
      t.is(await pointsOf(again), 50, 'P-096: once');
    },
  );

  test.serial(`AUTH-8: an app shows the token that ${provider} gave the phone`, async (t) => {
    const person = somePerson();
    const first = await signInByApp(provider, person);
    t.is(first.status, 201, first.text);
    t.is((await meOf(first.data)).email, person.email);
    const again = await signInByApp(provider, person);
    t.is(again.status, 200);
    t.is(again.data.user_id, first.data.user_id);
    const browser = await signInByBrowser(t, provider, person);
    t.is(browser.user_id, first.data.user_id, 'the same account by either way');
  });
}

test.serial('an app on a system of Apple may send the hash of the nonce', async (t) => {
  const nonce = await nonceFor('apple');
  const hashed = createHash('sha256').update(nonce).digest('hex');
  const target = { clientId: appClientOf('apple'), nonce: hashed };
  const id_token = await providers().apple.tokenFor(somePerson(), target);
  t.is((await show('apple', { id_token, nonce })).status, 201);
});

test.serial('AUTH-8: an address that the provider answers for finds its account', async (t) => {
  const person = somePerson();
  const email = String(person.email);
  const { answer } = await registered(t, email);
  const linked = await signInByApp('google', { ...person, email: email.toUpperCase() });
  t.like(linked.data, { flow: 'LOGIN', user_id: answer.data.user_id });
  t.is(await pointsOf(linked.data), 50, 'for the sign-up by code, and nothing for the link');
  const stream = `user-${String(answer.data.user_id)}`;
  t.is((await network().eventsOf(stream, 'ExternalIdentityLinked')).length, 1);
  const apple = await signInByApp('apple', { ...person, sub: 'the same person at Apple' });
  t.is(apple.data.user_id, answer.data.user_id);
});

test.serial(
  'AUTH-8: once linked, the id of the provider counts, whatever the address is',
  async (t) => {
    const person = somePerson();
    const first = await signInByApp('google', person);
    const moved = await signInByApp('google', { ...person, email: 'moved-away@gmail.com' });
    t.is(moved.data.user_id, first.data.user_id);
    t.is((await meOf(moved.data)).email, person.email, 'AUTH-10: what is set stays');
    const heir = await signInByApp('google', { ...person, sub: 'whoever has the address now' });
    t.is(heir.code, 'external_identity_immutable');
  },
);

const unvouched = [
  ['is not verified', { emailVerified: false }],
  ['is hosted elsewhere', { email: 'someone@post.example' }],
] as const;
for (const [what, change] of unvouched) {
  test.serial(`AUTH-8: an address that ${what} opens nobody's account`, async (t) => {
    const person = somePerson(change);
    const email = String(person.email);
    const { answer } = await registered(t, email);
    const other = await signInByApp('google', person);
    t.is(other.status, 201);
    t.not(other.data.user_id, answer.data.user_id);
    t.is((await meOf(other.data)).email, null, 'nor is it taken for the new one');
  });
}

test.serial('AUTH-8: whoever came without an address may come again', async (t) => {
  const nobody = somePerson({ email: null });
  const first = await signInByApp('apple', nobody);
  t.is(first.status, 201);
  t.is((await signInByApp('apple', nobody)).data.user_id, first.data.user_id);
});

test.serial('who registered by a provider signs in by code as well', async (t) => {
  const person = somePerson();
  const first = await signInByApp('google', person);
  const { answer } = await registered(t, String(person.email));
  t.like(answer.data, { flow: 'LOGIN', user_id: first.data.user_id });
});

test.serial(
  'an app that sent a browser fetches the tokens with the text behind its challenge',
  async (t) => {
    const verifier = 'a text of the app, of forty-three or more signs';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    providers().google.sits(somePerson());
    const address = new URL(`${site}/api/auth/google/login`);
    address.searchParams.set('return_to', appAddress);
    address.searchParams.set('code_challenge', challenge);
    const landing = await newBrowser().open(address.href, (url) => url.startsWith(appAddress));
    const next = new URL(landing.next?.url ?? '');
    t.deepEqual([...next.searchParams.keys()], ['code'], 'no token is in an address');
    const code = next.searchParams.get('code') ?? '';
    const query = new URLSearchParams({ code, code_verifier: verifier });
    const answer = await network().call(null, `GET /api/auth/social/success?${query}`);
    t.like(answer.data, { flow: 'REGISTER' });
    t.regex(answer.headers.get('x-position') ?? '', /^\d+$/);
  },
);

test.serial('a referral code comes along by either way (P-099)', async (t) => {
  const inviter = await registered(t, someNumber());
  const code = String(inviter.answer.data.referral_code);
  const invited = await signInByApp('google', somePerson(), { referral_code: code });
  t.deepEqual(invited.data.referral, { accepted: true, code: null });
  providers().apple.sits(somePerson());
  const lost = await newBrowser().open(`${site}/api/auth/apple/login?referral_code=REFZZZZZZ`);
  const { data } = lost.json;
  t.deepEqual(isRecord(data) ? data.referral : null, {
    accepted: false,
    code: 'invalid_referral_code',
  });
});

test.serial('somebody who says no at the provider is told so', async (t) => {
  for (const provider of ['google', 'apple'] as const) {
    providers()[provider].sits(null);
    const landing = await newBrowser().open(`${site}/api/auth/${provider}/login`);
    t.is(new URL(landing.url).pathname, '/api/auth/social/error');
    t.is(landing.json.code, 'sign_in_cancelled');
  }
});

test.serial('P-092: a banned user comes in by no provider, and is linked with none', async (t) => {
  const person = somePerson();
  const first = await signInByApp('google', person);
  await changeStatus(first.data, 'BANNED');
  t.is((await signInByApp('google', person)).code, 'user_invalid');
  const byAddress = await signInByApp('apple', { ...person, sub: 'the banned one at Apple' });
  t.is(byAddress.code, 'user_invalid');
  const { state } = await network().handlers.user.load(String(first.data.user_id));
  t.deepEqual(Object.keys(state?.externals ?? {}), ['google']);
  providers().google.sits(person);
  const landing = await newBrowser().open(`${site}/api/auth/google/login`);
  t.is(landing.json.code, 'user_invalid');
});

test.serial('P-092: banned between the provider and the tokens is banned', async (t) => {
  const person = somePerson();
  const first = await signInByApp('google', person);
  providers().google.sits(person);
  const browser = newBrowser();
  const isSuccess = (url: string): boolean => url.includes('/social/success');
  const landing = await browser.open(`${site}/api/auth/google/login`, isSuccess);
  await changeStatus(first.data, 'BANNED');
  if (landing.next === null) throw new Error('nothing comes next');
  t.is((await browser.go(landing.next)).json.code, 'user_invalid');
  await network().settled();
  const open = await network().database.query(
    'SELECT session_id FROM account.sessions WHERE holder_id = $1 AND revoked_at IS NULL',
    [String(first.data.user_id)],
  );
  t.deepEqual(open, []);
});

test.serial('P-098: who was away for long comes back by a provider', async (t) => {
  const person = somePerson();
  const first = await signInByApp('google', person);
  await changeStatus(first.data, 'INACTIVE');
  await network().settled();
  t.is((await signInByApp('google', person)).status, 200);
});

test.serial('AUTH-11: after a deletion the same person is somebody new', async (t) => {
  const person = somePerson();
  const first = await signInByApp('google', person);
  const gone = await network().call(callerOf(first.data), 'DELETE /api/auth/account');
  t.is(gone.status, 204);
  await network().settled();
  const anew = await signInByApp('google', person);
  t.is(anew.status, 201, anew.text);
  t.not(anew.data.user_id, first.data.user_id);
});

test.serial('of many sign-ins of somebody new at once, one account comes', async (t) => {
  const person = somePerson();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      signInByApp('google', { ...person, email: index % 2 === 0 ? person.email : null }),
    ),
  );
  for (const answer of answers) t.true(answer.status < 300, answer.text);
  t.is(new Set(answers.map(({ data }) => data.user_id)).size, 1);
  const stream = `user-${String(answers[0]?.data.user_id)}`;
  for (const type of ['UserRegistered', 'ExternalIdentityLinked', 'UsernameChosen']) {
    t.is((await network().eventsOf(stream, type)).length, 1, type);
  }
  t.is(await pointsOf(answers[0]?.data ?? {}), 50);
});

/** The claim of a person at Google, and how it is known. */
const claimOf = (person: Person) => {
  const index = network().desk.blindIndex.of('external', `google:${person.sub}`);
  return { index, id: externalIdentityClaimId('google', index) };
};

/** As a sign-in leaves it that broke off right after its first append. */
const claimFor = async (person: Person, bearer: string): Promise<void> => {
  const { handlers, clock } = network();
  const wish = { type: 'ClaimName', bearer, at: clock.now() } as const;
  await handlers.claim.execute(claimOf(person).id, wish, testContext());
};

test.serial('a registration that broke off goes on with the next try', async (t) => {
  const person = somePerson();
  await claimFor(person, 'somebody-who-never-registered');
  const answer = await signInByApp('google', person);
  t.is(answer.status, 201, answer.text);
  t.is(answer.data.user_id, 'somebody-who-never-registered');
});

test.serial('a link that broke off is made up for, and not believed before', async (t) => {
  const person = somePerson({ email: null });
  const { answer } = await registered(t, someNumber());
  const userId = String(answer.data.user_id);
  await claimFor(person, userId);
  t.is((await signInByApp('google', person)).data.user_id, userId);
  const { state } = await network().handlers.user.load(userId);
  t.is(state?.externals.google, claimOf(person).index);
  const another = somePerson({ email: null });
  await claimFor(another, userId);
  const refused = await signInByApp('google', another);
  t.is(refused.code, 'external_identity_immutable');
});

test.serial('a claim that a deleted account left behind keeps nobody out', async (t) => {
  const person = somePerson({ email: null });
  const { caller } = await registered(t, someNumber());
  t.is((await network().call(caller, 'DELETE /api/auth/account')).status, 204);
  await network().settled();
  await claimFor(person, caller.id);
  const answer = await signInByApp('google', person);
  t.is(answer.status, 201, answer.text);
  t.not(answer.data.user_id, caller.id);
});

test.serial('nor does an address that was never quite that of who left', async (t) => {
  const { call, settled, handlers, desk, clock } = network();
  const { caller } = await registered(t, someNumber());
  t.is((await call(caller, 'DELETE /api/auth/account')).status, 204);
  await settled();
  const email = 'who-comes-after@gmail.com';
  const wish = { type: 'ClaimName', bearer: caller.id, at: clock.now() } as const;
  const id = identifierClaimId(desk.blindIndex.of('identifier', email));
  await handlers.claim.execute(id, wish, testContext());
  const answer = await signInByApp('google', somePerson({ email }));
  t.is(answer.status, 201, answer.text);
  t.is((await meOf(answer.data)).email, email);
});

test.serial('no id, address or secret of a sign-in is kept in plain (P-121)', async (t) => {
  const mark = randomUUID();
  const person = somePerson({ sub: `g-${mark}`, email: `whisper-${mark}@gmail.com` });
  const browser = await signInByBrowser(t, 'google', person);
  const nonce = await nonceFor('apple');
  await signInByApp('apple', { ...person, sub: `a-${mark}` });
  const { database, store, log } = network();
  const words = [mark, nonce, String(browser.access_token), String(browser.refresh_token)];
  const found = await whereFound(words, [
    { kind: 'database', database },
    { kind: 'events', store },
    { kind: 'texts', name: 'the log', texts: log.lines.map((line) => JSON.stringify(line)) },
  ]);
  t.deepEqual(found, []);
});
