import { createHash } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import test from 'ava';
import { socialEnds } from '../../commands/account/social/refusals.js';
import { type Browser, type Landing, typed } from '../support/browser.js';
import {
  appAddress,
  appClientOf,
  pageAddress,
  site,
  socialNetworkOfThisFile,
  somePerson,
} from '../support/social.js';

const social = socialNetworkOfThisFile();
const { network, providers, newBrowser, nonceFor, show, signInByApp } = social;

const isCallback = (url: string): boolean => url.includes('/callback');
const isSuccess = (url: string): boolean => url.includes('/social/success');

/** Begins in a browser and stops before the step that `stop` names. */
const stoppedAt = async (
  browser: Browser,
  stop: (url: string) => boolean,
  { provider = 'google', query = '' }: { provider?: 'google' | 'apple'; query?: string } = {},
) => {
  providers()[provider].sits(somePerson());
  const landing = await browser.open(`${site}/api/auth/${provider}/login${query}`, stop);
  if (landing.next === null) throw new Error(`nothing comes after ${landing.text}`);
  return landing.next;
};

const endsWith = (t: ExecutionContext, landing: Landing, code: string): void => {
  t.is(new URL(landing.url).origin, site);
  t.is(landing.json.code, code, landing.text);
};

const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');
const verifier = 'a text of the app, of forty-three or more signs';
const returning = (address: string): string =>
  `?${new URLSearchParams({ return_to: address, code_challenge: challengeOf(verifier) })}`;

const openSessions = async (): Promise<number> =>
  (await network().database.query('SELECT FROM account.sessions')).length;

test.serial('a token is good once: its nonce is used up', async (t) => {
  const nonce = await nonceFor('google');
  const target = { clientId: appClientOf('google'), nonce };
  const person = somePerson();
  const id_token = await providers().google.tokenFor(person, target);
  t.is((await show('google', { id_token, nonce })).status, 201);
  t.is((await show('google', { id_token, nonce })).code, 'social_sign_in_expired');
  const another = await providers().google.tokenFor(person, target);
  t.is((await show('google', { id_token: another, nonce })).code, 'social_sign_in_expired');
});

test.serial('of many who show a stolen token at once, one is let in', async (t) => {
  const nonce = await nonceFor('google');
  const target = { clientId: appClientOf('google'), nonce };
  const id_token = await providers().google.tokenFor(somePerson(), target);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => show('google', { id_token, nonce })),
  );
  t.is(answers.filter(({ status }) => status < 300).length, 1);
});

test.serial('a nonce is ours, fresh, and for the provider that it was given out for', async (t) => {
  const { google } = providers();
  const person = somePerson();
  const tried = async (nonce: string): Promise<string> => {
    const target = { clientId: appClientOf('google'), nonce };
    const id_token = await google.tokenFor(person, target);
    return (await show('google', { id_token, nonce })).code;
  };
  t.is(await tried('made-up-by-the-app'), 'social_sign_in_expired');
  t.is(await tried(await nonceFor('apple')), 'social_sign_in_expired');
  const old = await nonceFor('google');
  network().clock.advance({ minutes: 10 });
  t.is(await tried(old), 'social_sign_in_expired');
});

test.serial('what is wrong with a token is not told, and uses up no nonce', async (t) => {
  const { google, apple } = providers();
  const nonce = await nonceFor('google');
  const target = { clientId: appClientOf('google'), nonce };
  const person = somePerson();
  const forged = [
    await google.tokenFor(person, target, { claims: { aud: 'another.app' } }),
    await google.tokenFor(person, target, { claims: { iss: 'https://accounts.google.com' } }),
    await google.tokenFor(person, target, { claims: { exp: 1 } }),
    await google.tokenFor(person, target, { claims: { nbf: 4_000_000_000 } }),
    await google.tokenFor(person, target, { foreignKey: true }),
    await google.tokenFor(person, { ...target, nonce: 'another' }),
    await apple.tokenFor(person, target),
    'not.a.token',
  ];
  const answers: string[] = [];
  for (const id_token of forged) {
    const { status, json } = await show('google', { id_token, nonce });
    t.is(status, 401);
    answers.push(JSON.stringify({ ...json, correlation_id: '' }));
  }
  t.is(new Set(answers).size, 1, 'the same answer, whatever it is');
  const id_token = await google.tokenFor(person, target);
  t.is((await show('google', { id_token, nonce })).status, 201);
});

