/** What staff decide about users: status, money, identity (rules 5.16). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Bug } from '../domain/shared/assert.js';
import { nullable, oneOf, text } from '../domain/shared/codecs.js';
import { EntryId, UserId } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { KycStatus, type User, type UserRefusal, UserStatus } from '../domain/user/index.js';
import { type Problem, problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { MoneyText, moneyText } from '../ports/http/money-text.js';
import { commandProblems } from '../ports/http/problem-codes.js';
import { type Route, route } from '../ports/http/route.js';
import { sealWords } from '../ports/sealed-words.js';
import { userReasonPlace } from '../ports/user-data.js';
import { type AccountTools, userHolder } from './account/tools.js';
import { contextOf, idFrom, problemsOf, submit, withPosition } from './operation.js';

const reasonLengthMax = 500;
const Reason = text('UserReason', { maxLength: reasonLengthMax });

export const UserPath = t.strict({ id: UserId }, 'UserPath');

const isBlank = (words: string | null): boolean => words === null || words.trim() === '';

/**
 * The user whom staff mean. Asked first: words are sealed with the user's key, which is not made
 * for nobody, and which is gone with the account.
 */
const meant = async (
  { handlers }: AccountTools,
  userId: UserId,
): Promise<E.Either<Problem<'user_not_found' | 'account_deleted'>, User>> => {
  const { state: user } = await handlers.user.load(userId);
  if (user === null) return E.left(problem('user_not_found'));
  return user.isDeleted ? E.left(problem('account_deleted')) : E.right(user);
};

/** A user of whom a command was carried out. */
const present = (user: User | null): User => {
  if (user === null) throw new Bug('a user is not there after a command');
  return user;
};

const problems = problemsOf([
  'user_status_change_not_allowed',
  'kyc_change_not_allowed',
  'kyc_resubmitted',
]);

/** To staff it is the user that is missing; to users, their right to do something. */
const refused = (refusal: UserRefusal) => {
  if (refusal.kind === 'UserUnknown') return problem('user_not_found');
  if (refusal.kind === 'AccountIsDeleted') return problem('account_deleted');
  return problems.refused(refusal);
};

const userProblems = [
  ...commandProblems,
  'reason_required',
  'user_not_found',
  'account_deleted',
  ...problems.codes,
] as const;

const UserStanding = t.strict(
  { user_id: UserId, status: UserStatus, kyc_status: KycStatus },
  'UserStanding',
);

const standing = ({ userId, status, kyc }: User): t.TypeOf<typeof UserStanding> => ({
  user_id: userId,
  status,
  kyc_status: kyc,
});

const changeUserStatus = (tools: AccountTools): Route =>
  route({
    operation: 'changeUserStatus',
    method: 'POST',
    path: '/api/admin/users/:id/status',
    summary: 'Bans a user, lets one rest, or lets one in again',
    description: 'Whoever is kept out is signed out everywhere at once (AUTH-7).',
    tag: 'Staff: users',
    params: UserPath,
    body: t.strict({ status: UserStatus, reason: Reason }, 'ChangeUserStatus'),
    responses: { 200: UserStanding },
    problems: userProblems,
    handler: async (asking, answer) => {
      const { params, body, now: at } = asking;
      const { id: userId } = params;
      if (isBlank(body.reason)) return problem('reason_required');
      const user = await meant(tools, userId);
      if (E.isLeft(user)) return user.left;
      const place = userReasonPlace(userId, 'statusReason');
      const reason = await sealWords(tools.personalData, place, body.reason);
      const wish = { type: 'ChangeUserStatus', status: body.status, reason, at } as const;
      const done = await submit(tools.handlers.user, userId, wish, contextOf(asking));
      if (E.isLeft(done)) return refused(done.left);
      if (body.status !== 'ACTIVE') {
        await tools.accounts.sessions.revokeAll(userHolder(userId), 'banned');
      }
      const { state, position } = done.right;
      return answer(200, standing(present(state)), withPosition(position));
    },
  });

