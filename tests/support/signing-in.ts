import type { ExecutionContext } from 'ava';
import type { Network } from './network.js';
import type { Caller, CheckedAnswer } from './openapi-client.js';

let numbers = 0;
/** A phone number of the test's own. */
export const someNumber = (): string => {
  numbers += 1;
  return `98410${String(numbers).padStart(5, '0')}`;
};

type More = Readonly<Record<string, unknown>>;

export interface SignedIn {
  /** Calls with the access token of the session. */
  readonly caller: Caller;
  readonly refresh: string;
  readonly answer: CheckedAnswer;
}

/** Coming in by the front door, as people do. */
export const signingIn = (network: () => Network) => {
  const verified = async (t: ExecutionContext, identifier: string) => {
    const { call, codeFor } = network();
    const asked = await call(null, 'POST /api/auth/otp/request', {
      body: { identifier, platform: 'android' },
    });
    t.is(asked.status, 200, asked.text);
    const otp = await codeFor(identifier);
    const answer = await call(null, 'POST /api/auth/otp/verify', { body: { identifier, otp } });
    t.is(answer.status, 200, answer.text);
    return { otp, flow: answer.data.flow, token: String(answer.data.verification_token) };
  };

  const complete = (
    identifier: string,
    verification_token: string,
    more: More = {},
  ): Promise<CheckedAnswer> =>
    network().call(null, 'POST /api/auth/complete', {
      body: { identifier, verification_token, ...more },
    });

  const signedIn = async (
    t: ExecutionContext,
    identifier: string,
    more: More = {},
  ): Promise<SignedIn> => {
    const { token } = await verified(t, identifier);
    const answer = await complete(identifier, token, more);
    t.true(answer.status < 300, answer.text);
    const { user_id, access_token, refresh_token } = answer.data;
    const caller = { id: String(user_id), roles: ['user'], token: String(access_token) } as const;
    return { caller, refresh: String(refresh_token), answer };
  };

  const registered = (
    t: ExecutionContext,
    identifier = someNumber(),
    more: More = {},
  ): Promise<SignedIn> => {
    const username = `user-${identifier.replaceAll(/[^a-z0-9]/g, '-')}`;
    return signedIn(t, identifier, { username, ...more });
  };

  return { verified, complete, signedIn, registered };
};
