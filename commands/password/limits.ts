/** Limits of rules 3.2; passwords are guessed here, so all of them fail closed. */

import type { EmailAddress } from '../../domain/shared/identifier.js';
import type { RateLimitRule } from '../../ports/http/rate-limit.js';
import type { Client } from '../../ports/http/route.js';
import { perAddress, perSession } from '../account/limits.js';
import { type AccountTools, identifierIndexOf } from '../account/tools.js';
import type { Door } from './door.js';

const windowSeconds = 300;
const loginsMax = 5;
/** An office is many people behind one address, and nobody signs in often. */
const loginsOfAddressMax = 60;
const refreshesMax = 10;
const setUpsOfAddressMax = 30;

interface WithEmail {
  readonly body: { readonly email: EmailAddress };
  readonly client: Client;
}

export const loginLimits = (
  tools: Pick<AccountTools, 'blindIndex'>,
  realm: Door['realm'],
): readonly RateLimitRule<WithEmail>[] => [
  perAddress({
    name: `${realm}-login-address`,
    requestsMax: loginsOfAddressMax,
    windowSeconds,
  }),
  {
    name: `${realm}-login`,
    requestsMax: loginsMax,
    windowSeconds,
    key: ({ body }) => identifierIndexOf(tools, { kind: 'email', value: body.email }),
    whenStoreFails: 'refuse',
  },
];

interface WithToken {
  readonly refresh_token: string;
}

export const refreshLimit = (tools: Pick<AccountTools, 'accounts'>, realm: Door['realm']) =>
  perSession(
    tools,
    { name: `${realm}-refresh`, requestsMax: refreshesMax, windowSeconds },
    ({ refresh_token: token }: WithToken) => token,
  );

export const setUpLimit = perAddress({
  name: 'set-up',
  requestsMax: setUpsOfAddressMax,
  windowSeconds,
});
