/** From somebody whom a provider has named to a user of ours (AUTH-8). */

import * as E from 'fp-ts/lib/Either.js';
import { externalIdentityClaimId, identifierClaimId } from '../../../domain/claim/index.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import type { Identifier } from '../../../domain/shared/identifier.js';
import { type ReferralCode, UserId } from '../../../domain/shared/ids.js';
import type { IndexValue } from '../../../domain/shared/index-value.js';
import type { User } from '../../../domain/user/index.js';
import { Username } from '../../../domain/user/username.js';
import type { ExternalIdentity } from '../../../ports/accounts/external-identity.js';
import { deriveId } from '../../context.js';
import { idFrom, submit } from '../../operation.js';
import { refusalCode } from '../../refusal-codes.js';
import { type Arrival, loginOf, registrationOf } from '../arrival.js';
import { claimFor, contextFor, register, releaseFor, type SignInRequest } from '../registration.js';
import { wakeUp } from '../sign-in.js';
import { type AccountTools, identifierIndexOf } from '../tools.js';

/** `concurrent_change`: somebody else just took what was free a moment ago. */
export type SocialRefusal = 'user_invalid' | 'external_identity_immutable' | 'concurrent_change';

interface Newcomer {
  readonly identity: ExternalIdentity;
  readonly referralCode: ReferralCode | null;
}

/** How the identity is known here. */
interface Link {
  readonly identity: ExternalIdentity;
  readonly index: IndexValue;
  readonly claimId: string;
}

const linkOf = ({ blindIndex }: AccountTools, identity: ExternalIdentity): Link => {
  const { provider, subject } = identity;
  const index = blindIndex.of('external', `${provider}:${subject}`);
  return { identity, index, claimId: externalIdentityClaimId(provider, index) };
};

const vouchedIdentifier = ({ vouchedEmail }: ExternalIdentity): Identifier | null =>
  vouchedEmail === null ? null : { kind: 'email', value: vouchedEmail };

/**
 * Whose identity it is: whoever has linked it, else whoever has the address, if the provider
 * vouches for that. Our own copy is sound then, too: an address is claimed by somebody who has read
 * a code there, for whom a provider vouched, or whom staff invited by it; so nobody can have waited
 * in an account with an address of others.
 */
const bearerOf = async (
  tools: AccountTools,
  request: SignInRequest,
  { identity, index, claimId }: Link,
): Promise<UserId | null> => {
  const { handlers } = tools;
  const { state: bearer } = await handlers.claim.load(claimId);
  if (bearer !== null) {
    const userId = idFrom(UserId, bearer);
    const { state: user } = await handlers.user.load(userId);
    const hasLeft = user?.isDeleted === true;
    if (!hasLeft || user.externals[identity.provider] === index) return userId;
    // Linking broke off because the account was deleted meanwhile; nobody else will release it.
    await releaseFor(tools, request, { id: claimId, bearer: userId });
  }
  const email = vouchedIdentifier(identity);
  return email === null ? null : ownerOf(tools, request, email);
};

/** Who has the address; who has left has nothing any more, as in `claimIdentifier`. */
const ownerOf = async (
  tools: AccountTools,
  request: SignInRequest,
  email: Identifier,
): Promise<UserId | null> => {
  const { claim, user } = tools.handlers;
  const id = identifierClaimId(identifierIndexOf(tools, email));
  const { state: bearer } = await claim.load(id);
  if (bearer === null) return null;
  const owner = idFrom(UserId, bearer);
  if ((await user.load(owner)).state?.isDeleted !== true) return owner;
  await releaseFor(tools, request, { id, bearer: owner });
  return null;
};

