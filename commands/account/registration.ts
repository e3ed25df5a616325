/**
 * A new user. What makes one unique is claimed first, each in the stream of its own name; then one
 * append says that the user is there. Whatever breaks off in between leaves a claim whose bearer
 * never registered: the next try goes on with that bearer.
 */

import * as E from 'fp-ts/lib/Either.js';
import {
  identifierClaimId,
  referralCodeClaimId,
  usernameClaimId,
} from '../../domain/claim/index.js';
import type { Identifier } from '../../domain/shared/identifier.js';
import { type ReferralCode, UserId } from '../../domain/shared/ids.js';
import type { IndexValue } from '../../domain/shared/index-value.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { RegisteredBy, SealedName } from '../../domain/user/index.js';
import { drawReferralCode } from '../../domain/user/referral-code.js';
import { comparableUsername, type Username } from '../../domain/user/username.js';
import type { Position } from '../../ports/event-store.js';
import { userFields } from '../../ports/user-data.js';
import type { CommandContext } from '../context.js';
import { deriveId } from '../context.js';
import { idFrom, submit } from '../operation.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

/** Which request it is; the same one makes the same commands. */
export interface SignInRequest {
  readonly commandId: string;
  readonly correlationId: string;
  readonly now: Instant;
}

/** Nobody is signed in yet, so the actor is who is just coming in. */
export const contextFor = (
  { commandId, correlationId }: SignInRequest,
  user: UserId,
  step: string,
): CommandContext => ({
  commandId: deriveId(commandId, step),
  correlationId,
  causationId: commandId,
  actor: { kind: 'user', id: user },
});

/** Claims a name for a user; answers whose it is now. */
export const claimFor = async (
  { handlers }: AccountTools,
  request: SignInRequest,
  claim: { readonly id: string; readonly bearer: UserId },
): Promise<UserId> => {
  const { id, bearer } = claim;
  const context = contextFor(request, bearer, `claim ${id}`);
  const wish = { type: 'ClaimName', bearer, at: request.now } as const;
  const claimed = await submit(handlers.claim, id, wish, context);
  return E.isRight(claimed) ? bearer : idFrom(UserId, claimed.left.bearer);
};

/** Frees a name, if this user still bears it. */
export const releaseFor = async (
  { handlers }: AccountTools,
  request: SignInRequest,
  { id, bearer }: { readonly id: string; readonly bearer: UserId },
): Promise<void> => {
  const context = contextFor(request, bearer, `release ${id}`);
  const wish = { type: 'ReleaseName', bearer, at: request.now } as const;
  await submit(handlers.claim, id, wish, context);
};

/**
 * Who has this identifier; a new id for somebody who is new. Who has left has nothing any more,
 * whether their names are not released yet or nobody knew of this one: its addition broke off.
 */
export const claimIdentifier = async (
  tools: AccountTools,
  request: SignInRequest,
  identifier: Identifier,
): Promise<UserId> => {
  const id = identifierClaimId(identifierIndexOf(tools, identifier));
  const newcomer = idFrom(UserId, tools.newId());
  const bearer = await claimFor(tools, request, { id, bearer: newcomer });
  const { state: user } = await tools.handlers.user.load(bearer);
  if (user?.isDeleted !== true) return bearer;
  await releaseFor(tools, request, { id, bearer });
  return claimFor(tools, request, { id, bearer: newcomer });
};

/** Two thousand million codes: more than one collision in a row is a broken source of chance. */
const referralCodeTriesMax = 5;

const claimReferralCode = async (
  tools: AccountTools,
  request: SignInRequest,
  userId: UserId,
): Promise<ReferralCode> => {
  for (let tries = 0; tries < referralCodeTriesMax; tries += 1) {
    const code = drawReferralCode((end) => tools.randomness.below(end));
    const id = referralCodeClaimId(code);
    if ((await claimFor(tools, request, { id, bearer: userId })) === userId) return code;
  }
  throw new Error('no referral code was free');
};

/** Who invited, or why the code counts for nothing (P-099). It never stops a registration. */
export type Invitation =
  | { readonly kind: 'none' }
  | { readonly kind: 'accepted'; readonly by: UserId }
  | { readonly kind: 'refused'; readonly code: 'invalid_referral_code' };

const invitationBy = async (
  { handlers }: AccountTools,
  code: ReferralCode | null,
): Promise<Invitation> => {
  if (code === null) return { kind: 'none' };
  const { state: bearer } = await handlers.claim.load(referralCodeClaimId(code));
  const refused = { kind: 'refused', code: 'invalid_referral_code' } as const;
  if (bearer === null) return refused;
  const { state: inviter } = await handlers.user.load(bearer);
  return inviter?.status === 'ACTIVE' ? { kind: 'accepted', by: inviter.userId } : refused;
};

export interface Newcomer {
  readonly userId: UserId;
  readonly by: RegisteredBy;
  readonly identifier: Identifier | null;
  readonly username: Username;
  readonly external: {
    readonly provider: 'google' | 'apple';
    readonly index: IndexValue;
  } | null;
  readonly referralCode: ReferralCode | null;
}

export interface Registered {
  readonly userId: UserId;
  readonly referralCode: ReferralCode;
  readonly invitation: Invitation;
  readonly position: Position | null;
}

const sealedUsername = async (
  tools: AccountTools,
  { userId, username }: Newcomer,
): Promise<SealedName> => ({
  value: await tools.personalData.seal(`user:${userId}`, userFields.username, username),
  index: tools.blindIndex.of('username', comparableUsername(username)),
});

const sealedIdentifier = async (tools: AccountTools, { userId, identifier }: Newcomer) => {
  if (identifier === null) return null;
  const field = userFields[identifier.kind];
  return {
    kind: identifier.kind,
    value: await tools.personalData.seal(`user:${userId}`, field, identifier.value),
    index: identifierIndexOf(tools, identifier),
  };
};

/** Registers somebody whose identifier or external identity is claimed for `userId`. */
export const register = async (
  tools: AccountTools,
  request: SignInRequest,
  newcomer: Newcomer,
): Promise<E.Either<'username_taken', Registered>> => {
  const { userId, by, external } = newcomer;
  const username = await sealedUsername(tools, newcomer);
  const nameClaim = { id: usernameClaimId(username.index), bearer: userId };
  if ((await claimFor(tools, request, nameClaim)) !== userId) return E.left('username_taken');
  const invitation = await invitationBy(tools, newcomer.referralCode);
  const referralCode = await claimReferralCode(tools, request, userId);
  const command = {
    type: 'RegisterUser',
    userId,
    by,
    identifier: await sealedIdentifier(tools, newcomer),
    username,
    external,
    referralCode,
    referredBy: invitation.kind === 'accepted' ? invitation.by : null,
    at: request.now,
  } as const;
  const context = contextFor(request, userId, 'register');
  const done = await submit(tools.handlers.user, userId, command, context);
  if (E.isLeft(done)) throw new Error(`a new user was refused: ${done.left.kind}`);
  const { position, state } = done.right;
  // Two requests of the same person may race; both are told the code that counts.
  const code = state?.referralCode ?? referralCode;
  return E.right({ userId, referralCode: code, invitation, position });
};
