import * as t from 'io-ts';
import { nullable, oneOf } from '../shared/codecs.js';
import { type EventOf, event, type Upcaster } from '../shared/events.js';
import { ReferralCode, UserId } from '../shared/ids.js';
import { IndexValue } from '../shared/index-value.js';
import { Instant } from '../shared/instant.js';
import { Sealed } from '../shared/sealed.js';

export const UserStatus = oneOf('UserStatus', ['ACTIVE', 'BANNED', 'INACTIVE']);
export type UserStatus = t.TypeOf<typeof UserStatus>;

export const KycStatus = oneOf('KycStatus', ['NOT_SUBMITTED', 'PENDING', 'APPROVED', 'REJECTED']);
export type KycStatus = t.TypeOf<typeof KycStatus>;

/** How an account came about; `OPERATOR` is the command line: demo people and tests. */
export const RegisteredBy = oneOf('RegisteredBy', [
  'EMAIL',
  'PHONE',
  'GOOGLE',
  'APPLE',
  'OPERATOR',
]);
export type RegisteredBy = t.TypeOf<typeof RegisteredBy>;

export const IdentifierKind = oneOf('IdentifierKind', ['email', 'phone']);
export type IdentifierKind = t.TypeOf<typeof IdentifierKind>;

export const ExternalProvider = oneOf('ExternalProvider', ['google', 'apple']);
export type ExternalProvider = t.TypeOf<typeof ExternalProvider>;

/** Before there was sign-in, operators registered everybody, and nobody had a referral code. */
const registeredByOperator: Upcaster = (data) => ({
  ...(typeof data === 'object' ? data : null),
  by: 'OPERATOR',
  referralCode: null,
  referredBy: null,
});

/**
 * A person. Whatever tells who it is stands here sealed with a key of that person, or as a blind
 * index: when the key is destroyed, no name is left in the log.
 */
export const userEvents = {
  UserRegistered: event(
    t.strict({
      userId: UserId,
      by: RegisteredBy,
      referralCode: nullable(ReferralCode),
      referredBy: nullable(UserId),
      at: Instant,
    }),
    [registeredByOperator],
  ),
  /** One e-mail address and one phone number at most; neither ever changes (AUTH-10). */
  IdentifierAdded: event(
    t.strict({ kind: IdentifierKind, value: Sealed, index: IndexValue, at: Instant }),
  ),
  UsernameChosen: event(t.strict({ value: Sealed, index: IndexValue, at: Instant })),
  /** The index is of the provider's own id of the person, never of an e-mail address (AUTH-8). */
  ExternalIdentityLinked: event(
    t.strict({ provider: ExternalProvider, index: IndexValue, at: Instant }),
  ),
  /** The whole profile as JSON, see `Profile`. */
  ProfileChanged: event(t.strict({ profile: Sealed, at: Instant })),
  /** Full name, date of birth and address are all there (PROF-1). Happens once. */
  ProfileCompleted: event(t.strict({ at: Instant })),
  /** The documents as JSON, see `KycDocuments`; they replace those that were there. */
  KycSubmitted: event(t.strict({ documents: Sealed, at: Instant })),
  /** A reason that staff gave is sealed; the program's own words, and those of old, are not. */
  KycStatusChanged: event(t.strict({ status: KycStatus, reason: t.string, at: Instant })),
  /** The same of the reason. */
  UserStatusChanged: event(t.strict({ status: UserStatus, reason: t.string, at: Instant })),
  /** The user left (AUTH-11). Nothing follows; what is sealed above can soon be opened no more. */
  AccountDeleted: event(t.strict({ at: Instant })),
} as const;

export type UserEvent = EventOf<typeof userEvents>;
