/** Lets somebody in who has proven who he is, and nobody whom staff have kept out (AUTH-7). */

import * as E from 'fp-ts/lib/Either.js';
import type { UserId } from '../../domain/shared/ids.js';
import type { User } from '../../domain/user/index.js';
import type { Realm } from '../../ports/accounts/sessions.js';
import type { Role } from '../../ports/http/access.js';
import { submit } from '../operation.js';
import { contextFor, type SignInRequest } from './registration.js';
import { tokensOf } from './session-tokens.js';
import type { TokenPair } from './shapes.js';
import { type AccountTools, userHolder } from './tools.js';

/** Who was away for long comes back by signing in (P-098); banned and deleted users do not. */
export const wakeUp = async (
  { handlers }: AccountTools,
  request: SignInRequest,
  user: User,
): Promise<E.Either<'user_invalid', void>> => {
  if (user.status === 'ACTIVE') return E.right(undefined);
  if (user.status === 'BANNED' || user.isDeleted) return E.left('user_invalid');
  const context = contextFor(request, user.userId, 'wake up');
  const reason = 'signed in again';
  const command = { type: 'ChangeUserStatus', status: 'ACTIVE', reason, at: request.now } as const;
  const done = await submit(handlers.user, user.userId, command, context);
  return E.isRight(done) ? E.right(undefined) : E.left('user_invalid');
};

interface Door {
  readonly userId: UserId;
  readonly realm: Realm;
  readonly roles: readonly Role[];
  readonly deviceId: string | null;
}

/**
 * Opens a session. A ban revokes what is open, so the status is looked at again afterwards: of a
 * ban that comes meanwhile one of the two sees the other.
 */
export const openSession = async (
  tools: AccountTools,
  { userId, realm, roles, deviceId }: Door,
): Promise<E.Either<'user_invalid', TokenPair>> => {
  const { handlers, accounts } = tools;
  const opened = await accounts.sessions.open({ holder: userHolder(userId), realm, deviceId });
  const { state } = await handlers.user.load(userId);
  if (state?.status !== 'ACTIVE') {
    await accounts.sessions.revoke(opened.session.sessionId, 'banned');
    return E.left('user_invalid');
  }
  return E.right(await tokensOf(tools, opened, roles));
};
