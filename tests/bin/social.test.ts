import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { describeConfig, readConfig } from '../../bin/config/index.js';
import { openSocial } from '../../bin/social.js';
import { memoryLog } from '../support/log.js';
import { createTestClock } from '../support/test-clock.js';

type Environment = Readonly<Record<string, string>>;

const pemOf = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const key = pemOf('P-256');

const google = {
  POWERBANK_GOOGLE_CLIENT_IDS: 'web.google.example,android.google.example',
  POWERBANK_GOOGLE_CLIENT_SECRET: 'hunter2',
};
const apple = {
  POWERBANK_APPLE_CLIENT_IDS: 'com.example.services',
  POWERBANK_APPLE_TEAM_ID: 'TEAM123456',
  POWERBANK_APPLE_KEY_ID: 'KEY1234567',
  POWERBANK_APPLE_PRIVATE_KEY: key,
};
const site = { POWERBANK_PUBLIC_URL: 'https://api.example' };

const read = (env: Environment) => readConfig({ env, file: null, readFile: () => null });

const accepted = (env: Environment) => {
  const outcome = read(env);
  if (E.isLeft(outcome)) throw new Error(outcome.left.join('\n'));
  return outcome.right;
};

const faultsOf = (env: Environment): readonly string[] => {
  const outcome = read(env);
  return E.isLeft(outcome) ? outcome.left : [];
};

const offersOf = (env: Environment) => {
  const tools = { clock: createTestClock(), log: memoryLog() };
  const { identities } = openSocial(accepted(env), tools);
  return [identities.offers('google'), identities.offers('apple')];
};

const none = { apps: false, browsers: false };
const appsOnly = { apps: true, browsers: false };
const both = { apps: true, browsers: true };

test('each provider is offered as far as it is configured', (t) => {
  t.deepEqual(offersOf({}), [none, none]);
  t.deepEqual(offersOf(site), [none, none]);
  const { POWERBANK_GOOGLE_CLIENT_IDS, POWERBANK_APPLE_CLIENT_IDS } = { ...google, ...apple };
  t.deepEqual(offersOf({ POWERBANK_GOOGLE_CLIENT_IDS }), [appsOnly, none]);
  t.deepEqual(offersOf({ ...site, POWERBANK_APPLE_CLIENT_IDS }), [none, appsOnly]);
  t.deepEqual(offersOf({ ...site, ...google, ...apple }), [both, both]);
});

test('the pages are those of Google and Apple, and lead back to us', (t) => {
  const tools = { clock: createTestClock(), log: memoryLog() };
  const { identities } = openSocial(accepted({ ...site, ...google, ...apple }), tools);
  const visit = { state: 's', nonce: 'n', codeVerifier: 'v' };
  const pages = (['google', 'apple'] as const).map((provider) => {
    const { origin, pathname, searchParams } = new URL(identities.pageFor(provider, visit) ?? '');
    return [
      `${origin}${pathname}`,
      searchParams.get('redirect_uri'),
      searchParams.get('client_id'),
    ];
  });
  t.deepEqual(pages, [
    [
      'https://accounts.google.com/o/oauth2/v2/auth',
      'https://api.example/api/auth/google/callback',
      'web.google.example',
    ],
    [
      'https://appleid.apple.com/auth/authorize',
      'https://api.example/api/auth/apple/callback',
      'com.example.services',
    ],
  ]);
});

test('half of what a browser needs is a fault', (t) => {
  const { POWERBANK_APPLE_KEY_ID: _, ...halfApple } = apple;
  t.deepEqual(faultsOf({ ...google, ...halfApple, POWERBANK_SOCIAL_RETURN_URLS: 'app:/in' }), [
    'POWERBANK_APPLE_PRIVATE_KEY: is set together with POWERBANK_APPLE_KEY_ID, or neither is',
    'POWERBANK_GOOGLE_CLIENT_SECRET: does nothing without POWERBANK_PUBLIC_URL',
    'POWERBANK_APPLE_PRIVATE_KEY: does nothing without POWERBANK_PUBLIC_URL',
    'POWERBANK_SOCIAL_RETURN_URLS: does nothing without POWERBANK_PUBLIC_URL',
  ]);
  const { POWERBANK_GOOGLE_CLIENT_SECRET } = google;
  t.deepEqual(faultsOf({ ...site, POWERBANK_GOOGLE_CLIENT_SECRET }), [
    'POWERBANK_GOOGLE_CLIENT_SECRET: does nothing without POWERBANK_GOOGLE_CLIENT_IDS',
  ]);
});

test('what could be read on the way, or opened as a program, is refused', (t) => {
  const wrong = [
    ['PUBLIC_URL', 'http://api.example'],
    ['PUBLIC_URL', 'https://api.example/'],
    ['PUBLIC_URL', 'https://api.example/path'],
    ['PUBLIC_URL', 'https://user@api.example'],
    ['GOOGLE_TOKEN_URL', 'http://oauth2.example/token'],
    ['GOOGLE_TOKEN_URL', 'https://user:pass@oauth2.example/token'],
    ['APPLE_KEYS_URL', 'ftp://keys.example'],
    ['SOCIAL_RETURN_URLS', 'http://app.example/in'],
    ['SOCIAL_RETURN_URLS', 'javascript:alert(1)'],
    ['SOCIAL_RETURN_URLS', 'JavaScript:alert(1)'],
    ['SOCIAL_RETURN_URLS', 'data:text/html,x'],
    ['SOCIAL_RETURN_URLS', 'https://app.example/#in'],
    ['SOCIAL_RETURN_URLS', 'nothing'],
    ['APPLE_TEAM_ID', 'team'],
    ['APPLE_PRIVATE_KEY', 'not a key'],
    ['APPLE_PRIVATE_KEY', pemOf('P-384')],
  ] as const;
  for (const [name, value] of wrong) {
    const faults = faultsOf({ ...site, ...apple, [`POWERBANK_${name}`]: value });
    t.is(faults.length, 1, `${name}=${value}`);
    t.true(faults[0]?.startsWith(`POWERBANK_${name}: must be`), faults[0]);
  }
  t.deepEqual(faultsOf({ POWERBANK_PUBLIC_URL: 'http://localhost:21080' }), []);
});

test('neither secret nor key is shown (P-121)', (t) => {
  const shown = describeConfig(accepted({ ...site, ...google, ...apple })).join('\n');
  t.false(shown.includes('hunter2'));
  t.false(shown.includes(key.slice(40, 60)));
  t.true(shown.includes('POWERBANK_APPLE_PRIVATE_KEY is set'));
  const broken = faultsOf({ ...site, ...apple, POWERBANK_APPLE_PRIVATE_KEY: 'hunter2' });
  t.notRegex(broken.join('\n'), /hunter2/);
});
