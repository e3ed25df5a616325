/** What was on an account at the end of each day. */

import * as t from 'io-ts';
import { AccountCode } from '../../domain/ledger/index.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { type Day, dayOf, firstInstantOf, plusDays } from '../../domain/shared/day.js';
import type { Instant } from '../../domain/shared/instant.js';
import { csvOf } from '../../ports/http/csv.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../ports/http/paging.js';
import { stop } from '../../ports/http/problem.js';
import { type Route, route } from '../../ports/http/route.js';
import { type DayRow, daysOf } from '../queries/ledger.js';
import { type ReadTools, upToDate } from '../reading.js';
import { accountNamed, periodOf } from './one-account.js';
import { allRows, rowsAtOnce, shownRows } from './pages.js';
import { amountOf, DailyBalance, tag } from './shapes.js';

/** A month, and at most a leap year, on a page. */
const pages = { usual: 31, max: 366 };

const Days = t.strict({ account: AccountCode, from: CalendarDate, to: CalendarDate });
const DayCursor = cursorOf('DayCursor', t.strict({ day: CalendarDate }));

/** Ten years: each day is a row, whether anything happened on it or not. */
const daysMax = 3_653;

/** @throws ProblemError 400 when the last day is before the first, or too long after it. */
const daysAsked = (query: t.TypeOf<typeof Days>, now: Instant): { from: Day; to: Day } => {
  const period = periodOf(query, now);
  const days = { from: dayOf(period.from), to: dayOf(period.to) };
  if (days.to >= plusDays(days.from, daysMax)) {
    const detail = 'Ten years are the most that is told at once.';
    throw stop('window_not_allowed', { detail, facts: { ...days, days_max: daysMax } });
  }
  return days;
};

/** The day after one that somebody told us. */
const dayAfter = (day: Day): Day => plusDays(dayOf(firstInstantOf(day)), 1);

const itemsOf =
  ({ account, asset }: { readonly account: AccountCode; readonly asset: 'NPR' | 'POINTS' }) =>
  ({ day, ...row }: DayRow): t.TypeOf<typeof DailyBalance> => ({
    day,
    account,
    asset,
    debits: amountOf(asset, row.debits_minor),
    credits: amountOf(asset, row.credits_minor),
    balance: amountOf(asset, row.balance_minor),
  });

const description =
  'Days of Nepal from `from` to `to`, both included and at most ten years, those too on which ' +
  'nothing moved.';

export const listDailyBalances = (tools: ReadTools): Route =>
  route({
    operation: 'listDailyBalances',
    method: 'GET',
    path: '/api/audit/daily-balances',
    summary: 'Closing balances of an account, day by day',
    description,
    tag,
    minPosition: true,
    query: t.intersection([pageQuery(DayCursor, pages), Days]),
    responses: { 200: pageOf('DailyBalancePage', DailyBalance) },
    problems: ['ledger_account_not_found', 'window_not_allowed'],
    handler: async ({ query, minPosition, now }, answer) => {
      const { from, to } = daysAsked(query, now);
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const { account, page_size: size, cursor } = query;
      const { asset } = await accountNamed(tools, account);
      const first = cursor === undefined ? from : dayAfter(cursor.day);
      const rows = await daysOf(tools.database, account, { from: first, to, limit: size + 1 });
      const data = pageFrom(rows, {
        size,
        cursor: DayCursor,
        placeOf: ({ day }) => ({ day }),
        itemOf: itemsOf({ account, asset }),
      });
      return answer(200, data, shown);
    },
  });

export const exportDailyBalances = (tools: ReadTools): Route =>
  route({
    operation: 'exportDailyBalances',
    method: 'GET',
    path: '/api/audit/daily-balances.csv',
    summary: 'The same closing balances, all of them, as CSV',
    description,
    tag,
    minPosition: true,
    query: Days,
    responses: { 200: csvOf('daily-balances', DailyBalance) },
    problems: ['ledger_account_not_found', 'window_not_allowed'],
    handler: async ({ query, minPosition, now }, answer) => {
      const { from, to } = daysAsked(query, now);
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const { account } = query;
      const { asset } = await accountNamed(tools, account);
      const rows = allRows<DayRow>((last) => {
        const first = last === null ? from : dayAfter(last.day);
        return daysOf(tools.database, account, { from: first, to, limit: rowsAtOnce });
      });
      return answer(200, shownRows(rows, itemsOf({ account, asset })), shown);
    },
  });
