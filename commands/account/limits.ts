/**
 * Limits of rules 3.2. Where secrets are guessed, nobody gets in uncounted: they fail closed.
 *
 * Those of a network come first, so that whoever is over them uses up nobody else's. They are wide:
 * behind one address of a mobile carrier, or of a festival, are thousands of people.
 */

import type { Identifier } from '../../domain/shared/identifier.js';
import type { RateLimit, RateLimitRule } from '../../ports/http/rate-limit.js';
import type { Client } from '../../ports/http/route.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

interface WithIdentifier {
  readonly body: { readonly identifier: Identifier };
  readonly client: Client;
}

type Limit = Omit<RateLimit, 'whenStoreFails'>;

const hourSeconds = 3_600;

/** Counted by the blind index: a list of limits is not a list of addresses. */
export const perIdentifier = (
  tools: Pick<AccountTools, 'blindIndex'>,
  limit: Limit,
): RateLimitRule<WithIdentifier> => ({
  ...limit,
  key: ({ body }) => identifierIndexOf(tools, body.identifier),
  whenStoreFails: 'refuse',
});

interface WithDevice {
  readonly body: { readonly device_id: string };
  readonly client: Client;
}

/**
 * By device and address, so that nobody can keep the owner of a device out by guessing for it from
 * somewhere else. A secret of 32 characters is not guessed anyway.
 */
export const perDevice = (
  { blindIndex }: Pick<AccountTools, 'blindIndex'>,
  limit: Limit,
): RateLimitRule<WithDevice> => ({
  ...limit,
  key: ({ body, client }) => `${blindIndex.of('device', body.device_id)} ${client.network}`,
  whenStoreFails: 'refuse',
});

/**
 * By the session that the token names; what we have not issued counts together for its network.
 * So nobody who shares an address with others uses up what is theirs.
 */
export const perSession = <Body>(
  { accounts }: Pick<AccountTools, 'accounts'>,
  limit: Limit,
  tokenIn: (body: Body) => string,
): RateLimitRule<{ readonly body: Body; readonly client: Client }> => ({
  ...limit,
  key: ({ body, client }) =>
    accounts.sessions.sessionNamedBy(tokenIn(body)) ?? `unknown ${client.network}`,
  whenStoreFails: 'refuse',
});

export const perAddress = (limit: Limit): RateLimitRule<{ readonly client: Client }> => ({
  ...limit,
  key: ({ client }) => client.network,
  whenStoreFails: 'refuse',
});

export const otpRequestLimit: Limit = {
  name: 'otp-request',
  requestsMax: 5,
  windowSeconds: hourSeconds,
};
/**
 * Somebody who asks for the codes of many, at our cost. Who has signed in comes back in weeks, so
 * ten thousand people behind one address ask for some ten codes in an hour; a launch, for more.
 */
export const otpRequestAddressLimit: Limit = {
  name: 'otp-request-address',
  requestsMax: 300,
  windowSeconds: hourSeconds,
};
export const otpVerifyLimit: Limit = { name: 'otp-verify', requestsMax: 5, windowSeconds: 300 };
export const completeLimit: Limit = { name: 'auth-complete', requestsMax: 5, windowSeconds: 300 };
export const refreshLimit: Limit = { name: 'auth-refresh', requestsMax: 10, windowSeconds: 300 };
export const biometricLimit: Limit = { name: 'biometric', requestsMax: 5, windowSeconds: 300 };
/** Somebody who tries many devices; a finger is also how people open the app in the morning. */
export const biometricAddressLimit: Limit = {
  name: 'biometric-address',
  requestsMax: 600,
  windowSeconds: 300,
};
/** The steps of signing in at a provider; what is guessed there has 256 bits. */
export const socialLimit: Limit = { name: 'social-sign-in', requestsMax: 600, windowSeconds: 300 };
