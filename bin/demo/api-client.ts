/** The public API as an app uses it; the demo has no other way to rent. */

import { randomUUID } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Tokens } from '../../adapters/http/tokens.js';
import type { UserId } from '../../domain/shared/ids.js';

/** Longer than a cabinet may take for an eject, shorter than the server's own limit. */
const waitSeconds = 15;
const requestTimeoutMs = 40_000;

const Rental = t.type({
  rental_id: t.string,
  status: t.string,
  powerbank_sn: t.union([t.string, t.null]),
  owed: t.string,
});
export type ApiRental = t.TypeOf<typeof Rental>;

const Success = t.type({ data: Rental });
const Problem = t.type({ code: t.string });

/** Left: the problem's word, as apps know it. */
export type ApiResult = E.Either<string, ApiRental>;

export interface ApiClient {
  startRental(user: UserId, wish: Readonly<Record<string, unknown>>): Promise<ApiResult>;
}

export const createApiClient = (
  baseUrl: string,
  tokens: Pick<Tokens, 'issueToken'>,
): ApiClient => ({
  startRental: async (user, wish) => {
    const principal = { kind: 'user', id: user, roles: ['user'], sessionId: null } as const;
    const { accessToken } = await tokens.issueToken(principal);
    const response = await fetch(`${baseUrl}/api/rentals/start`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        prefer: `wait=${waitSeconds}`,
      },
      body: JSON.stringify(wish),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const body: unknown = await response.json();
    const success = Success.decode(body);
    if (E.isRight(success)) return E.right(success.right.data);
    const problem = Problem.decode(body);
    return E.left(E.isRight(problem) ? problem.right.code : `HTTP ${response.status}`);
  },
});
