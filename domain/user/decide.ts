import * as E from 'fp-ts/lib/Either.js';
import type { ReferralCode, UserId } from '../shared/ids.js';
import type { IndexValue } from '../shared/index-value.js';
import type { Instant } from '../shared/instant.js';
import type { IdReused } from '../shared/repeat.js';
import type { Sealed } from '../shared/sealed.js';
import {
  addIdentifier,
  deleteAccount,
  linkExternalIdentity,
  registerUser,
} from './decide-account.js';
import type {
  ExternalProvider,
  IdentifierKind,
  KycStatus,
  RegisteredBy,
  UserEvent,
  UserStatus,
} from './events.js';
import type { User, UserState } from './state.js';

/** A text that only its owner's key opens, and what it can be recognised by. */
export interface SealedName {
  readonly value: Sealed;
  readonly index: IndexValue;
}

export type UserCommand =
  /** That identifiers and names are free was claimed before, see `domain/claim`. */
  | {
      readonly type: 'RegisterUser';
      readonly userId: UserId;
      readonly by: RegisteredBy;
      readonly identifier: (SealedName & { readonly kind: IdentifierKind }) | null;
      readonly username: SealedName | null;
      readonly external: {
        readonly provider: ExternalProvider;
        readonly index: IndexValue;
      } | null;
      readonly referralCode: ReferralCode | null;
      readonly referredBy: UserId | null;
      readonly at: Instant;
    }
  | (SealedName & {
      readonly type: 'AddIdentifier';
      readonly kind: IdentifierKind;
      readonly at: Instant;
    })
  | {
      readonly type: 'LinkExternalIdentity';
      readonly provider: ExternalProvider;
      readonly index: IndexValue;
      readonly at: Instant;
    }
  | {
      readonly type: 'ChangeUserStatus';
      readonly status: UserStatus;
      readonly reason: string;
      readonly at: Instant;
    }
  /**
   * `isComplete` of what is sealed inside, see `profile.ts`. `since` is the profile that it was
   * made from: a profile is stored whole, and must not undo what another request has changed.
   */
  | {
      readonly type: 'ChangeProfile';
      readonly since: Sealed | null;
      readonly profile: Sealed;
      readonly isComplete: boolean;
      readonly at: Instant;
    }
  | { readonly type: 'SubmitKyc'; readonly documents: Sealed; readonly at: Instant }
  /** `seen`: when the documents were submitted that the decision is about. */
  | { readonly type: 'ApproveKyc'; readonly seen?: Instant | null; readonly at: Instant }
  /** A rejection carries its reason (KYC-1). */
  | {
      readonly type: 'RejectKyc';
      readonly reason: string;
      readonly seen?: Instant | null;
      readonly at: Instant;
    }
  | { readonly type: 'DeleteAccount'; readonly at: Instant };

export type UserRefusal =
  | { readonly kind: 'UserUnknown' }
  | { readonly kind: 'AccountIsDeleted' }
  | { readonly kind: 'EmailImmutable' }
  | { readonly kind: 'PhoneImmutable' }
  | { readonly kind: 'ExternalIdentityImmutable'; readonly provider: ExternalProvider }
  | { readonly kind: 'ReasonMissing' }
  /** Another change came first; this one is to be made anew. */
  | { readonly kind: 'ProfileOvertaken' }
  | {
      readonly kind: 'UserStatusChangeNotAllowed';
      readonly from: UserStatus;
      readonly to: UserStatus;
    }
  | { readonly kind: 'KycChangeNotAllowed'; readonly from: KycStatus; readonly to: KycStatus }
  /** The documents were replaced after somebody had looked at them. */
  | { readonly kind: 'KycResubmitted'; readonly submittedAt: Instant }
  | IdReused;

export type Decision = E.Either<UserRefusal, readonly UserEvent[]>;
export type Wish<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;

const nextStatuses: Readonly<Record<UserStatus, readonly UserStatus[]>> = {
  ACTIVE: ['BANNED', 'INACTIVE'],
  BANNED: ['ACTIVE'],
  INACTIVE: ['ACTIVE'],
};

