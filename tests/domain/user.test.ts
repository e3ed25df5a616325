import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { decodeEvent } from '../../domain/registry.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import type { Sealed } from '../../domain/shared/sealed.js';
import {
  type KycStatus,
  mayRent,
  registrationByOperator,
  type UserEvent,
  type UserStatus,
  user as userAggregate,
} from '../../domain/user/index.js';
import { specOf } from '../support/decider-spec.js';
import { indexOf, sealed } from '../support/sealed.js';

const user = specOf(userAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const userId = brandOrThrow(UserId, 'sita');

const registered: UserEvent = {
  type: 'UserRegistered',
  data: { userId, by: 'OPERATOR', referralCode: null, referredBy: null, at },
};
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
  user.given().when(registrationByOperator(userId, at)).thenOnce(registered),
);

test(
  'nobody registers on the stream of another',
  user
    .given(registered)
    .when(registrationByOperator(brandOrThrow(UserId, 'gita'), at))
    .refuses({ kind: 'IdReused', id: 'gita', differing: ['userId'] }),
);

const changeProfile = (isComplete: boolean, since: Sealed | null = null) =>
  ({ type: 'ChangeProfile', since, profile: sealed('a'), isComplete, at }) as const;
const profileChanged: UserEvent = { type: 'ProfileChanged', data: { profile: sealed('a'), at } };

test(
  'who is not registered has no profile',
  user.given().when(changeProfile(true)).refuses({ kind: 'UserUnknown' }),
);

test(
  'a profile may be filled in piece by piece',
  user.given(registered).when(changeProfile(false)).then(profileChanged),
);

test(
  'PROF-1: the change that completes a profile says so',
  user.given(registered).when(changeProfile(true)).then(profileChanged, profileCompleted),
);

test(
  'PROF-1: a profile is completed once, however often it is changed later',
  user.given(registered, profileCompleted).when(changeProfile(true)).then(profileChanged),
);

test(
  'a profile is changed from what it is, or not at all',
  user
    .given(registered, profileChanged)
    .when(changeProfile(true, sealed('b')))
    .refuses({ kind: 'ProfileOvertaken' }),
);

test(
  'and then from what it is now',
  user
    .given(registered, profileChanged)
    .when(changeProfile(true, sealed('a')))
    .then(profileChanged, profileCompleted),
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

const submit = { type: 'SubmitKyc', documents: sealed('k'), at } as const;
const submitted: UserEvent = { type: 'KycSubmitted', data: { documents: sealed('k'), at } };
const approve = { type: 'ApproveKyc', at } as const;
const reject = { type: 'RejectKyc', reason: 'blurred', at } as const;

test('KYC is submitted', user.given(registered).when(submit).then(submitted, kycIs('PENDING')));

test(
  'while a submission waits, another one replaces its documents',
  user.given(registered, submitted, kycIs('PENDING')).when(submit).then(submitted),
);

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
    .then(submitted, kycIs('PENDING')),
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

const later = instant('2026-03-01T11:00:00.000Z');
const submittedLater: UserEvent = {
  type: 'KycSubmitted',
  data: { documents: sealed('other'), at: later },
};

test(
  'P-101: documents that nobody has looked at are not approved with others',
  user
    .given(registered, submitted, kycIs('PENDING'), submittedLater)
    .when({ ...approve, seen: at })
    .refuses({ kind: 'KycResubmitted', submittedAt: later }),
);

test(
  'what was looked at is decided',
  user
    .given(registered, submitted, kycIs('PENDING'), submittedLater)
    .when({ ...approve, seen: later })
    .thenOnce(kycIs('APPROVED')),
);

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

const email = { kind: 'email', value: sealed('e'), index: indexOf('e') } as const;
const phone = { kind: 'phone', value: sealed('p'), index: indexOf('p') } as const;
const username = { value: sealed('u'), index: indexOf('u') };
const google = { provider: 'google', index: indexOf('g') } as const;
const emailAdded: UserEvent = { type: 'IdentifierAdded', data: { ...email, at } };
const phoneAdded: UserEvent = { type: 'IdentifierAdded', data: { ...phone, at } };
const googleLinked: UserEvent = { type: 'ExternalIdentityLinked', data: { ...google, at } };

test(
  'who registers by e-mail is known by address and name from the first moment',
  user
    .given()
    .when({
      ...registrationByOperator(userId, at),
      by: 'EMAIL',
      identifier: email,
      username,
      external: google,
    })
    .thenOnce(
      {
        type: 'UserRegistered',
        data: { userId, by: 'EMAIL', referralCode: null, referredBy: null, at },
      },
      emailAdded,
      { type: 'UsernameChosen', data: { ...username, at } },
      googleLinked,
    ),
);

test(
  'AUTH-10: the identifier that is missing may be added',
  user
    .given(registered, emailAdded)
    .when({ type: 'AddIdentifier', ...phone, at })
    .thenOnce(phoneAdded),
);

test(
  'AUTH-10: an e-mail address that is set stays',
  user
    .given(registered, emailAdded)
    .when({ type: 'AddIdentifier', ...email, index: indexOf('other'), at })
    .refuses({ kind: 'EmailImmutable' }),
);

test(
  'AUTH-10: a phone number that is set stays',
  user
    .given(registered, phoneAdded)
    .when({ type: 'AddIdentifier', ...phone, index: indexOf('other'), at })
    .refuses({ kind: 'PhoneImmutable' }),
);

test(
  'AUTH-8: an account of a provider is linked once, and to nobody else afterwards',
  user
    .given(registered)
    .when({ type: 'LinkExternalIdentity', ...google, at })
    .thenOnce(googleLinked),
);

test(
  'AUTH-8: another account of the same provider is somebody else',
  user
    .given(registered, googleLinked)
    .when({ type: 'LinkExternalIdentity', ...google, index: indexOf('other'), at })
    .refuses({ kind: 'ExternalIdentityImmutable', provider: 'google' }),
);

const deleted: UserEvent = { type: 'AccountDeleted', data: { at } };

test(
  'AUTH-11: an account is deleted once',
  user.given(registered).when({ type: 'DeleteAccount', at }).thenOnce(deleted),
);

for (const command of [changeStatus('ACTIVE'), changeProfile(true), submit, approve]) {
  test(
    `AUTH-11: after deletion nothing changes any more: ${command.type}`,
    user.given(registered, deleted).when(command).refuses({ kind: 'AccountIsDeleted' }),
  );
}

test('a deleted user does not rent', (t) => {
  t.deepEqual(
    mayRent(user.given(registered, deleted).state, needsNothing),
    E.left({ kind: 'UserInvalid' as const, status: 'INACTIVE' as const }),
  );
});

test('a registration from before there was sign-in is one by an operator', (t) => {
  const stored = {
    category: 'user',
    type: 'UserRegistered',
    schemaVersion: 1,
    data: { userId, at },
  };
  t.deepEqual(decodeEvent(stored), E.right(registered));
});