test.serial('keys that are away are a 503, and nothing is lost by it', async (t) => {
  const { apple } = providers();
  const nonce = await nonceFor('apple');
  const id_token = await apple.tokenFor(somePerson(), { clientId: appClientOf('apple'), nonce });
  apple.trouble('keys', { kind: 'answer', status: 502, body: '' });
  const away = await show('apple', { id_token, nonce });
  t.is(away.status, 503);
  t.is(away.code, 'provider_unavailable');
  t.regex(away.headers.get('retry-after') ?? '', /^\d+$/);
  t.is((await show('apple', { id_token, nonce })).status, 201);
});

test.serial(
  'the token of a browser’s visit opens nothing for whoever shows it as an app',
  async (t) => {
    const { google } = providers();
    const browser = newBrowser();
    google.sits(somePerson());
    const isPage = (url: string): boolean => url.startsWith(google.places.issuer);
    const landing = await browser.open(`${site}/api/auth/google/login`, isPage);
    const nonce = new URL(landing.next?.url ?? '').searchParams.get('nonce') ?? '';
    const target = { clientId: 'web.google.example', nonce };
    const id_token = await google.tokenFor(somePerson(), target);
    t.is((await show('google', { id_token, nonce })).code, 'social_sign_in_expired');
  },
);

for (const provider of ['google', 'apple'] as const) {
  test.serial(`${provider}: an answer counts in the browser that asked, and once`, async (t) => {
    const [attacker, victim] = [newBrowser(), newBrowser()];
    const answer = await stoppedAt(attacker, isCallback, { provider });
    // Somebody makes the victim's browser go where the attacker should have gone.
    endsWith(t, await victim.go(answer), 'social_sign_in_expired');
    await stoppedAt(victim, isCallback, { provider });
    endsWith(t, await victim.go(answer), 'social_sign_in_expired');
    // It was not used up by that.
    t.is((await attacker.go(answer)).status, 200);
    endsWith(t, await attacker.go(answer), 'social_sign_in_expired');
  });
}

test.serial(
  'a form that another site posts brings the cookie along only where it must',
  async (t) => {
    const browser = newBrowser();
    const answer = await stoppedAt(browser, isCallback, { provider: 'apple' });
    t.is(answer.method, 'POST');
    t.regex(browser.cookiesFor(new URL(site).host), /^__Host-powerbank-sign-in=[\w-]{43}$/);
    t.is((await browser.go(answer)).status, 200);
    t.is(browser.cookiesFor(new URL(site).host), '', 'nothing stays behind');
  },
);

test.serial('an answer of one provider is none of the other', async (t) => {
  const browser = newBrowser();
  const answer = await stoppedAt(browser, isCallback);
  const form = new URL(answer.url).searchParams;
  const mixed = {
    method: 'POST',
    url: `${site}/api/auth/apple/callback`,
    form,
    from: null,
  } as const;
  endsWith(t, await browser.go(mixed), 'social_sign_in_expired');
});

test.serial('a visit that took too long is over', async (t) => {
  const browser = newBrowser();
  const answer = await stoppedAt(browser, isCallback);
  network().clock.advance({ minutes: 10 });
  endsWith(t, await browser.go(answer), 'social_sign_in_expired');
});

test.serial('a state that is guessed, doubled or broken leads nowhere', async (t) => {
  const browser = newBrowser();
  const { url } = await stoppedAt(browser, isCallback);
  const guessed = new URL(url);
  guessed.searchParams.set('state', 'guessed');
  endsWith(t, await browser.open(guessed.href), 'social_sign_in_expired');
  const without = new URL(url);
  without.searchParams.delete('state');
  t.is((await browser.open(without.href)).json.code, 'invalid_request');
  t.is((await browser.open(`${url}&state=other`)).json.code, 'invalid_request');
  const { search } = new URL(url);
  for (const evil of ['%0d%0aset-cookie:%20a=b', '%00', '%ff', '..%2f..%2f']) {
    const landing = await browser.open(`${site}/api/auth/google/callback${search}${evil}`);
    t.false(landing.text.includes('a=b'));
    t.true(landing.status < 500, evil);
  }
});

