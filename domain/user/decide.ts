import * as E from 'fp-ts/lib/Either.js';
import type { UserId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { answerRepeat, type IdReused } from '../shared/repeat.js';
import type { KycStatus, UserEvent, UserStatus } from './events.js';
import type { User, UserState } from './state.js';

export type UserCommand =
  | { readonly type: 'RegisterUser'; readonly userId: UserId; readonly at: Instant }
  | {
      readonly type: 'ChangeUserStatus';
      readonly status: UserStatus;
      readonly reason: string;
      readonly at: Instant;
    }
  | { readonly type: 'CompleteProfile'; readonly at: Instant }
  | { readonly type: 'SubmitKyc'; readonly at: Instant }
  | { readonly type: 'ApproveKyc'; readonly at: Instant }
  /** A rejection carries its reason (KYC-1). */
  | { readonly type: 'RejectKyc'; readonly reason: string; readonly at: Instant };

export type UserRefusal =
  | { readonly kind: 'UserUnknown' }
  | { readonly kind: 'ReasonMissing' }
  | {
      readonly kind: 'UserStatusChangeNotAllowed';
      readonly from: UserStatus;
      readonly to: UserStatus;
    }
  | { readonly kind: 'KycChangeNotAllowed'; readonly from: KycStatus; readonly to: KycStatus }
  | IdReused;

type Decision = E.Either<UserRefusal, readonly UserEvent[]>;
type Wish<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;

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

const registerUser = ({ userId, at }: Wish<'RegisterUser'>, user: UserState): Decision =>
  user === null
    ? E.right([{ type: 'UserRegistered', data: { userId, at } }])
    : answerRepeat(userId, { userId: user.userId }, { userId });

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

const changeKyc = (
  user: User,
  {
    status,
    reason,
    at,
  }: { readonly status: KycStatus; readonly reason: string; readonly at: Instant },
): Decision => {
  // Submitting again while PENDING replaces the documents; the status stays.
  if (status === user.kyc) return E.right([]);
  if (!nextKycStatuses[user.kyc].includes(status)) {
    return E.left({ kind: 'KycChangeNotAllowed', from: user.kyc, to: status });
  }
  return E.right([{ type: 'KycStatusChanged', data: { status, reason, at } }]);
};

const completeProfile = ({ at }: Wish<'CompleteProfile'>, user: User): Decision =>
  E.right(user.isProfileComplete ? [] : [{ type: 'ProfileCompleted', data: { at } }]);

export const decideUser = (command: UserCommand, user: UserState): Decision => {
  if (command.type === 'RegisterUser') return registerUser(command, user);
  if (user === null) return E.left({ kind: 'UserUnknown' });
  const { at } = command;
  switch (command.type) {
    case 'ChangeUserStatus':
      return changeStatus(command, user);
    case 'CompleteProfile':
      return completeProfile(command, user);
    case 'SubmitKyc':
      return changeKyc(user, { status: 'PENDING', reason: '', at });
    case 'ApproveKyc':
      return changeKyc(user, { status: 'APPROVED', reason: '', at });
    case 'RejectKyc':
      if (isBlank(command.reason)) return E.left({ kind: 'ReasonMissing' });
      return changeKyc(user, { status: 'REJECTED', reason: command.reason, at });
  }
};
