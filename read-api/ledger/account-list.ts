/** The accounts of the ledger, with what moved on them and what is on them. */

import * as t from 'io-ts';
import { AccountCode, accountOf } from '../../domain/ledger/index.js';
import { text } from '../../domain/shared/codecs.js';
import { csvOf } from '../../ports/http/csv.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../ports/http/paging.js';
import { QueryBoolean } from '../../ports/http/query-codecs.js';
import { type Route, route } from '../../ports/http/route.js';
import type { RowOf } from '../../projections/engine/table.js';
import { AccountClass, accounts } from '../../projections/ledger/index.js';
import { select, when } from '../queries/select.js';
import { type ReadTools, rowsOf, upToDate } from '../reading.js';
import { allRows, rowsAtOnce, shownRows } from './pages.js';
import { accountItem, Family, LedgerAccount, tag } from './shapes.js';

type AccountRow = RowOf<typeof accounts>;

const AccountFilter = t.exact(
  t.partial({
    class: AccountClass,
    family: Family,
    owner: text('AccountOwner', { minLength: 1, maxLength: 200 }),
    /** Only accounts that have something on them: a rental that is settled has not. */
    open: QueryBoolean,
  }),
);
type AccountFilter = t.TypeOf<typeof AccountFilter>;

/** What of a user's is held stands on an account beside the one that it was taken from. */
const heldBeside = { wallets: 'held-funds', points: 'held-points' } as const;

const heldOf = ({ family, owner }: AccountRow): string | null => {
  if (owner === null || (family !== 'wallets' && family !== 'points')) return null;
  return accountOf(heldBeside[family], owner);
};

/** Accounts with what is pending on them; what is held is owed to users, so its sign is turned. */
const withPending = async (
  tools: ReadTools,
  rows: readonly AccountRow[],
): Promise<readonly (readonly [AccountRow, number | null])[]> => {
  const codes = rows.map(heldOf).filter((code) => code !== null);
  const where = [['account = ANY(?)', codes]] as const;
  const held =
    codes.length === 0
      ? []
      : await rowsOf(tools, select('ledger', accounts, { where, orderBy: 'account' }));
  const pending = new Map(held.map(({ account, balance_minor }) => [account, 0 - balance_minor]));
  return rows.map((row) => {
    const code = heldOf(row);
    return [row, code === null ? null : (pending.get(code) ?? 0)];
  });
};

const accountsWhere = (
  filter: AccountFilter,
  { after, limit }: { readonly after: string | null; readonly limit: number },
) =>
  select('ledger', accounts, {
    where: [
      when('class = ?', filter.class),
      when('family = ?', filter.family),
      when('owner = ?', filter.owner),
      filter.open === undefined ? null : ['(balance_minor <> 0) = ?', filter.open],
      when('account > ?', after),
    ],
    orderBy: 'account',
    limit,
  });

const AccountCursor = cursorOf('AccountCursor', t.strict({ account: AccountCode }));

const description = [
  'What a user has is what we owe: such a balance is negative. `pending` is what is held of it',
  'besides, on an account of its own. Rupees and points are different assets, which are never',
  'added up.',
].join(' ');

export const listAccounts = (tools: ReadTools): Route =>
  route({
    operation: 'listLedgerAccounts',
    method: 'GET',
    path: '/api/audit/accounts',
    summary: 'Accounts of the ledger, by their codes',
    description,
    tag,
    minPosition: true,
    query: t.intersection([pageQuery(AccountCursor), AccountFilter]),
    responses: { 200: pageOf('LedgerAccountPage', LedgerAccount) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const { page_size: size, cursor } = query;
      const page = { after: cursor?.account ?? null, limit: size + 1 };
      const rows = await rowsOf(tools, accountsWhere(query, page));
      const data = pageFrom(await withPending(tools, rows), {
        size,
        cursor: AccountCursor,
        placeOf: ([row]) => ({ account: accountItem(row, null).account }),
        itemOf: ([row, pending]) => accountItem(row, pending),
      });
      return answer(200, data, shown);
    },
  });

export const exportAccounts = (tools: ReadTools): Route =>
  route({
    operation: 'exportLedgerAccounts',
    method: 'GET',
    path: '/api/audit/accounts.csv',
    summary: 'The same accounts, all of them, as CSV',
    description,
    tag,
    minPosition: true,
    query: AccountFilter,
    responses: { 200: csvOf('accounts', LedgerAccount) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const rows = allRows<readonly [AccountRow, number | null]>(async (last) => {
        const page = { after: last === null ? null : last[0].account, limit: rowsAtOnce };
        return withPending(tools, await rowsOf(tools, accountsWhere(query, page)));
      });
      const items = shownRows(rows, ([row, pending]) => accountItem(row, pending));
      return answer(200, items, shown);
    },
  });
