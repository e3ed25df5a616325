/** A user's own money: what there is, and what moved. */

import * as t from 'io-ts';
import { valueOfPoints } from '../domain/pricing/index.js';
import { NonNegativeInteger, nullable, PositiveInteger } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { MoneyText } from '../ports/http/money-text.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import type { RowOf } from '../projections/engine/table.js';
import { accountOf, walletOf } from '../projections/hot-reads.js';
import {
  TransactionMethod,
  TransactionStatus,
  TransactionType,
  type transactions,
} from '../projections/wallet/tables.js';
import { transactionsWhere } from './queries/money.js';
import { type ReadTools, rowOf, rowsOf, settingsShown, TimeCursor, upToDate } from './reading.js';

const tag = 'Payments';

const Transaction = t.strict(
  {
    transaction_id: t.string,
    type: TransactionType,
    /** Of a rental's payment: what it was for. */
    purpose: nullable(t.string),
    amount: MoneyText,
    method: TransactionMethod,
    wallet_amount: MoneyText,
    points_used: NonNegativeInteger,
    rental_id: nullable(t.string),
    status: TransactionStatus,
    /** `false`: the row only records something, such as a fee kept of an earlier payment. */
    moves_money: t.boolean,
    created_at: Instant,
    settled_at: nullable(Instant),
  },
  'Transaction',
);

const TransactionPage = pageOf('TransactionPage', Transaction);

const transactionItem = (row: RowOf<typeof transactions>): t.TypeOf<typeof Transaction> => ({
  transaction_id: row.transaction_id,
  type: row.type,
  purpose: row.purpose,
  amount: paisa(row.amount_minor),
  method: row.method,
  wallet_amount: paisa(row.wallet_minor),
  points_used: row.points,
  rental_id: row.rental_id,
  status: row.status,
  moves_money: row.moves_money,
  created_at: row.created_at,
  settled_at: row.settled_at,
});

const TransactionQuery = t.intersection([
  pageQuery(TimeCursor),
  t.exact(
    t.partial({
      transaction_type: TransactionType,
      status: TransactionStatus,
      start_date: Instant,
      end_date: Instant,
    }),
  ),
]);

const listTransactions = (tools: ReadTools): Route =>
  route({
    operation: 'listTransactions',
    method: 'GET',
    path: '/api/payments/transactions',
    summary: 'Own movements of money and points, newest first',
    tag,
    minPosition: true,
    query: TransactionQuery,
    responses: { 200: TransactionPage },
    handler: async ({ principal, query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['wallet'], minPosition);
      const size = query.page_size;
      const filter = {
        userId: principal.id,
        type: query.transaction_type,
        status: query.status,
        since: query.start_date,
        until: query.end_date,
      };
      const rows = await rowsOf(
        tools,
        transactionsWhere(filter, { limit: size + 1, after: query.cursor }),
      );
      const page = pageFrom(rows, {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.created_at, id: row.source }),
        itemOf: transactionItem,
      });
      return answer(200, page, shown);
    },
  });

const OwnWallet = t.strict(
  {
    currency: t.literal('NPR'),
    balance: MoneyText,
    /** Set aside for payments that are under way. */
    held: MoneyText,
    spendable: MoneyText,
    points: t.strict({
      current: NonNegativeInteger,
      held: NonNegativeInteger,
      spendable: NonNegativeInteger,
      lifetime_earned: NonNegativeInteger,
      /** What the spendable points pay for (PAY-1). */
      value: MoneyText,
    }),
    points_per_npr: PositiveInteger,
  },
  'OwnWallet',
);

/** Nobody's money and points yet: a user for whom nothing has moved. */
const emptyWallet = { balance_minor: 0, held_minor: 0, spendable_minor: 0 };
const emptyAccount = { current: 0, held: 0, spendable: 0, lifetime_earned: 0 };

const ownWallet = async (tools: ReadTools, userId: string): Promise<t.TypeOf<typeof OwnWallet>> => {
  const [wallet, account, { pointsPerNpr }] = await Promise.all([
    rowOf(tools, walletOf(userId)),
    rowOf(tools, accountOf(userId)),
    settingsShown(tools),
  ]);
  const { balance_minor, held_minor, spendable_minor } = wallet ?? emptyWallet;
  const { current, held, spendable, lifetime_earned } = account ?? emptyAccount;
  const value = valueOfPoints(spendable, pointsPerNpr);
  return {
    currency: 'NPR',
    balance: paisa(balance_minor),
    held: paisa(held_minor),
    spendable: paisa(spendable_minor),
    points: { current, held, spendable, lifetime_earned, value },
    points_per_npr: pointsPerNpr,
  };
};

const walletModels = ['wallet', 'points', 'settings'];

const readWalletBalance = (tools: ReadTools): Route =>
  route({
    operation: 'readWalletBalance',
    method: 'GET',
    path: '/api/payments/wallet/balance',
    summary: 'Own balance, points and their rate',
    tag,
    minPosition: true,
    responses: { 200: OwnWallet },
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, walletModels, minPosition);
      return answer(200, await ownWallet(tools, principal.id), shown);
    },
  });

const readOwnWallet = (tools: ReadTools): Route =>
  route({
    operation: 'readOwnWallet',
    method: 'GET',
    path: '/api/users/wallet',
    summary: 'Own balance and points together',
    tag: 'Users',
    minPosition: true,
    responses: { 200: OwnWallet },
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, walletModels, minPosition);
      return answer(200, await ownWallet(tools, principal.id), shown);
    },
  });

export const paymentReads = (tools: ReadTools): readonly Route[] => [
  listTransactions(tools),
  readWalletBalance(tools),
  readOwnWallet(tools),
];
