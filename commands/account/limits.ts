/** Limits of rules 3.2. Where secrets are guessed, nobody gets in uncounted: they fail closed. */

import type { Identifier } from '../../domain/shared/identifier.js';
import type { RateLimitRule } from '../../ports/http/rate-limit.js';
import type { Client } from '../../ports/http/route.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

interface WithIdentifier {
  readonly body: { readonly identifier: Identifier };
  readonly client: Client;
}

interface Limit {
  readonly name: string;
  readonly requestsMax: number;
  readonly windowSeconds: number;
}

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
/** Somebody who asks for the codes of many. */
export const otpRequestAddressLimit: Limit = {
  name: 'otp-request-address',
  requestsMax: 60,
  windowSeconds: hourSeconds,
};
export const otpVerifyLimit: Limit = { name: 'otp-verify', requestsMax: 5, windowSeconds: 300 };
export const completeLimit: Limit = { name: 'auth-complete', requestsMax: 5, windowSeconds: 300 };
/**
 * Rules 3.2 say 10, of one user. Before the token is looked up nobody knows the user, and behind
 * one address of a mobile network are hundreds; guessing 256 bits needs no lower bound.
 */
export const refreshLimit: Limit = { name: 'auth-refresh', requestsMax: 300, windowSeconds: 300 };
export const biometricLimit: Limit = { name: 'biometric', requestsMax: 5, windowSeconds: 300 };
/** Somebody who tries many devices. */
export const biometricAddressLimit: Limit = {
  name: 'biometric-address',
  requestsMax: 60,
  windowSeconds: 300,
};
