import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { EntryId, type UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { isPositive, toRupees } from '../../domain/shared/money.js';
import { noBody, type Problem, problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { QueryBoolean } from '../../ports/http/query-codecs.js';
import { type Route, route } from '../../ports/http/route.js';
import {
  type Asking,
  contextOf,
  idFrom,
  problemsOf,
  submit,
  userOf,
  withPosition,
} from '../operation.js';
import { type AccountTools, userHolder } from './tools.js';

const problems = problemsOf([
  ...commandProblems,
  'active_rental_exists',
  'overdue_rental_exists',
  'unpaid_rental_exists',
  'balance_not_empty',
  'payment_under_way',
  'user_invalid',
]);

type Failure = Problem<(typeof problems.codes)[number]>;

interface Leaving {
  readonly asking: Asking;
  readonly userId: UserId;
  readonly waivesBalance: boolean;
  readonly at: Instant;
}

/**
 * Nothing is rented any more and nothing is owed, so that nobody but staff can move the money any
 * more; what is left of it is waived, or stands in the way.
 */
const emptyWallet = async (
  { handlers }: AccountTools,
  { asking, userId, waivesBalance, at }: Leaving,
): Promise<E.Either<Failure, void>> => {
  const { state: wallet } = await handlers.wallet.load(userId);
  if (isPositive(wallet.held)) return E.left(problem('payment_under_way'));
  const amount = wallet.balance;
  if (!isPositive(amount)) return E.right(undefined);
  if (!waivesBalance) {
    return E.left(problem('balance_not_empty', { facts: { balance: toRupees(amount) } }));
  }
  const debitId = idFrom(EntryId, `${userId}:waived`);
  const wish = {
    type: 'DebitWallet',
    debitId,
    amount,
    purpose: 'WAIVED',
    rentalId: null,
    at,
  } as const;
  const done = await submit(handlers.wallet, userId, wish, contextOf(asking, 'waive'));
  return E.isLeft(done) ? E.left(problem('payment_under_way')) : E.right(undefined);
};

/** AUTH-11. What cannot be undone comes last; until then the user stays if something is wrong. */
const leave = async (tools: AccountTools, leaving: Leaving) => {
  const { handlers } = tools;
  const { asking, userId, at } = leaving;
  const closing = { type: 'CloseRenter', at } as const;
  const closed = await submit(handlers.renter, userId, closing, contextOf(asking, 'close'));
  if (E.isLeft(closed)) return E.left<Failure>(problems.refused(closed.left));
  const emptied = await emptyWallet(tools, leaving);
  if (E.isLeft(emptied)) {
    const staying = { type: 'ReopenRenter', at } as const;
    await submit(handlers.renter, userId, staying, contextOf(asking, 'stay'));
    return emptied;
  }
  const deleting = { type: 'DeleteAccount', at } as const;
  const deleted = await submit(handlers.user, userId, deleting, contextOf(asking, 'delete'));
  return E.isLeft(deleted) ? E.left<Failure>(problems.refused(deleted.left)) : deleted;
};

/** The rest, such as the keys of what is sealed, is done by the account process. */
export const deleteOwnAccount = (tools: AccountTools): Route =>
  route({
    operation: 'deleteOwnAccount',
    method: 'DELETE',
    path: '/api/auth/account',
    summary: 'Deletes the own account for good',
    description:
      'AUTH-11: refused while a rental is open or something is owed. Money in the wallet is ' +
      'withdrawn first, or waived with `waive_balance=true`. Money records stay; nothing that ' +
      'tells whose they were can be read any more.',
    tag: 'Sign-in',
    query: t.strict({ waive_balance: withDefault(QueryBoolean, false) }, 'DeleteAccount'),
    responses: { 204: noBody },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const userId = userOf(asking);
      const waivesBalance = asking.query.waive_balance;
      const left = await leave(tools, { asking, userId, waivesBalance, at: asking.now });
      if (E.isLeft(left)) return left.left;
      await tools.accounts.sessions.revokeAll(userHolder(userId), 'deleted');
      return answer(204, undefined, withPosition(left.right.position));
    },
  });
