import { generateKeyPairSync } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import {
  createExternalIdentities,
  type OpenIdentities,
  type ProviderOptions,
} from '../../../adapters/identity/index.js';
import type { ExternalProvider } from '../../../domain/user/index.js';
import type { IdentityCheck } from '../../../ports/accounts/external-identity.js';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.js';
import type { Person, RegisteredClient } from '../../support/identity-provider-desk.js';
import { memoryLog } from '../../support/log.js';
import { createTestClock, type TestClock } from '../../support/test-clock.js';

export const webClient = 'web.client';
export const appClient = 'app.client';
export const nonce = 'the-nonce-of-this-sign-in';

export const maya: Person = {
  sub: '1081',
  email: 'Maya@Gmail.com',
  emailVerified: true,
  hostedDomain: null,
};

const teamId = 'TEAM123456';
const keyId = 'KEY1234567';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A provider and the program's way in by it, both on a clock that stands still. */
export interface Ground {
  readonly provider: IdentityProvider;
  readonly identities: OpenIdentities;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** Shows a token as an app does. */
  check(idToken: string, shownNonce?: string): Promise<IdentityCheck>;
}

interface GroundOptions {
  readonly name?: ExternalProvider;
  readonly keyCooldownMs?: number;
  /** How long the provider is waited for; long, unless it is to be silent. */
  readonly answerMs?: number;
  /** What the program is configured with, other than it should be. */
  readonly wrong?: Partial<ProviderOptions>;
}

export const openGround = async (
  t: ExecutionContext<unknown>,
  { name = 'google', keyCooldownMs = 0, answerMs = 60_000, wrong = {} }: GroundOptions = {},
): Promise<Ground> => {
  const clock = createTestClock();
  const log = memoryLog();
  const redirectUrl = `https://api.example/api/auth/${name}/callback`;
  const secret: RegisteredClient['secret'] =
    name === 'google'
      ? { kind: 'text', secret: 'the secret of the web client' }
      : { kind: 'signed', teamId, keyId, publicKey, audience: () => provider.places.issuer };
  const clients = [{ clientId: webClient, redirectUrl, secret }];
  const provider = await startIdentityProvider({ provider: name, clients, now: clock.now });
  const settings: ProviderOptions = {
    ...provider.places,
    clientIds: [webClient, appClient],
    web: {
      redirectUrl,
      secret: secret.kind === 'text' ? secret : { kind: 'signed', teamId, keyId, privateKeyPem },
    },
    ...wrong,
  };
  const limits = { keysMs: answerMs, keyCooldownMs, exchangeMs: answerMs };
  const configured = { google: null, apple: null, [name]: settings };
  const identities = createExternalIdentities(configured, { clock, log, limits });
  t.teardown(async () => {
    await identities.close();
    await provider.stop();
  });
  const check = (idToken: string, shownNonce = nonce) =>
    identities.check(name, { idToken, nonce: shownNonce });
  return { provider, identities, clock, log, check };
};

/** Why a token was refused; fails when it was not. */
export const refusalOf = (check: IdentityCheck): string => {
  if (check.kind !== 'refused') throw new Error(`not refused: ${JSON.stringify(check)}`);
  return check.why;
};
