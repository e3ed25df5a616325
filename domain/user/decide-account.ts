/** Decisions on who a person is: registration, what one is found by, leaving. */

import * as E from 'fp-ts/lib/Either.js';
import type { UserId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { answerRepeat } from '../shared/repeat.js';
import type { Decision, Wish } from './decide.js';
import type { UserEvent } from './events.js';
import type { User, UserState } from './state.js';

const identified = ({ identifier, at }: Wish<'RegisterUser'>): readonly UserEvent[] =>
  identifier === null ? [] : [{ type: 'IdentifierAdded', data: { ...identifier, at } }];

const named = ({ username, at }: Wish<'RegisterUser'>): readonly UserEvent[] =>
  username === null ? [] : [{ type: 'UsernameChosen', data: { ...username, at } }];

const linked = ({ external, at }: Wish<'RegisterUser'>): readonly UserEvent[] =>
  external === null ? [] : [{ type: 'ExternalIdentityLinked', data: { ...external, at } }];

export const registerUser = (wish: Wish<'RegisterUser'>, user: UserState): Decision => {
  const { userId, by, referralCode, referredBy, at } = wish;
  if (user !== null) return answerRepeat(userId, { userId: user.userId }, { userId });
  return E.right([
    { type: 'UserRegistered', data: { userId, by, referralCode, referredBy, at } },
    ...identified(wish),
    ...named(wish),
    ...linked(wish),
  ]);
};

/** AUTH-10: what is set stays; what is missing may be added once. */
export const addIdentifier = (wish: Wish<'AddIdentifier'>, user: User): Decision => {
  const { kind, value, index, at } = wish;
  const present = user.identifiers[kind];
  if (present === index) return E.right([]);
  if (present !== undefined) {
    return E.left({ kind: kind === 'email' ? 'EmailImmutable' : 'PhoneImmutable' });
  }
  return E.right([{ type: 'IdentifierAdded', data: { kind, value, index, at } }]);
};

/** One account of each provider; whoever signs in with another one is somebody else. */
export const linkExternalIdentity = (wish: Wish<'LinkExternalIdentity'>, user: User): Decision => {
  const { provider, index, at } = wish;
  const present = user.externals[provider];
  if (present === index) return E.right([]);
  if (present !== undefined) return E.left({ kind: 'ExternalIdentityImmutable', provider });
  return E.right([{ type: 'ExternalIdentityLinked', data: { provider, index, at } }]);
};

/** AUTH-11. What has to be settled before is settled where it is kept: renter and wallet. */
export const deleteAccount = ({ at }: Wish<'DeleteAccount'>): Decision =>
  E.right([{ type: 'AccountDeleted', data: { at } }]);

/** Somebody whom the command line puts there: no identifier, so no way to sign in but by token. */
export const registrationByOperator = (userId: UserId, at: Instant): Wish<'RegisterUser'> => ({
  type: 'RegisterUser',
  userId,
  by: 'OPERATOR',
  identifier: null,
  username: null,
  external: null,
  referralCode: null,
  referredBy: null,
  at,
});
