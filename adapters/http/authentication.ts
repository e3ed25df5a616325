import * as E from 'fp-ts/lib/Either.js';
import type { Access } from '../../ports/http/access.js';
import { admission, anonymous, type Principal } from '../../ports/http/principal.js';
import { stop } from '../../ports/http/problem.js';
import type { Tokens } from './tokens.js';

const bearerPattern = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Who calls, by the `Authorization` header, admitted by the route's access.
 *
 * A public operation takes a token that is not valid for none at all: a client whose token has
 * just expired must still be able to refresh it.
 *
 * @throws ProblemError 401 `token_invalid`, or 403 `forbidden`.
 */
export const authenticate = async (
  authorization: string,
  access: Access,
  tokens: Tokens,
): Promise<Principal> => {
  const principal = await principalOf(authorization, tokens);
  if (principal === 'invalid') {
    if (access.kind === 'public') return anonymous;
    throw stop('token_invalid', {}, { 'www-authenticate': 'Bearer error="invalid_token"' });
  }
  const verdict = admission(access, principal);
  if (verdict === 'admitted') return principal;
  throw stop(verdict === 'forbidden' ? 'forbidden' : 'token_invalid');
};

const principalOf = async (
  authorization: string,
  tokens: Tokens,
): Promise<Principal | 'invalid'> => {
  if (authorization === '') return anonymous;
  const token = bearerPattern.exec(authorization)?.[1];
  if (token === undefined) return 'invalid';
  const verified = await tokens.verifyToken(token);
  return E.isRight(verified) ? verified.right : 'invalid';
};