/** A claim is nothing before the user says so, too: it may be left from a link that broke off. */
const linked = async (
  tools: AccountTools,
  request: SignInRequest,
  { user, link }: { readonly user: User; readonly link: Link },
): Promise<E.Either<SocialRefusal, void>> => {
  const { provider } = link.identity;
  const { index, claimId } = link;
  const { userId, externals } = user;
  if (externals[provider] === index) return E.right(undefined);
  if (externals[provider] !== undefined) return E.left('external_identity_immutable');
  const owner = await claimFor(tools, request, { id: claimId, bearer: userId });
  if (owner !== userId) return E.left('concurrent_change');
  const context = contextFor(request, userId, `link ${provider}`);
  const wish = { type: 'LinkExternalIdentity', provider, index, at: request.now } as const;
  const done = await submit(tools.handlers.user, userId, wish, context);
  if (E.isRight(done)) {
    tools.log.info('an external identity was linked', { provider, userId });
    return E.right(undefined);
  }
  await releaseFor(tools, request, { id: claimId, bearer: userId });
  const isImmutable = refusalCode(done.left) === 'external_identity_immutable';
  return E.left(isImmutable ? 'external_identity_immutable' : 'user_invalid');
};

/** P-092, P-098: who was kept out stays out, and is linked with nothing. */
const comeBack = async (
  tools: AccountTools,
  request: SignInRequest,
  known: { readonly user: User; readonly link: Link },
): Promise<E.Either<SocialRefusal, Arrival>> => {
  const awake = await wakeUp(tools, request, known.user);
  if (E.isLeft(awake)) return awake;
  const done = await linked(tools, request, known);
  return E.isLeft(done) ? done : E.right(loginOf(known.user));
};

/** One is free unless somebody chose twelve signs of a hash by chance. */
const usernameTriesMax = 3;
const usernameSigns = 12;

/** A provider's page asks for no user name. However often it is tried, it is the same one. */
const usernameFor = (userId: UserId, attempt: number): Username => {
  const signs = deriveId(userId, 'user name', String(attempt)).replaceAll('-', '');
  return brandOrThrow(Username, `user-${signs.slice(0, usernameSigns)}`);
};

const registerAs = async (
  tools: AccountTools,
  request: SignInRequest,
  {
    userId,
    link,
    referralCode,
  }: Pick<Newcomer, 'referralCode'> & {
    readonly userId: UserId;
    readonly link: Link;
  },
): Promise<Arrival> => {
  const { identity, index } = link;
  const { provider } = identity;
  const email = vouchedIdentifier(identity);
  const address = email === null ? null : identifierClaimId(identifierIndexOf(tools, email));
  const isOwn =
    address !== null &&
    (await claimFor(tools, request, { id: address, bearer: userId })) === userId;
  for (let attempt = 1; attempt <= usernameTriesMax; attempt += 1) {
    const registered = await register(tools, request, {
      userId,
      by: provider === 'google' ? 'GOOGLE' : 'APPLE',
      identifier: isOwn ? email : null,
      username: usernameFor(userId, attempt),
      external: { provider, index },
      referralCode,
    });
    if (E.isRight(registered)) return registrationOf(registered.right);
  }
  throw new Error('no user name was free');
};

/** Signs in who is known, links who is known by a vouched address, and registers who is new. */
export const arriveBy = async (
  tools: AccountTools,
  request: SignInRequest,
  { identity, referralCode }: Newcomer,
): Promise<E.Either<SocialRefusal, Arrival>> => {
  const { user: users } = tools.handlers;
  const link = linkOf(tools, identity);
  const bearer = await bearerOf(tools, request, link);
  const known = bearer === null ? null : (await users.load(bearer)).state;
  if (known !== null) return comeBack(tools, request, { user: known, link });
  // A bearer who never registered is a registration that broke off: it goes on.
  const wanted = bearer ?? idFrom(UserId, tools.newId());
  const userId = await claimFor(tools, request, { id: link.claimId, bearer: wanted });
  const { state: faster } = await users.load(userId);
  if (faster !== null) return comeBack(tools, request, { user: faster, link });
  return E.right(await registerAs(tools, request, { userId, link, referralCode }));
};
