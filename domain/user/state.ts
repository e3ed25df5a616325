import type { ReferralCode, UserId } from '../shared/ids.js';
import type { IndexValue } from '../shared/index-value.js';
import type { Instant } from '../shared/instant.js';
import type { Sealed } from '../shared/sealed.js';
import type {
  ExternalProvider,
  IdentifierKind,
  KycStatus,
  UserEvent,
  UserStatus,
} from './events.js';

/**
 * A person, as far as decisions need to know one.
 *
 * Status: ACTIVE ⇄ BANNED, ACTIVE ⇄ INACTIVE (rules 2.1); deleted is for ever.
 * KYC: NOT_SUBMITTED → PENDING → APPROVED | REJECTED; REJECTED → PENDING (rules 2.3).
 */
export interface User {
  readonly userId: UserId;
  readonly status: UserStatus;
  readonly isDeleted: boolean;
  readonly isProfileComplete: boolean;
  readonly kyc: KycStatus;
  /** Of the documents that are there now. */
  readonly kycSubmittedAt: Instant | null;
  readonly referralCode: ReferralCode | null;
  /** Blind indexes of what the person can be found by. */
  readonly identifiers: Readonly<Partial<Record<IdentifierKind, IndexValue>>>;
  /** As it was sealed, for whoever writes to them; there is one at most, and it was verified. */
  readonly email: Sealed | null;
  readonly externals: Readonly<Partial<Record<ExternalProvider, IndexValue>>>;
  readonly username: IndexValue | null;
  /** As it was sealed last; a change of one field begins with the others. */
  readonly profile: Sealed | null;
}

/** `null`: nobody has registered. */
export type UserState = User | null;

const registered = ({ data }: Extract<UserEvent, { type: 'UserRegistered' }>): User => ({
  userId: data.userId,
  status: 'ACTIVE',
  isDeleted: false,
  isProfileComplete: false,
  kyc: 'NOT_SUBMITTED',
  kycSubmittedAt: null,
  referralCode: data.referralCode,
  identifiers: {},
  email: null,
  externals: {},
  username: null,
  profile: null,
});

export const evolveUser = (user: UserState, event: UserEvent): UserState => {
  if (event.type === 'UserRegistered') return registered(event);
  if (user === null) return null;
  switch (event.type) {
    case 'IdentifierAdded': {
      const { kind, value, index } = event.data;
      const identifiers = { ...user.identifiers, [kind]: index };
      return { ...user, identifiers, email: kind === 'email' ? value : user.email };
    }
    case 'UsernameChosen':
      return { ...user, username: event.data.index };
    case 'ExternalIdentityLinked':
      return { ...user, externals: { ...user.externals, [event.data.provider]: event.data.index } };
    case 'ProfileCompleted':
      return { ...user, isProfileComplete: true };
    case 'KycStatusChanged':
      return { ...user, kyc: event.data.status };
    case 'UserStatusChanged':
      return { ...user, status: event.data.status };
    case 'AccountDeleted':
      return { ...user, status: 'INACTIVE', isDeleted: true };
    case 'ProfileChanged':
      return { ...user, profile: event.data.profile };
    case 'KycSubmitted':
      return { ...user, kycSubmittedAt: event.data.at };
    default:
      return user;
  }
};