test.serial('a code of somebody else’s visit does not open their account here', async (t) => {
  const [thief, owner] = [newBrowser(), newBrowser()];
  const stolen = new URL((await stoppedAt(owner, isCallback)).url).searchParams.get('code') ?? '';
  const own = new URL((await stoppedAt(thief, isCallback)).url);
  own.searchParams.set('code', stolen);
  endsWith(t, await thief.open(own.href), 'invalid_identity_token');
});

test.serial('a hand-over is for the browser that began, once, and for two minutes', async (t) => {
  const [owner, thief] = [newBrowser(), newBrowser()];
  const sessions = await openSessions();
  const handOver = await stoppedAt(owner, isSuccess);
  t.is(await openSessions(), sessions, 'nobody is signed in before the tokens are fetched');
  t.is((await thief.go(handOver)).json.code, 'social_sign_in_expired');
  t.is((await owner.go(handOver)).status, 200);
  t.is(await openSessions(), sessions + 1);
  t.is((await owner.go(handOver)).json.code, 'social_sign_in_expired');
  const late = await stoppedAt(owner, isSuccess);
  network().clock.advance({ minutes: 2 });
  t.is((await owner.go(late)).json.code, 'social_sign_in_expired');
});

test.serial('a hand-over to an app needs the text behind its challenge', async (t) => {
  const browser = newBrowser();
  const isApp = (url: string): boolean => url.startsWith(appAddress);
  const next = await stoppedAt(browser, isApp, { query: returning(appAddress) });
  const code = new URL(next.url).searchParams.get('code') ?? '';
  const success = `${site}/api/auth/social/success?code=${code}`;
  t.is((await browser.open(success)).json.code, 'social_sign_in_expired', 'no cookie does');
  const guessed = encodeURIComponent(`${verifier}!`);
  const wrong = await newBrowser().open(`${success}&code_verifier=${guessed}`);
  t.is(wrong.json.code, 'social_sign_in_expired');
  const shown = encodeURIComponent(challengeOf(verifier));
  t.is((await newBrowser().open(`${success}&code_verifier=${shown}`)).status, 400);
  const right = encodeURIComponent(verifier);
  t.is((await newBrowser().open(`${success}&code_verifier=${right}`)).status, 200);
});

test.serial('nobody is sent to an address that is not on the list (open redirect)', async (t) => {
  const wrong = [
    'https://evil.example/',
    `${pageAddress}.evil.example`,
    `${pageAddress}&more=1`,
    pageAddress.replace('https', 'http'),
    pageAddress.toUpperCase(),
    `https://app.example@evil.example/signed-in?from=powerbank`,
    '//evil.example',
    '/api/auth/logout',
    `${appAddress}/../evil`,
    'javascript:alert(1)',
    ` ${pageAddress}`,
  ];
  for (const address of wrong) {
    const landing = await newBrowser().open(`${site}/api/auth/google/login${returning(address)}`);
    t.is(landing.json.code, 'return_url_not_allowed', address);
    t.is(landing.headers.get('location'), null);
  }
  const isPage = (url: string): boolean => url.startsWith('https://app.example/');
  const next = await stoppedAt(newBrowser(), isPage, { query: returning(pageAddress) });
  t.is(new URL(next.url).searchParams.get('from'), 'powerbank', 'and what is on it is kept');
});

test.serial('other parameters and headers move nobody anywhere', async (t) => {
  const query = '?redirect_uri=https://evil.example&next=https://evil.example&state=x&nonce=y';
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example',
    origin: 'https://evil.example',
    referer: 'https://evil.example/',
  };
  const begin = `${network().roles.api.url()}/api/auth/google/login${query}`;
  const answer = await fetch(begin, { redirect: 'manual', headers });
  const location = new URL(answer.headers.get('location') ?? '');
  t.is(location.searchParams.get('redirect_uri'), `${site}/api/auth/google/callback`);
  t.not(location.searchParams.get('state'), 'x');
  t.not(location.searchParams.get('nonce'), 'y');
  t.false(location.href.includes('evil'));
});

