import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { identifierClaimId } from '../../domain/claim/index.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { nullable } from '../../domain/shared/codecs.js';
import { dayOf } from '../../domain/shared/day.js';
import type { Identifier } from '../../domain/shared/identifier.js';
import type { Instant } from '../../domain/shared/instant.js';
import { PictureUrl } from '../../domain/shared/picture.js';
import {
  emptyProfile,
  isComplete,
  isOfAge,
  type Profile,
  type User,
} from '../../domain/user/index.js';
import { Address, FullName } from '../../domain/user/profile.js';
import type { Position } from '../../ports/event-store.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { openJson, sealJson } from '../../ports/sealed-json.js';
import { profilePlace, userFields } from '../../ports/user-data.js';
import { type Asking, contextOf, problemsOf, submit, userOf, withPosition } from '../operation.js';
import { IdentifierText, SecretText } from './shapes.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

const fields = {
  full_name: nullable(FullName),
  date_of_birth: nullable(CalendarDate),
  address: nullable(Address),
  avatar_url: nullable(PictureUrl),
};

/** AUTH-10: the address or number that is missing may be added once, by whoever reads its mail. */
const additions = {
  email: IdentifierText,
  phone_number: IdentifierText,
  verification_token: SecretText,
};

const ProfileReplacement = t.intersection(
  [t.strict(fields), t.exact(t.partial(additions))],
  'ProfileReplacement',
);
const ProfileChange = t.exact(t.partial({ ...fields, ...additions }), 'ProfileChange');
type ProfileChange = t.TypeOf<typeof ProfileChange>;

const ProfileSaved = t.strict({ profile_complete: t.boolean }, 'ProfileSaved');

const problems = problemsOf([
  ...commandProblems,
  'invalid_request',
  'under_age',
  'email_immutable',
  'phone_immutable',
  'identifier_taken',
  'verification_required',
  'verification_token_expired',
  'user_invalid',
]);

type Failure = Problem<(typeof problems.codes)[number]>;

/** The profile as it is, from the log; empty for somebody who has told nothing yet. */
const profileOf = async ({ personalData }: AccountTools, user: User): Promise<Profile> => {
  if (user.profile === null) return emptyProfile;
  return (await openJson(personalData, profilePlace(user.userId), user.profile)) ?? emptyProfile;
};

const changed = (profile: Profile, change: ProfileChange): Profile => ({
  fullName: change.full_name === undefined ? profile.fullName : change.full_name,
  dateOfBirth: change.date_of_birth === undefined ? profile.dateOfBirth : change.date_of_birth,
  address: change.address === undefined ? profile.address : change.address,
  avatarUrl: change.avatar_url === undefined ? profile.avatarUrl : change.avatar_url,
});

interface Addition {
  readonly kind: 'email' | 'phone';
  readonly identifier: Identifier;
}

/** An address in the place of a number is a mistake of the caller, and told as one. */
const additionsIn = ({
  email,
  phone_number: phone,
}: ProfileChange): E.Either<Failure, readonly Addition[]> => {
  const wanted = [
    ...(email === undefined ? [] : [{ kind: 'email' as const, identifier: email }]),
    ...(phone === undefined ? [] : [{ kind: 'phone' as const, identifier: phone }]),
  ];
  const isMixedUp = wanted.some(({ kind, identifier }) => identifier.kind !== kind);
  return isMixedUp
    ? E.left(
        problem('invalid_request', { detail: '`email` is an address, `phone_number` a number' }),
      )
    : E.right(wanted);
};

/** Proven, claimed, and then said: the claim is what two accounts would meet in. */
const add = async (
  tools: AccountTools,
  asking: Asking & { readonly now: Instant },
  {
    user,
    addition,
    token,
  }: {
    readonly user: User;
    readonly addition: Addition;
    readonly token: string | undefined;
  },
): Promise<E.Either<Failure, void>> => {
  const { kind, identifier } = addition;
  const index = identifierIndexOf(tools, identifier);
  const present = user.identifiers[kind];
  if (present === index) return E.right(undefined);
  if (present !== undefined) {
    return E.left(problem(kind === 'email' ? 'email_immutable' : 'phone_immutable'));
  }
  if (token === undefined) return E.left(problem('verification_required'));
  const { verificationTokens } = tools.accounts;
  const target = { identifierIndex: index, purpose: 'sign-in' } as const;
  const proof = await verificationTokens.redeem(target, token);
  if (proof.kind !== 'redeemed') return E.left(problem('verification_token_expired'));
  const { userId } = user;
  const wish = { type: 'ClaimName', bearer: userId, at: asking.now } as const;
  const claimContext = contextOf(asking, `claim ${kind}`);
  const claimed = await submit(tools.handlers.claim, identifierClaimId(index), wish, claimContext);
  if (E.isLeft(claimed)) return E.left(problem('identifier_taken'));
  const value = await tools.personalData.seal(`user:${userId}`, userFields[kind], identifier.value);
  const command = { type: 'AddIdentifier', kind, value, index, at: asking.now } as const;
  const context = contextOf(asking, `add ${kind}`);
  const done = await submit(tools.handlers.user, userId, command, context);
  if (E.isRight(done)) return E.right(undefined);
  // Another address came first, or the account is gone: nobody else would release this one.
  const release = { type: 'ReleaseName', bearer: userId, at: asking.now } as const;
  const releaseContext = contextOf(asking, `release ${kind}`);
  await submit(tools.handlers.claim, identifierClaimId(index), release, releaseContext);
  return E.left(problems.refused(done.left));
};

