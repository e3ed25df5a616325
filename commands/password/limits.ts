/** Limits of rules 3.2; passwords are guessed here, so all of them fail closed. */

import type { EmailAddress } from '../../domain/shared/identifier.js';
import type { RateLimitRule } from '../../ports/http/rate-limit.js';
import type { Client } from '../../ports/http/route.js';
import { perAddress } from '../account/limits.js';
import { type AccountTools, identifierIndexOf } from '../account/tools.js';
import type { Door } from './door.js';

const windowSeconds = 300;
const loginsMax = 5;
/** An office is many people behind one address, and nobody signs in often. */
const loginsOfAddressMax = 60;
/** Rules 3.2 say 10, of one partner: before the token is looked up nobody knows which one. */
const refreshesOfAddressMax = 300;
const setUpsOfAddressMax = 30;

interface WithEmail {
  readonly body: { readonly email: EmailAddress };
  readonly client: Client;
}

export const loginLimits = (
  tools: Pick<AccountTools, 'blindIndex'>,
  realm: Door['realm'],
): readonly RateLimitRule<WithEmail>[] => [
  {
    name: `${realm}-login`,
    requestsMax: loginsMax,
    windowSeconds,
    key: ({ body }) => identifierIndexOf(tools, { kind: 'email', value: body.email }),
    whenStoreFails: 'refuse',
  },
  perAddress({
    name: `${realm}-login-address`,
    requestsMax: loginsOfAddressMax,
    windowSeconds,
  }),
];

export const refreshLimit = (realm: Door['realm']): RateLimitRule<{ readonly client: Client }> =>
  perAddress({ name: `${realm}-refresh`, requestsMax: refreshesOfAddressMax, windowSeconds });

export const setUpLimit = perAddress({
  name: 'set-up',
  requestsMax: setUpsOfAddressMax,
  windowSeconds,
});
