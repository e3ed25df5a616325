/** The authorization page and the token endpoint of a provider (RFC 6749, 7636; OpenID Connect). */

import { createHash, type KeyObject, randomUUID } from 'node:crypto';
import { jwtVerify } from 'jose';
import { type Instant, toMs } from '../../domain/shared/instant.js';
import type { ExternalProvider } from '../../domain/user/index.js';

/** Somebody with an account there. */
export interface Person {
  readonly sub: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** The organisation whose account it is (Google's `hd`). */
  readonly hostedDomain: string | null;
}

/** An app that was registered at the provider. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly secret:
    | { readonly kind: 'text'; readonly secret: string }
    | {
        readonly kind: 'signed';
        readonly teamId: string;
        readonly keyId: string;
        readonly publicKey: KeyObject;
        /** Whom the secret must be for. */
        readonly audience: () => string;
      };
}

interface DeskOptions {
  readonly provider: ExternalProvider;
  readonly clients: readonly RegisteredClient[];
  readonly now: () => Instant;
}

interface Grant {
  readonly client: RegisteredClient;
  readonly challenge: string;
  readonly nonce: string;
  readonly person: Person;
}

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const complaint = (text: string): Page => ({
  status: 400,
  headers: { 'content-type': 'text/plain' },
  body: text,
});

const refusal = (status: number, error: string): TokenAnswer => ({ status, body: { error } });

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** A page that posts itself, as the form post response mode of OAuth 2.0 says. */
const formPage = (action: string, fields: Readonly<Record<string, string>>): Page => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}"/>`,
  );
  const body = `<form method="post" action="${escaped(action)}">${inputs.join('')}</form>`;
  return { status: 200, headers: { 'content-type': 'text/html' }, body };
};

const redirectPage = (target: string, fields: Readonly<Record<string, string>>): Page => {
  const url = new URL(target);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href }, body: '' };
};

/** What is wrong with a request for the page; `null` when nothing is. */
const faultOf = (provider: ExternalProvider, asked: URLSearchParams): string | null => {
  if (asked.get('response_type') !== 'code') return 'response_type';
  if (asked.get('code_challenge_method') !== 'S256') return 'code_challenge_method';
  if (!/^[\w-]{43}$/.test(asked.get('code_challenge') ?? '')) return 'code_challenge';
  if ((asked.get('state') ?? '') === '' || (asked.get('nonce') ?? '') === '') return 'state';
  const scopes = (asked.get('scope') ?? '').split(' ');
  const mode = asked.get('response_mode');
  if (provider === 'google') return scopes.includes('openid') ? null : 'scope';
  return scopes.includes('email') && mode !== 'form_post' ? 'response_mode' : null;
};

const isSecretRight = async (
  { clientId, secret }: RegisteredClient,
  shown: string,
  now: Instant,
): Promise<boolean> => {
  if (secret.kind === 'text') return shown === secret.secret;
  return jwtVerify(shown, secret.publicKey, {
    algorithms: ['ES256'],
    issuer: secret.teamId,
    subject: clientId,
    audience: secret.audience(),
    requiredClaims: ['iat', 'exp'],
    currentDate: new Date(toMs(now)),
  }).then(
    ({ protectedHeader }) => protectedHeader.kid === secret.keyId,
    () => false,
  );
};

export const createDesk = (
  { provider, clients, now }: DeskOptions,
  sign: (
    person: Person,
    target: { readonly clientId: string; readonly nonce: string },
  ) => Promise<string>,
) => {
  const grants = new Map<string, Grant>();

  const authorize = (asked: URLSearchParams, person: Person | null): Page => {
    const client = clients.find(({ clientId }) => clientId === asked.get('client_id'));
    if (client === undefined) return complaint('unknown client');
    const target = asked.get('redirect_uri') ?? '';
    if (target !== client.redirectUrl) return complaint('redirect_uri_mismatch');
    const fault = faultOf(provider, asked);
    if (fault !== null) return complaint(fault);
    const state = asked.get('state') ?? '';
    const answer = asked.get('response_mode') === 'form_post' ? formPage : redirectPage;
    if (person === null) {
      const error = provider === 'apple' ? 'user_cancelled_authorize' : 'access_denied';
      return answer(target, { error, state });
    }
    const code = `code-${randomUUID()}`;
    const challenge = asked.get('code_challenge') ?? '';
    grants.set(code, { client, challenge, nonce: asked.get('nonce') ?? '', person });
    return answer(target, { code, state });
  };

  const exchange = async (form: URLSearchParams): Promise<TokenAnswer> => {
    if (form.get('grant_type') !== 'authorization_code') {
      return refusal(400, 'unsupported_grant_type');
    }
    const client = clients.find(({ clientId }) => clientId === form.get('client_id'));
    const isKnown =
      client !== undefined && (await isSecretRight(client, form.get('client_secret') ?? '', now()));
    if (!isKnown) return refusal(provider === 'apple' ? 400 : 401, 'invalid_client');
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (grant === undefined || grant.client !== client || grant.challenge !== challenge) {
      return refusal(400, 'invalid_grant');
    }
    if (form.get('redirect_uri') !== client.redirectUrl) return refusal(400, 'invalid_grant');
    const { person, nonce } = grant;
    const idToken = await sign(person, { clientId: client.clientId, nonce });
    const rest = { access_token: randomUUID(), token_type: 'Bearer', expires_in: 3_600 };
    return { status: 200, body: { ...rest, id_token: idToken } };
  };

  return { authorize, exchange };
};