interface Saved {
  readonly isComplete: boolean;
  readonly position: Position | null;
}

/** Two requests of one person, such as of two devices, hardly meet more often than once. */
const triesMax = 5;

type ProfileRequest = Parameters<typeof add>[1] & { readonly body: ProfileChange };

const save = async (
  tools: AccountTools,
  asking: ProfileRequest,
  { user, profile }: { readonly user: User; readonly profile: Profile },
): Promise<E.Either<Failure | 'overtaken', Saved>> => {
  const { userId } = user;
  const sealed = await sealJson(tools.personalData, profilePlace(userId), profile);
  const command = {
    type: 'ChangeProfile',
    since: user.profile,
    profile: sealed,
    isComplete: isComplete(profile),
    at: asking.now,
  } as const;
  const done = await submit(tools.handlers.user, userId, command, contextOf(asking, 'profile'));
  if (E.isLeft(done)) {
    const refusal = done.left;
    return E.left(refusal.kind === 'ProfileOvertaken' ? 'overtaken' : problems.refused(refusal));
  }
  const { state, position } = done.right;
  return E.right({ isComplete: state?.isProfileComplete ?? false, position });
};

const changeOnce = async (
  tools: AccountTools,
  asking: ProfileRequest,
): Promise<E.Either<Failure | 'overtaken', Saved>> => {
  const { body, now } = asking;
  const { state: user } = await tools.handlers.user.load(userOf(asking));
  if (user === null || user.isDeleted) return E.left(problem('user_invalid'));
  const profile = changed(await profileOf(tools, user), body);
  if (profile.dateOfBirth !== null && !isOfAge(profile.dateOfBirth, dayOf(now))) {
    return E.left(problem('under_age'));
  }
  const wanted = additionsIn(body);
  if (E.isLeft(wanted)) return wanted;
  for (const addition of wanted.right) {
    const token = body.verification_token;
    const added = await add(tools, asking, { user, addition, token });
    if (E.isLeft(added)) return added;
  }
  return save(tools, asking, { user, profile });
};

/** From the profile as it then is, so that of two changes at once neither is lost. */
const change = async (
  tools: AccountTools,
  asking: ProfileRequest,
): Promise<E.Either<Failure, Saved>> => {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const done = await changeOnce(tools, asking);
    if (E.isRight(done)) return done;
    if (done.left !== 'overtaken') return E.left(done.left);
  }
  return E.left(problem('concurrent_change'));
};

const description =
  'PROF-1: the profile is complete with full name, date of birth and address. AUTH-10: an e-mail ' +
  'address or phone number that is missing may be added with a `verification_token` for it (from ' +
  '`auth/otp/verify`); what is set stays.';

const common = {
  path: '/api/users/profile',
  description,
  tag: 'Users',
  responses: { 200: ProfileSaved },
  problems: problems.codes,
} as const;

const told = (saved: Saved) => ({ profile_complete: saved.isComplete });

export const profileCommands = (tools: AccountTools): readonly Route[] => [
  route({
    ...common,
    operation: 'replaceOwnProfile',
    method: 'PUT',
    summary: 'Replaces the own profile',
    body: ProfileReplacement,
    handler: async (asking, answer) => {
      const done = await change(tools, asking);
      if (E.isLeft(done)) return done.left;
      return answer(200, told(done.right), withPosition(done.right.position));
    },
  }),
  route({
    ...common,
    operation: 'changeOwnProfile',
    method: 'PATCH',
    summary: 'Changes what is named of the own profile',
    body: ProfileChange,
    handler: async (asking, answer) => {
      const done = await change(tools, asking);
      if (E.isLeft(done)) return done.left;
      return answer(200, told(done.right), withPosition(done.right.position));
    },
  }),
];
