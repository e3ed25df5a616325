import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { errors, jwtVerify } from 'jose';
import { text } from '../../domain/shared/codecs.js';
import { readEmailAddress } from '../../domain/shared/identifier.js';
import { toMs } from '../../domain/shared/instant.js';
import type { ExternalProvider } from '../../domain/user/index.js';
import type { IdentityCheck, ShownToken } from '../../ports/accounts/external-identity.js';
import type { Clock } from '../../ports/clock.js';
import { KeysUnavailable, publishedKeys } from './keys.js';
import type { IdentityLimits } from './limits.js';
import { type ProviderOptions, providerRules } from './providers.js';

/** Both sign with it; whoever offers another algorithm wants to be believed without a key. */
const algorithms = ['RS256'];
/** An older token is from another sign-in, whatever it says of its own end. */
const ageSecondsMax = 3_600;
/** Clocks differ. */
const toleranceSeconds = 60;

/** One audience: a token that is for others as well could be shown to us by them. */
const Claims = t.intersection([
  t.type({
    sub: text('Subject', { minLength: 1, maxLength: 255 }),
    aud: t.string,
    nonce: t.string,
  }),
  t.partial({ email: t.unknown, email_verified: t.unknown, hd: t.unknown }),
]);
type Claims = t.TypeOf<typeof Claims>;

export interface IdTokenOptions {
  readonly provider: ExternalProvider;
  readonly settings: ProviderOptions;
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: IdentityLimits;
}

export type CheckIdToken = (
  shown: ShownToken,
  /** Client ids one of which the token must be for. */
  audiences: readonly string[],
) => Promise<IdentityCheck>;

const refused = (why: string): IdentityCheck => ({ kind: 'refused', why });

/** What is wrong with a token, without anything that stands in it. */
const whyNot = (error: errors.JOSEError): string =>
  error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
    ? `${error.code} ${error.claim}`
    : error.code;

const identityOf = (provider: ExternalProvider, claims: Claims, nonce: string): IdentityCheck => {
  const rules = providerRules[provider];
  if (!rules.noncesOf(nonce).includes(claims.nonce)) return refused('another nonce');
  const address = typeof claims.email === 'string' ? readEmailAddress(claims.email) : null;
  const vouchedEmail = rules.vouches(claims) ? address : null;
  return { kind: 'identified', identity: { provider, subject: claims.sub, vouchedEmail } };
};

/**
 * Checks ID tokens of one provider. Signature, issuer, audience and times come first, then the
 * nonce, which ties the token to one sign-in that was begun here.
 */
export const idTokenCheck = ({
  provider,
  settings,
  clock,
  limits,
}: IdTokenOptions): CheckIdToken => {
  const keyFor = publishedKeys(settings.keysUrl, limits);
  const issuer = [...providerRules[provider].issuersOf(settings.issuer)];
  return async ({ idToken, nonce }, audiences) => {
    try {
      const { payload } = await jwtVerify(idToken, keyFor, {
        algorithms,
        issuer,
        audience: [...audiences],
        maxTokenAge: ageSecondsMax,
        clockTolerance: toleranceSeconds,
        requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
        currentDate: new Date(toMs(clock.now())),
      });
      const claims = Claims.decode(payload);
      if (E.isLeft(claims)) return refused('claims of another shape');
      return identityOf(provider, claims.right, nonce);
    } catch (error) {
      if (error instanceof KeysUnavailable) return { kind: 'unavailable', why: error.message };
      if (error instanceof errors.JOSEError) return refused(whyNot(error));
      throw error;
    }
  };
};
