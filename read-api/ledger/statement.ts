/** What moved on one account in a period, with the balance before, after, and after each line. */

import * as t from 'io-ts';
import { AccountCode } from '../../domain/ledger/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { integer } from '../../domain/shared/codecs.js';
import { firstInstantOf } from '../../domain/shared/day.js';
import { Instant, plusMs } from '../../domain/shared/instant.js';
import { csvOf } from '../../ports/http/csv.js';
import { cursorOf, pageFrom, pageQuery } from '../../ports/http/paging.js';
import { type Route, route } from '../../ports/http/route.js';
import {
  type PostingRow,
  type StatementPlace,
  type Statement as StatementRows,
  statementOf,
} from '../queries/ledger.js';
import { LogPlace, type ReadTools, upToDate } from '../reading.js';
import { accountNamed, type Period, periodOf } from './one-account.js';
import { allRows, rowsAtOnce, shownRows } from './pages.js';
import { amountOf, Moment, postingItem, Statement, StatementLine, tag, titleOf } from './shapes.js';

const params = t.strict({ code: AccountCode });
const PeriodQuery = t.exact(t.partial({ from: Moment, to: Moment }));

const LineNumber = integer('LineNumber', { minimum: 0, maximum: 1_000 });
const StatementCursor = cursorOf(
  'StatementCursor',
  t.strict({ at: Instant, position: LogPlace, line: LineNumber }),
);

/** A line with the balance after it. */
interface Line {
  readonly row: PostingRow;
  readonly balance: number;
}

const linesOf = ({ brought, lines }: StatementRows): readonly Line[] => {
  let balance = brought;
  return lines.map((row) => {
    balance += row.amount_minor;
    return { row, balance };
  });
};

const lineItem = ({ row, balance }: Line): t.TypeOf<typeof StatementLine> => ({
  ...postingItem(row),
  balance: amountOf(row.asset, balance),
});

const placeOf = ({ row: { at, position, line } }: Line) => ({
  at,
  position: brandOrThrow(LogPlace, position.toString()),
  line,
});

/** The place where whatever comes after a line begins; a cursor may be anybody's invention. */
const afterLine = ({ at, position, line }: StatementPlace): StatementPlace => ({
  at: firstInstantOf(at),
  position,
  line: line + 1,
});

const linesFrom = (
  { database }: ReadTools,
  code: AccountCode,
  page: { readonly period: Period; readonly last: StatementPlace | null; readonly limit: number },
): Promise<StatementRows> =>
  statementOf(database, code, {
    from: page.period.from,
    until: plusMs(page.period.to, 1),
    first: page.last === null ? null : afterLine(page.last),
    limit: page.limit,
  });

const description = [
  'By the time at which facts happened. `from` and `to` are instants or days in Nepal, and both',
  'are in the period; without them it is everything up to now. A debit raises the balance, a',
  'credit lowers it. A fact may become known late, and is then shown at its own time.',
].join(' ');

export const readStatement = (tools: ReadTools): Route =>
  route({
    operation: 'readLedgerStatement',
    method: 'GET',
    path: '/api/audit/accounts/:code/statement',
    summary: 'Statement of an account for a period',
    description,
    tag,
    minPosition: true,
    params,
    query: t.intersection([pageQuery(StatementCursor), PeriodQuery]),
    responses: { 200: Statement },
    problems: ['ledger_account_not_found', 'window_not_allowed'],
    handler: async ({ params: { code }, query, minPosition, now }, answer) => {
      const period = periodOf(query, now);
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const { asset, family } = await accountNamed(tools, code);
      const { page_size: size, cursor = null } = query;
      const found = await linesFrom(tools, code, { period, last: cursor, limit: size + 1 });
      const page = pageFrom(linesOf(found), {
        size,
        cursor: StatementCursor,
        placeOf,
        itemOf: lineItem,
      });
      const balances = {
        opening_balance: amountOf(asset, found.opening),
        closing_balance: amountOf(asset, found.closing),
      };
      const about = { account: code, title: titleOf(family), asset, ...period };
      return answer(200, { ...about, ...balances, ...page }, shown);
    },
  });

export const exportStatement = (tools: ReadTools): Route =>
  route({
    operation: 'exportLedgerStatement',
    method: 'GET',
    path: '/api/audit/accounts/:code/statement.csv',
    summary: 'All lines of the same statement as CSV',
    description,
    tag,
    minPosition: true,
    params,
    query: PeriodQuery,
    responses: { 200: csvOf('statement', StatementLine) },
    problems: ['ledger_account_not_found', 'window_not_allowed'],
    handler: async ({ params: { code }, query, minPosition, now }, answer) => {
      const period = periodOf(query, now);
      const shown = await upToDate(tools, ['ledger'], minPosition);
      await accountNamed(tools, code);
      const lines = allRows<Line>(async (line) => {
        const last = line === null ? null : placeOf(line);
        return linesOf(await linesFrom(tools, code, { period, last, limit: rowsAtOnce }));
      });
      return answer(200, shownRows(lines, lineItem), shown);
    },
  });
