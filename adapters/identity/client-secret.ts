import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { plusSeconds, toMs } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { ClientSecret } from './providers.js';

/** It is used at once; half a year is what Apple would take. */
const lifetimeSeconds = 300;

interface Client {
  readonly clientId: string;
  /** Of the provider: whom the secret is for. */
  readonly issuer: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** What proves at the token endpoint that a code is redeemed by us. */
export const clientSecretOf = (
  secret: ClientSecret,
  { clientId, issuer, clock }: Client,
): (() => Promise<string>) => {
  if (secret.kind === 'text') return async () => secret.secret;
  const { teamId, keyId, privateKeyPem } = secret;
  const key = createPrivateKey(privateKeyPem);
  return () => {
    const now = clock.now();
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(new Date(toMs(now)))
      .setExpirationTime(new Date(toMs(plusSeconds(now, lifetimeSeconds))))
      .setAudience(issuer)
      .setSubject(clientId)
      .sign(key);
  };
};
