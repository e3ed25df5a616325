/** The public API as apps and consoles use it. */

import * as E from 'fp-ts/lib/Either.js';
import type { Type } from 'io-ts';
import { request as httpRequest } from 'undici';
import type { Tokens } from '../adapters/http/tokens.js';
import type { Position } from '../ports/event-store.js';
import type { IdentifiedPrincipal } from '../ports/http/principal.js';

/** Longer than any wait that is asked for. */
const requestTimeoutMs = 30_000;

export interface Request<A> {
  readonly body?: Readonly<Record<string, unknown>>;
  /** Requests that write need one each. */
  readonly idempotencyKey?: string;
  readonly waitSeconds?: number;
  /** A read waits until it shows at least this much of the log. */
  readonly minPosition?: Position;
  /** The only status that is no failure. */
  readonly status: number;
  readonly answer: Type<A, unknown, unknown>;
}

/** One caller, whose token is made once, as apps keep theirs. */
export interface Caller {
  /** @throws when the answer is another one than was asked for. */
  send<A>(request: `${'GET' | 'POST'} /${string}`, options: Request<A>): Promise<A>;
}

export interface ApiClient {
  as(principal: IdentifiedPrincipal): Promise<Caller>;
}

export const createApiClient = (
  baseUrl: string,
  tokens: Pick<Tokens, 'issueToken'>,
): ApiClient => ({
  as: async (principal) => {
    const { accessToken } = await tokens.issueToken(principal);
    const authorization = `Bearer ${accessToken}`;
    return { send: (request, options) => send(baseUrl, { request, authorization }, options) };
  },
});

const send = async <A>(
  baseUrl: string,
  { request, authorization }: { readonly request: string; readonly authorization: string },
  { body, idempotencyKey, waitSeconds, minPosition, status, answer }: Request<A>,
): Promise<A> => {
  const [method = '', path = ''] = request.split(' ');
  // Not `fetch`, which takes several times as long: what is measured is at the other end.
  const response = await httpRequest(`${baseUrl}${path}`, {
    method: method === 'GET' ? 'GET' : 'POST',
    headers: {
      authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(minPosition === undefined ? {} : { 'x-min-position': String(minPosition) }),
      ...(waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const text = await response.body.text();
  const { statusCode } = response;
  if (statusCode !== status) throw new Error(`${request}: ${statusCode} ${text}`);
  const decoded = answer.decode(JSON.parse(text));
  if (E.isLeft(decoded)) throw new Error(`${request}: not the answer that was expected: ${text}`);
  return decoded.right;
};
