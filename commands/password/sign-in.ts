/** What the ways in by password do alike, whoever comes (AUTH-12). */

import * as E from 'fp-ts/lib/Either.js';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { type Instant, secondsBetween } from '../../domain/shared/instant.js';
import type { Busy, PasswordCheck } from '../../ports/accounts/passwords.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import type { Client } from '../../ports/http/route.js';
import type { SignInRequest } from '../account/registration.js';
import { tokensOf } from '../account/session-tokens.js';
import type { TokenPair } from '../account/shapes.js';
import { type AccountTools, identifierIndexOf } from '../account/tools.js';
import type { Door, Guest } from './door.js';

export const signInProblems = [
  'invalid_credentials',
  'sign_in_paused',
  'service_unavailable',
] as const;

type SignInProblem = Problem<(typeof signInProblems)[number]>;

/** Of those who have to wait, whether or not there is such an account. */
export const waiting = (
  check: Extract<PasswordCheck, { readonly kind: 'paused' }> | Busy,
  now: Instant,
): Problem<'sign_in_paused' | 'service_unavailable'> => {
  if (check.kind === 'busy') {
    return problem('service_unavailable', { retryAfterSeconds: check.retryAfterSeconds });
  }
  const retryAfterSeconds = Math.max(1, Math.ceil(secondsBetween(now, check.until)));
  return problem('sign_in_paused', { retryAfterSeconds });
};

interface Credentials extends SignInRequest {
  readonly email: EmailAddress;
  readonly password: string;
}

const admit = async (
  tools: AccountTools,
  door: Door,
  { email, password, now }: Credentials,
): Promise<E.Either<SignInProblem, Guest>> => {
  const guest = await door.find(email);
  const index = identifierIndexOf(tools, { kind: 'email', value: email });
  const holder = guest?.holder ?? null;
  const check = await tools.accounts.passwords.check({
    name: `${door.realm}:${index}`,
    holder,
    password,
  });
  if (check.kind === 'paused' || check.kind === 'busy') return E.left(waiting(check, now));
  if (check.kind === 'correct' && guest !== null) return E.right(guest);
  tools.log.info('a sign-in by password was refused', { realm: door.realm });
  return E.left(problem('invalid_credentials'));
};

export interface Entered extends Guest {
  readonly tokens: TokenPair;
}

/**
 * Opens a session for whoever knows the password. Who is kept out from now on loses the sessions
 * that are open, so it is looked at again afterwards: one of the two sees the other.
 */
export const signIn = async (
  tools: AccountTools,
  door: Door,
  credentials: Credentials,
): Promise<E.Either<SignInProblem, Entered>> => {
  const admitted = await admit(tools, door, credentials);
  if (E.isLeft(admitted)) return admitted;
  const { sessions } = tools.accounts;
  const { holder } = admitted.right;
  await door.wake(holder.id, credentials);
  const opened = await sessions.open({ holder, realm: door.realm, deviceId: null });
  const guest = await door.recall(holder.id);
  if (guest === null) {
    await sessions.revoke(opened.session.sessionId, 'by-staff');
    return E.left(problem('invalid_credentials'));
  }
  return E.right({ ...guest, tokens: await tokensOf(tools, opened, guest.roles) });
};

/** AUTH-5 for this door: each refresh token is good for one use; roles are those of now. */
export const refresh = async (
  tools: AccountTools,
  door: Door,
  { refreshToken, client }: { readonly refreshToken: string; readonly client: Client },
): Promise<E.Either<Problem<'invalid_refresh_token'>, TokenPair>> => {
  const { sessions } = tools.accounts;
  const rotation = await sessions.rotate({ refreshToken, realm: door.realm, caller: client.agent });
  if (rotation.kind !== 'rotated') return E.left(problem('invalid_refresh_token'));
  const { holder, sessionId } = rotation.session;
  const guest = await door.recall(holder.id);
  if (guest === null) {
    await sessions.revoke(sessionId, 'by-staff');
    return E.left(problem('invalid_refresh_token'));
  }
  return E.right(await tokensOf(tools, rotation, guest.roles));
};

export const changeProblems = [
  'wrong_password',
  'passwords_differ',
  'sign_in_paused',
  'service_unavailable',
] as const;

interface PasswordChange {
  readonly current_password: string;
  readonly new_password: string;
  readonly confirm_password: string;
}

/**
 * Changes the own password, and ends all other sessions: whoever else is in does not stay.
 *
 * @returns `null` when it is done.
 */
export const changePassword = async (
  { accounts }: Pick<AccountTools, 'accounts'>,
  { principal, now }: { readonly principal: IdentifiedPrincipal; readonly now: Instant },
  change: PasswordChange,
): Promise<Problem<(typeof changeProblems)[number]> | null> => {
  if (change.new_password !== change.confirm_password) return problem('passwords_differ');
  const { kind, id, sessionId } = principal;
  const holder = { kind, id };
  const passwords = { current: change.current_password, next: change.new_password };
  const changed = await accounts.passwords.change(holder, passwords);
  if (changed.kind === 'wrong') return problem('wrong_password');
  if (changed.kind !== 'set') return waiting(changed, now);
  await accounts.sessions.revokeAll(holder, 'password-changed', { exceptSessionId: sessionId });
  return null;
};