/** From APPROVED nothing leads away: a new submission never takes an approval (P-101). */
const nextKycStatuses: Readonly<Record<KycStatus, readonly KycStatus[]>> = {
  NOT_SUBMITTED: ['PENDING'],
  PENDING: ['APPROVED', 'REJECTED'],
  APPROVED: [],
  REJECTED: ['PENDING'],
};

const isBlank = (text: string): boolean => text.trim() === '';

const changeStatus = (wish: Wish<'ChangeUserStatus'>, user: User): Decision => {
  const { status, reason, at } = wish;
  if (status === user.status) return E.right([]);
  if (!nextStatuses[user.status].includes(status)) {
    return E.left({ kind: 'UserStatusChangeNotAllowed', from: user.status, to: status });
  }
  if (isBlank(reason)) return E.left({ kind: 'ReasonMissing' });
  return E.right([{ type: 'UserStatusChanged', data: { status, reason, at } }]);
};

const changeProfile = (wish: Wish<'ChangeProfile'>, user: User): Decision => {
  const { since, profile, isComplete, at } = wish;
  if (since !== user.profile) return E.left({ kind: 'ProfileOvertaken' });
  const changed: UserEvent = { type: 'ProfileChanged', data: { profile, at } };
  const completes = isComplete && !user.isProfileComplete;
  return E.right(completes ? [changed, { type: 'ProfileCompleted', data: { at } }] : [changed]);
};

interface KycStep {
  readonly status: KycStatus;
  readonly reason: string;
  readonly at: Instant;
}

const changeKyc = (user: User, step: KycStep): Decision => {
  if (step.status === user.kyc) return E.right([]);
  if (!nextKycStatuses[user.kyc].includes(step.status)) {
    return E.left({ kind: 'KycChangeNotAllowed', from: user.kyc, to: step.status });
  }
  return E.right([{ type: 'KycStatusChanged', data: step }]);
};

/** Staff decide about the documents that they have seen, and about no others. */
const decideKyc = (
  { seen = null }: Wish<'ApproveKyc'> | Wish<'RejectKyc'>,
  user: User,
  step: KycStep,
): Decision => {
  const { kycSubmittedAt: submittedAt } = user;
  if (seen !== null && submittedAt !== null && submittedAt !== seen) {
    return E.left({ kind: 'KycResubmitted', submittedAt });
  }
  return changeKyc(user, step);
};

/** Submitting again while PENDING replaces the documents; the status stays. */
const submitKyc = ({ documents, at }: Wish<'SubmitKyc'>, user: User): Decision => {
  if (user.kyc === 'APPROVED') {
    return E.left({ kind: 'KycChangeNotAllowed', from: 'APPROVED', to: 'PENDING' });
  }
  const submitted: UserEvent = { type: 'KycSubmitted', data: { documents, at } };
  const step = changeKyc(user, { status: 'PENDING', reason: '', at });
  return E.isLeft(step) ? step : E.right([submitted, ...step.right]);
};

export const decideUser = (command: UserCommand, user: UserState): Decision => {
  if (command.type === 'RegisterUser') return registerUser(command, user);
  if (user === null) return E.left({ kind: 'UserUnknown' });
  if (user.isDeleted) {
    return command.type === 'DeleteAccount' ? E.right([]) : E.left({ kind: 'AccountIsDeleted' });
  }
  return decideExisting(command, user);
};

const decideExisting = (
  command: Exclude<UserCommand, { type: 'RegisterUser' }>,
  user: User,
): Decision => {
  switch (command.type) {
    case 'AddIdentifier':
      return addIdentifier(command, user);
    case 'LinkExternalIdentity':
      return linkExternalIdentity(command, user);
    case 'ChangeUserStatus':
      return changeStatus(command, user);
    case 'ChangeProfile':
      return changeProfile(command, user);
    case 'SubmitKyc':
      return submitKyc(command, user);
    case 'ApproveKyc':
      return decideKyc(command, user, { status: 'APPROVED', reason: '', at: command.at });
    case 'RejectKyc':
      if (isBlank(command.reason)) return E.left({ kind: 'ReasonMissing' });
      return decideKyc(command, user, {
        status: 'REJECTED',
        reason: command.reason,
        at: command.at,
      });
    case 'DeleteAccount':
      return deleteAccount(command);
  }
};