test.serial(
  'half of a return is refused: without a challenge anybody could fetch the tokens',
  async (t) => {
    const begin = `${site}/api/auth/google/login`;
    const halves = [
      `?return_to=${encodeURIComponent(appAddress)}`,
      `?code_challenge=${challengeOf(verifier)}`,
      `?return_to=${encodeURIComponent(appAddress)}&code_challenge=short`,
    ];
    for (const half of halves) {
      t.is((await newBrowser().open(`${begin}${half}`)).json.code, 'invalid_request', half);
    }
  },
);

test.serial('the page of errors says the words that it knows, and nothing else', async (t) => {
  const page = `${site}/api/auth/social/error?error=`;
  for (const word of socialEnds) {
    const known = await newBrowser().open(`${page}${word}`);
    t.is(known.json.code, word);
    t.true(known.status >= 400 && known.status < 500, `${word}: whoever asks causes no 5xx`);
  }
  for (const word of ['<script>', 'You+won', 'invalid_otp', '']) {
    const landing = await newBrowser().open(`${page}${word}`);
    t.is(landing.json.code, 'invalid_request');
    t.false(landing.text.includes('script') || landing.text.includes('won'));
  }
});

test.serial('trouble at the token endpoint ends a visit, and lets nobody in', async (t) => {
  const { google } = providers();
  for (const status of [500, 429]) {
    google.trouble('token', { kind: 'answer', status, body: '{}' });
    const browser = newBrowser();
    const answer = await stoppedAt(browser, isCallback);
    endsWith(t, await browser.go(answer), 'provider_failed');
    endsWith(t, await browser.go(answer), 'social_sign_in_expired');
  }
  google.changeTokens({ claims: { aud: appClientOf('google') } });
  const browser = newBrowser();
  endsWith(t, await browser.go(await stoppedAt(browser, isCallback)), 'invalid_identity_token');
  google.changeTokens({});
});

/** Lets the database refuse to write tickets, as one does that is about to go away. */
const ticketsRefused = async (t: ExecutionContext, when: 'INSERT' | 'UPDATE'): Promise<void> => {
  const { database } = network();
  await database.execute(`CREATE OR REPLACE FUNCTION refuse_ticket() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN RAISE 'away' USING ERRCODE = '57P01'; END $$`);
  await database.execute(`CREATE TRIGGER refused BEFORE ${when} ON account.social_tickets
    EXECUTE FUNCTION refuse_ticket()`);
  t.teardown(() => database.execute('DROP TRIGGER IF EXISTS refused ON account.social_tickets'));
};

const interruptions = [
  ['the visit is looked up', 'UPDATE', `${site}/api/auth/social/error?error=`],
  ['the hand-over is written', 'INSERT', `${appAddress}?error=`],
] as const;
for (const [what, when, end] of interruptions) {
  test.serial(`a database that goes away as ${what} leaves no browser with a 5xx`, async (t) => {
    const browser = newBrowser();
    const answer = await stoppedAt(browser, isCallback, { query: returning(appAddress) });
    await ticketsRefused(t, when);
    const landing = await browser.go(answer, (url) => url.startsWith(end));
    t.is(landing.next?.url, `${end}sign_in_interrupted`, landing.text);
  });
}

test.serial(
  'a sign-in by a provider gives a session of the app, and no other rights',
  async (t) => {
    const { data } = await signInByApp('google', somePerson());
    const token = String(data.access_token);
    const caller = { id: String(data.user_id), roles: ['user'], token } as const;
    t.is((await network().call(caller, 'GET /api/admin/powerbanks')).status, 403);
    const landing = await newBrowser().go(typed(`${site}/api/auth/social/success?code=x`));
    t.is(landing.json.code, 'social_sign_in_expired');
  },
);