const Amount = moneyText('CreditAmount', { minimum: paisa(1) });

const BalanceAdded = t.strict(
  { user_id: UserId, added: MoneyText, balance: MoneyText },
  'BalanceAdded',
);

/** TOP-5: an entry of the wallet, a movement that the user sees, and an action of staff. */
const addBalance = (tools: AccountTools): Route =>
  route({
    operation: 'addBalance',
    method: 'POST',
    path: '/api/admin/users/:id/add-balance',
    summary: 'Adds money to the wallet of a user',
    tag: 'Staff: users',
    idempotency: 'required',
    params: UserPath,
    body: t.strict({ amount: Amount, reason: Reason }, 'AddBalance'),
    responses: { 200: BalanceAdded },
    problems: [
      ...commandProblems,
      'reason_required',
      'user_not_found',
      'account_deleted',
      'idempotency_conflict',
    ],
    handler: async (asking, answer) => {
      const { params, body, now: at } = asking;
      const { id: userId } = params;
      if (isBlank(body.reason)) return problem('reason_required');
      const user = await meant(tools, userId);
      if (E.isLeft(user)) return user.left;
      const place = userReasonPlace(userId, 'walletReason');
      const wish = {
        type: 'AdjustWallet',
        adjustmentId: idFrom(EntryId, asking.commandId),
        amount: body.amount,
        reason: await sealWords(tools.personalData, place, body.reason),
        at,
      } as const;
      const done = await submit(tools.handlers.wallet, userId, wish, contextOf(asking));
      // The amount is positive, and the id is this request's own.
      if (E.isLeft(done)) throw new Bug(`a credit was refused: ${done.left.kind}`);
      const { state, position } = done.right;
      const data = { user_id: userId, added: body.amount, balance: state.balance };
      return answer(200, data, withPosition(position));
    },
  });

const KycDecision = t.strict(
  {
    status: oneOf('KycDecisionWord', ['APPROVED', 'REJECTED']),
    rejection_reason: withDefault(nullable(Reason), null),
    /** `submitted_at` of what was looked at: other documents are not decided with it. */
    submitted_at: withDefault(nullable(Instant), null),
  },
  'KycDecision',
);

const decideKyc = (tools: AccountTools): Route =>
  route({
    operation: 'decideKyc',
    method: 'PATCH',
    path: '/api/admin/kyc/submissions/:id',
    summary: 'Approves or rejects the identity check of a user',
    description:
      '`id` is that of the user. A rejection needs a `rejection_reason`, which the user reads. ' +
      'With `submitted_at` of what was looked at, documents that came since are not decided.',
    tag: 'Staff: KYC',
    params: UserPath,
    body: KycDecision,
    responses: { 200: UserStanding },
    problems: userProblems,
    handler: async (asking, answer) => {
      const { params, body, now: at } = asking;
      const { id: userId } = params;
      const { rejection_reason: words, submitted_at: seen } = body;
      if (body.status === 'REJECTED' && isBlank(words)) return problem('reason_required');
      const user = await meant(tools, userId);
      if (E.isLeft(user)) return user.left;
      const place = userReasonPlace(userId, 'kycReason');
      const wish =
        body.status === 'APPROVED'
          ? ({ type: 'ApproveKyc', seen, at } as const)
          : ({
              type: 'RejectKyc',
              seen,
              reason: await sealWords(tools.personalData, place, words ?? ''),
              at,
            } as const);
      const done = await submit(tools.handlers.user, userId, wish, contextOf(asking));
      if (E.isLeft(done)) return refused(done.left);
      const { state, position } = done.right;
      return answer(200, standing(present(state)), withPosition(position));
    },
  });

export const staffUserCommands = (tools: AccountTools): readonly Route[] => [
  changeUserStatus(tools),
  addBalance(tools),
  decideKyc(tools),
];
