/** A network that knows two providers of identities, and people who come in by them. */

import { generateKeyPairSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { ProviderPlaces } from '../../adapters/identity/index.js';
import type { ExternalProvider } from '../../domain/user/index.js';
import { type Browser, createBrowser } from './browser.js';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.js';
import type { Person } from './identity-provider-desk.js';
import { type Network, networkOfThisFile } from './network.js';
import type { CheckedAnswer } from './openapi-client.js';

/** The API as browsers reach it. */
export const site = 'https://api.example';
/** Where an app, and a page of ours, wait for what comes out of it. */
export const appAddress = 'com.example.powerbank:/signed-in';
export const pageAddress = 'https://app.example/signed-in?from=powerbank';

const clientIds = {
  google: ['web.google.example', 'android.google.example'],
  apple: ['com.example.services', 'com.example.powerbank'],
} as const;
/** Client ids of apps that run on phones. */
export const appClientOf = (provider: ExternalProvider): string => clientIds[provider][1];

const teamId = 'TEAM123456';
const keyId = 'KEY1234567';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const settingsFor = (name: 'GOOGLE' | 'APPLE', places: ProviderPlaces, ids: readonly string[]) => ({
  [`POWERBANK_${name}_CLIENT_IDS`]: ids.join(','),
  [`POWERBANK_${name}_ISSUER`]: places.issuer,
  [`POWERBANK_${name}_AUTHORIZATION_URL`]: places.authorizationUrl,
  [`POWERBANK_${name}_TOKEN_URL`]: places.tokenUrl,
  [`POWERBANK_${name}_KEYS_URL`]: places.keysUrl,
});

let people = 0;
/** Somebody whom nobody has heard of, with an address that the provider hosts. */
export const somePerson = (change: Partial<Person> = {}): Person => {
  people += 1;
  return {
    sub: `subject-${people}-of-a-provider`,
    email: `person-${people}@gmail.com`,
    emailVerified: true,
    hostedDomain: null,
    ...change,
  };
};

type Providers = Readonly<Record<ExternalProvider, IdentityProvider>>;

export interface SocialNetwork {
  readonly network: () => Network;
  readonly providers: () => Providers;
  newBrowser(): Browser;
  /** A nonce, as an app asks for it. */
  nonceFor(provider: ExternalProvider): Promise<string>;
  /** Signs in as an app does: with a token that the phone got for a nonce. */
  signInByApp(
    provider: ExternalProvider,
    person: Person,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<CheckedAnswer>;
  /** Shows a token. */
  show(provider: ExternalProvider, body: Readonly<Record<string, unknown>>): Promise<CheckedAnswer>;
  /** Signs in with a browser that follows everywhere, and fails when it is not let in. */
  signInByBrowser(
    t: ExecutionContext<unknown>,
    provider: ExternalProvider,
    person: Person,
  ): Promise<Readonly<Record<string, unknown>>>;
}

const startProviders = async (now: () => ReturnType<Network['clock']['now']>) => {
  const callback = (name: ExternalProvider): string => `${site}/api/auth/${name}/callback`;
  const google = await startIdentityProvider({
    provider: 'google',
    clients: [
      {
        clientId: clientIds.google[0],
        redirectUrl: callback('google'),
        secret: { kind: 'text', secret: 'the secret of the web client' },
      },
    ],
    now,
  });
  const audience = () => apple.places.issuer;
  const apple = await startIdentityProvider({
    provider: 'apple',
    clients: [
      {
        clientId: clientIds.apple[0],
        redirectUrl: callback('apple'),
        secret: { kind: 'signed', teamId, keyId, publicKey, audience },
      },
    ],
    now,
  });
  return { google, apple };
};

const environmentOf = ({ google, apple }: Providers) => ({
  POWERBANK_PUBLIC_URL: site,
  POWERBANK_SOCIAL_RETURN_URLS: [appAddress, pageAddress].join(','),
  ...settingsFor('GOOGLE', google.places, clientIds.google),
  POWERBANK_GOOGLE_CLIENT_SECRET: 'the secret of the web client',
  ...settingsFor('APPLE', apple.places, clientIds.apple),
  POWERBANK_APPLE_TEAM_ID: teamId,
  POWERBANK_APPLE_KEY_ID: keyId,
  POWERBANK_APPLE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

/** One for all tests of a file, as `networkOfThisFile`. */
export const socialNetworkOfThisFile = (): SocialNetwork => {
  let started: Providers | null = null;
  const providers = (): Providers => {
    if (started === null) throw new Error('the providers do not run');
    return started;
  };
  const network = networkOfThisFile(async () => {
    started = await startProviders(() => network().clock.now());
    return environmentOf(started);
  });
  test.after.always('the providers stop', async () => {
    for (const provider of Object.values(started ?? {})) await provider.stop();
  });

  const nonceFor = async (provider: ExternalProvider): Promise<string> => {
    const answer = await network().call(null, 'POST /api/auth/social/nonce', {
      body: { provider },
    });
    return String(answer.data.nonce);
  };
  const show: SocialNetwork['show'] = (provider, body) =>
    network().call(null, `POST /api/auth/${provider}/token`, { body });
  const newBrowser = (): Browser =>
    createBrowser((origin) => (origin === site ? network().roles.api.url() : origin));

  return {
    network,
    providers,
    newBrowser,
    nonceFor,
    show,
    signInByApp: async (provider, person, more = {}) => {
      const nonce = await nonceFor(provider);
      const target = { clientId: appClientOf(provider), nonce };
      const id_token = await providers()[provider].tokenFor(person, target);
      return show(provider, { id_token, nonce, ...more });
    },
    signInByBrowser: async (t, provider, person) => {
      providers()[provider].sits(person);
      const landing = await newBrowser().open(`${site}/api/auth/${provider}/login`);
      t.is(landing.status, 200, landing.text);
      const { data } = landing.json;
      return typeof data === 'object' && data !== null ? { ...data } : {};
    },
  };
};
