import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import {
  type KycStatus,
  mayRent,
  type UserEvent,
  type UserStatus,
  user as userAggregate,
} from '../../domain/user/index.js';
import { specOf } from '../support/decider-spec.js';

const user = specOf(userAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const userId = brandOrThrow(UserId, 'sita');

const registered: UserEvent = { type: 'UserRegistered', data: { userId, at } };
const profileCompleted: UserEvent = { type: 'ProfileCompleted', data: { at } };
const statusIs = (status: UserStatus): UserEvent => ({
  type: 'UserStatusChanged',
  data: { status, reason: 'rude', at },
});
const kycIs = (status: KycStatus, reason = ''): UserEvent => ({
  type: 'KycStatusChanged',
  data: { status, reason, at },
});
const changeStatus = (status: UserStatus, reason = 'rude') => ({
  type: 'ChangeUserStatus' as const,
  status,
  reason,
  at,
});

test(
  'somebody registers',
  user.given().when({ type: 'RegisterUser', userId, at }).thenOnce(registered),
);

test(
  'nobody registers on the stream of another',
  user
    .given(registered)
    .when({ type: 'RegisterUser', userId: brandOrThrow(UserId, 'gita'), at })
    .refuses({ kind: 'IdReused', id: 'gita', differing: ['userId'] }),
);

test(
  'who is not registered has no profile',
  user.given().when({ type: 'CompleteProfile', at }).refuses({ kind: 'UserUnknown' }),
);

test(
  'PROF-1: a profile is completed once',
  user.given(registered).when({ type: 'CompleteProfile', at }).thenOnce(profileCompleted),
);

const allowed: readonly (readonly [UserStatus, UserStatus])[] = [
  ['ACTIVE', 'BANNED'],
  ['ACTIVE', 'INACTIVE'],
  ['BANNED', 'ACTIVE'],
  ['INACTIVE', 'ACTIVE'],
];
for (const [from, to] of allowed) {
  test(
    `rules 2.1: ${from} becomes ${to}`,
    user.given(registered, statusIs(from)).when(changeStatus(to)).thenOnce(statusIs(to)),
  );
}

for (const [from, to] of [
  ['BANNED', 'INACTIVE'],
  ['INACTIVE', 'BANNED'],
] as const) {
  test(
    `rules 2.1: ${from} does not become ${to}`,
    user
      .given(registered, statusIs(from))
      .when(changeStatus(to))
      .refuses({ kind: 'UserStatusChangeNotAllowed', from, to }),
  );
}

test(
  'nobody is banned without a reason',
  user.given(registered).when(changeStatus('BANNED', ' ')).refuses({ kind: 'ReasonMissing' }),
);

const submit = { type: 'SubmitKyc', at } as const;
const approve = { type: 'ApproveKyc', at } as const;
const reject = { type: 'RejectKyc', reason: 'blurred', at } as const;

test('KYC is submitted', user.given(registered).when(submit).thenOnce(kycIs('PENDING')));

test(
  'KYC-1: a submission is approved',
  user.given(registered, kycIs('PENDING')).when(approve).thenOnce(kycIs('APPROVED')),
);

test(
  'KYC-1: a rejection carries its reason',
  user.given(registered, kycIs('PENDING')).when(reject).thenOnce(kycIs('REJECTED', 'blurred')),
);

test(
  'KYC-1: a rejection without a reason is refused',
  user
    .given(registered, kycIs('PENDING'))
    .when({ ...reject, reason: '' })
    .refuses({ kind: 'ReasonMissing' }),
);

test(
  'a rejected submission may be followed by another',
  user
    .given(registered, kycIs('PENDING'), kycIs('REJECTED', 'blurred'))
    .when(submit)
    .thenOnce(kycIs('PENDING')),
);

test(
  'P-101: a new submission does not take away an approval',
  user
    .given(registered, kycIs('PENDING'), kycIs('APPROVED'))
    .when(submit)
    .refuses({ kind: 'KycChangeNotAllowed', from: 'APPROVED', to: 'PENDING' }),
);

test(
  'what nobody submitted is not approved',
  user
    .given(registered)
    .when(approve)
    .refuses({ kind: 'KycChangeNotAllowed', from: 'NOT_SUBMITTED', to: 'APPROVED' }),
);

const needsNothing = { profileComplete: false, kycVerified: false };
const needsAll = { profileComplete: true, kycVerified: true };

test('START-1: only an ACTIVE user rents', (t) => {
  const answer = (...history: readonly UserEvent[]) =>
    mayRent(user.given(...history).state, needsNothing);
  t.deepEqual(answer(), E.left({ kind: 'UserInvalid' as const, status: null }));
  t.deepEqual(
    answer(registered, statusIs('BANNED')),
    E.left({ kind: 'UserInvalid' as const, status: 'BANNED' as const }),
  );
  t.deepEqual(answer(registered), E.right(undefined));
});

test('START-2, START-3: profile and KYC count where the settings demand them', (t) => {
  const answer = (...history: readonly UserEvent[]) =>
    mayRent(user.given(registered, ...history).state, needsAll);
  const complete = [profileCompleted, kycIs('PENDING')];
  t.deepEqual(answer(), E.left({ kind: 'ProfileIncomplete' as const }));
  t.deepEqual(answer(...complete), E.left({ kind: 'KycNotApproved' as const }));
  t.deepEqual(answer(...complete, kycIs('APPROVED')), E.right(undefined));
});
