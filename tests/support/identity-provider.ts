/**
 * A provider of identities on a loopback port: the pages, tokens and keys of Google or Apple, as
 * their contracts say. A test says who sits at the browser, and what goes wrong.
 */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from 'jose';
import readBody from 'raw-body';
import { closeHttp, listenOnLoopback } from '../../adapters/embedded/mailbox/loopback.js';
import type { ProviderPlaces } from '../../adapters/identity/index.js';
import { type Instant, toMs } from '../../domain/shared/instant.js';
import type { ExternalProvider } from '../../domain/user/index.js';
import { createDesk, type Person, type RegisteredClient } from './identity-provider-desk.js';

/** What happens to the next request for keys, or for a token. */
export type Trouble =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hangUp' };

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** What an ID token is like that is not as it should be. */
export interface TokenChanges {
  /** Instead of those that it would have, or beside them; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  /** Signs with a key that is not published. */
  readonly foreignKey?: boolean;
}

export interface IdentityProvider {
  readonly places: ProviderPlaces;
  /** Who sits at the browser; `null` is somebody who says no. */
  sits(person: Person | null): void;
  /** An ID token as an app gets it by itself. */
  tokenFor(
    person: Person,
    target: { readonly clientId: string; readonly nonce: string },
    changes?: TokenChanges,
  ): Promise<string>;
  /** Changes what the tokens say that codes are exchanged for. */
  changeTokens(changes: TokenChanges): void;
  /** The key that signs now, as it is published. */
  publicKey(): CryptoKey;
  /** Signs with a new key from now on, and publishes that one only. */
  rotate(): Promise<void>;
  trouble(at: 'keys' | 'token', ...next: readonly Trouble[]): void;
  /** Questions for the keys so far. */
  keyRequests(): number;
  stop(): Promise<void>;
}

interface ProviderOptions {
  readonly provider: ExternalProvider;
  readonly clients: readonly RegisteredClient[];
  /** Its clock. */
  readonly now: () => Instant;
}

const tokenSeconds = 3_600;

const newKey = async (): Promise<SigningKey> => ({
  kid: randomUUID(),
  ...(await generateKeyPair('RS256', { extractable: true })),
});

/** Keys of this size take their time, so the providers of a process share those they begin with. */
const firstKeys = Promise.all([newKey(), newKey()]);

const addressClaims = (provider: ExternalProvider, person: Person): JWTPayload => {
  const { email, emailVerified, hostedDomain } = person;
  if (email === null) return {};
  // Apple writes these as text now and then.
  if (provider === 'apple') return { email, email_verified: String(emailVerified) };
  const hd = hostedDomain === null ? {} : { hd: hostedDomain };
  return { email, email_verified: emailVerified, ...hd };
};

/** Ends a request as the trouble says; `false` when there is none. */
const react = (trouble: Trouble | undefined, response: ServerResponse): boolean => {
  if (trouble === undefined) return false;
  if (trouble.kind === 'hangUp') response.destroy();
  if (trouble.kind === 'answer') response.writeHead(trouble.status).end(trouble.body);
  return true;
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** Signs tokens, and publishes the keys that they can be checked with. */
const createSigner = async ({ provider, now }: ProviderOptions) => {
  const [first, foreign] = await firstKeys;
  let key = first;
  return {
    publicKey: () => key.publicKey,
    rotate: async (): Promise<void> => {
      key = await newKey();
    },
    published: async (): Promise<JSONWebKeySet> => ({
      keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, use: 'sig', alg: 'RS256' }],
    }),
    sign: (
      issuer: string,
      person: Person,
      { clientId, nonce, changes }: { clientId: string; nonce: string; changes: TokenChanges },
    ): Promise<string> => {
      const seconds = Math.floor(toMs(now()) / 1_000);
      const claims: JWTPayload = {
        iss: issuer,
        aud: clientId,
        sub: person.sub,
        iat: seconds,
        exp: seconds + tokenSeconds,
        nonce,
        ...addressClaims(provider, person),
        ...changes.claims,
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: changes.kid ?? key.kid })
        .sign(changes.foreignKey === true ? foreign.privateKey : key.privateKey);
    },
  };
};

/** Starts one. Whoever starts it stops it. */
export const startIdentityProvider = async (
  options: ProviderOptions,
): Promise<IdentityProvider> => {
  const signer = await createSigner(options);
  const troubles = { keys: [] as Trouble[], token: [] as Trouble[] };
  let person: Person | null = null;
  let changes: TokenChanges = {};
  let keyRequests = 0;
  let issuer = '';
  const desk = createDesk(options, (whose, target) =>
    signer.sign(issuer, whose, { ...target, changes }),
  );

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/keys') {
      keyRequests += 1;
      if (!react(troubles.keys.shift(), response)) json(response, 200, await signer.published());
      return;
    }
    if (url.pathname === '/authorize') {
      const { status, headers, body } = desk.authorize(url.searchParams, person);
      response.writeHead(status, headers).end(body);
      return;
    }
    const form = await readBody(request, { encoding: 'utf8' });
    if (react(troubles.token.shift(), response)) return;
    const { status, body } = await desk.exchange(new URLSearchParams(form));
    json(response, status, body);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      json(response, 500, { error: String(error) });
    });
  });
  const listening = await listenOnLoopback(server, 0);
  if (E.isLeft(listening)) throw new Error(listening.left.message);
  issuer = `http://127.0.0.1:${listening.right}`;
  return {
    places: {
      issuer,
      authorizationUrl: `${issuer}/authorize`,
      tokenUrl: `${issuer}/token`,
      keysUrl: `${issuer}/keys`,
    },
    sits: (next) => {
      person = next;
    },
    tokenFor: (whose, target, own = {}) => signer.sign(issuer, whose, { ...target, changes: own }),
    changeTokens: (next) => {
      changes = next;
    },
    publicKey: signer.publicKey,
    rotate: signer.rotate,
    trouble: (at, ...next) => void troubles[at].push(...next),
    keyRequests: () => keyRequests,
    stop: () => closeHttp(server),
  };
};
