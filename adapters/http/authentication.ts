import * as E from 'fp-ts/lib/Either.js';
import type { SessionGate } from '../../ports/accounts/session-gate.js';
import type { Access } from '../../ports/http/access.js';
import {
  admission,
  anonymous,
  type IdentifiedPrincipal,
  type Principal,
} from '../../ports/http/principal.js';
import { stop } from '../../ports/http/problem.js';
import type { Tokens } from './tokens.js';

/** A token has one spelling: three parts, none empty, none padded. */
const bearerPattern = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;
/** A database that does not answer is hardly back within less. */
const retryAfterUnknownSeconds = 2;

export interface AuthenticationDependencies {
  readonly tokens: Pick<Tokens, 'verifyToken'>;
  readonly gate: Pick<SessionGate, 'judge'>;
}

/**
 * Who calls, by the `Authorization` header, admitted by the route's access.
 *
 * A public operation takes a token that is not valid for none at all: a client whose token has
 * just expired must still be able to refresh it.
 *
 * @throws ProblemError 401 `token_invalid`, 403 `forbidden`, or 503 when nobody can tell whether
 *   the token was revoked.
 */
export const authenticate = async (
  authorization: string,
  access: Access,
  dependencies: AuthenticationDependencies,
): Promise<Principal> => {
  const bearer = await bearerOf(authorization, dependencies);
  if (bearer.kind === 'nobody') return admit(anonymous, access);
  if (bearer.kind === 'open' || (bearer.kind === 'revoked' && takesEndedSessions(access))) {
    return admit(bearer.principal, access);
  }
  if (access.kind === 'public') return anonymous;
  if (bearer.kind === 'unknown') {
    throw stop('service_unavailable', { retryAfterSeconds: retryAfterUnknownSeconds });
  }
  throw stop('token_invalid', {}, { 'www-authenticate': 'Bearer error="invalid_token"' });
};

type Bearer =
  /** No token was shown. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'invalid' }
  /** As the gate judges the token, which is good in all else. */
  | { readonly kind: 'open' | 'revoked' | 'unknown'; readonly principal: IdentifiedPrincipal };

const bearerOf = async (
  authorization: string,
  { tokens, gate }: AuthenticationDependencies,
): Promise<Bearer> => {
  if (authorization === '') return { kind: 'nobody' };
  const token = bearerPattern.exec(authorization)?.[1];
  if (token === undefined) return { kind: 'invalid' };
  const verified = await tokens.verifyToken(token);
  if (E.isLeft(verified)) return { kind: 'invalid' };
  const { principal, issuedAt } = verified.right;
  const { kind, id, sessionId } = principal;
  return { kind: await gate.judge({ holder: { kind, id }, sessionId, issuedAt }), principal };
};

const takesEndedSessions = (access: Access): boolean =>
  access.kind === 'roles' && access.endedSessions === 'admitted';

const admit = (principal: Principal, access: Access): Principal => {
  const verdict = admission(access, principal);
  if (verdict === 'admitted') return principal;
  throw stop(verdict === 'forbidden' ? 'forbidden' : 'token_invalid');
};
