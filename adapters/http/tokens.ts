/**
 * Access tokens: JWTs that only this program issues and checks (integrations §8.1).
 *
 * HS256 with one secret; `typ`, algorithm, issuer and audience are pinned when checking, so that a
 * token made for something else, or by somebody else's rules, is none of ours. To change the
 * secret, configure the new one and keep the old one as `previousSecret` for one lifetime.
 */

import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { branded } from '../../domain/shared/brand.js';
import { integer, nullable, oneOf, text } from '../../domain/shared/codecs.js';
import { type Instant, instantOfMs, plusSeconds, toMs } from '../../domain/shared/instant.js';
import type { AccessTokens } from '../../ports/accounts/access-tokens.js';
import type { Clock } from '../../ports/clock.js';
import { Role } from '../../ports/http/access.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';

const algorithm = 'HS256';
const tokenType = 'at+jwt';
/** A revocation counts for so long; a token that lasted longer would rise again. */
export const accessTokenSecondsMax = 86_400;
/** HS256 needs a secret as long as its hash (RFC 7518 §3.2). */
export const tokenSecretBytesMin = 32;

export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** At most `accessTokenSecondsMax`. */
  readonly ttlSeconds: number;
  /** At least 32 bytes. */
  readonly secret: string;
  /** Still accepted, never used for signing; `null` when there is none. */
  readonly previousSecret: string | null;
}

/** Who shows a token that is signed and timely; whether it was revoked is not known here. */
export interface VerifiedToken {
  readonly principal: IdentifiedPrincipal;
  /** Whole seconds. */
  readonly issuedAt: Instant;
}

interface CheckedToken {
  readonly verified: VerifiedToken;
  /** Whole seconds; from then on it is not valid. */
  readonly expiresAt: Instant;
}

/**
 * Tokens whose signature was found good are remembered until they expire, for an app shows the same
 * one with every request. Some 10 MB; the ones that were seen first are checked anew.
 */
const rememberedTokensMax = 10_000;

export interface Tokens extends AccessTokens {
  /** Left: what is wrong, for the log; a client learns only that the token is not valid. */
  verifyToken(token: string): Promise<E.Either<string, VerifiedToken>>;
}

const Seconds = integer('Seconds', { minimum: 0 });
const Name = text('Name', { minLength: 1, maxLength: 200 });

const SessionId = branded('SessionId', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const Claims = t.strict(
  {
    sub: Name,
    kind: oneOf('PrincipalKind', ['user', 'staff', 'cabinet', 'system']),
    roles: t.array(Role),
    /** The session that it was issued in; `null` for one that an operator asked for. */
    sid: nullable(SessionId),
    jti: Name,
    iat: Seconds,
    exp: Seconds,
  },
  'Claims',
);
type Claims = t.TypeOf<typeof Claims>;

/** Names the secret without telling it, so that the right one is picked. */
const keyIdOf = (secret: string): string =>
  createHash('sha256').update(`key id of ${secret}`).digest('hex').slice(0, 12);

export interface TokenDependencies {
  readonly clock: Clock;
  readonly newId: () => string;
}

/** @throws Error when a secret is shorter than 32 bytes, or tokens would last too long. */
export const createTokens = (
  settings: TokenSettings,
  { clock, newId }: TokenDependencies,
): Tokens => {
  const { issuer, audience, ttlSeconds, secret, previousSecret } = settings;
  if (ttlSeconds > accessTokenSecondsMax) {
    throw new Error(`a token lasts ${accessTokenSecondsMax} seconds at most`);
  }
  const secrets = previousSecret === null ? [secret] : [secret, previousSecret];
  const keys = new Map(secrets.map((each) => [keyIdOf(each), keyOf(each)]));
  const signingKey = keyOf(secret);
  const header = { alg: algorithm, typ: tokenType, kid: keyIdOf(secret) };
  return {
    issueToken: async ({ kind, id, roles, sessionId }) => {
      const now = clock.now();
      const accessToken = await new SignJWT({ kind, roles: [...roles], sid: sessionId })
        .setProtectedHeader(header)
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(id)
        .setJti(newId())
        .setIssuedAt(new Date(toMs(now)))
        .setExpirationTime(new Date(toMs(plusSeconds(now, ttlSeconds))))
        .sign(signingKey);
      return { accessToken, expiresInSeconds: ttlSeconds };
    },
    verifyToken: remembering(checkIn({ issuer, audience, keys, clock }), clock),
  };
};

type Check = (token: string) => Promise<E.Either<string, CheckedToken>>;

interface CheckOptions extends Pick<TokenSettings, 'issuer' | 'audience'> {
  /** By their ids. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly clock: Clock;
}

const checkIn = ({ issuer, audience, keys, clock }: CheckOptions): Check => {
  const keyFor = ({ kid }: Partial<JWTHeaderParameters>): Uint8Array => {
    const key = kid === undefined ? undefined : keys.get(kid);
    if (key === undefined) throw new errors.JWTInvalid('unknown key id');
    return key;
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms: [algorithm],
        typ: tokenType,
        issuer,
        audience,
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
        currentDate: new Date(toMs(clock.now())),
      });
      const claims = Claims.decode(payload);
      if (E.isLeft(claims)) return E.left('its claims are not as we write them');
      return E.right(checkedToken(claims.right));
    } catch (error) {
      if (error instanceof errors.JOSEError) return E.left(error.message);
      throw error;
    }
  };
};

/** Only a token that passed is remembered, and to the letter; what was made up costs its check. */
const remembering = (check: Check, clock: Clock): Tokens['verifyToken'] => {
  const remembered = new Map<string, CheckedToken>();
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && clock.now() < known.expiresAt) return E.right(known.verified);
    remembered.delete(token);
    const checked = await check(token);
    if (E.isLeft(checked)) return checked;
    remembered.set(token, checked.right);
    const oldest = remembered.keys().next();
    if (remembered.size > rememberedTokensMax && !oldest.done) remembered.delete(oldest.value);
    return E.right(checked.right.verified);
  };
};

const checkedToken = ({
  sub: id,
  kind,
  roles,
  sid: sessionId,
  iat,
  exp,
}: Claims): CheckedToken => ({
  verified: { principal: { kind, id, roles, sessionId }, issuedAt: instantOfMs(iat * 1_000) },
  expiresAt: instantOfMs(exp * 1_000),
});

const keyOf = (secret: string): Uint8Array => {
  const key = new TextEncoder().encode(secret);
  if (key.length >= tokenSecretBytesMin) return key;
  throw new Error(`a token secret needs at least ${tokenSecretBytesMin} bytes`);
};
