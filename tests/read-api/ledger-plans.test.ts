import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { instant } from '../../domain/shared/instant.js';
import type { Database, Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { prepare } from '../../projections/engine/prepare.js';
import { ledger } from '../../projections/ledger/index.js';
import {
  daysOf,
  familiesAt,
  type PostingFilter,
  postingsWhere,
  statementOf,
} from '../../read-api/queries/ledger.js';
import { createTestDatabase } from '../support/postgres.js';

/** Enough that reading a whole table is never the better plan: 100 days of 400 entries. */
const entries = 40_000;

const fill = async (database: Database): Promise<void> => {
  await database.execute(
    `INSERT INTO ledger.entries
     SELECT n, 'e-' || n, 'FundsCredited', 'wallet-u-' || n % 1000, n / 1000, 'r-' || n % 500,
       'system', 'seed', 'c', 'c', '2026-01-01T00:00:00Z'::timestamptz + n * interval '216 seconds',
       (('2026-01-01T05:45:00'::timestamp + n * interval '216 seconds'))::date
     FROM generate_series(1, ${entries}) n;
     INSERT INTO ledger.postings
     SELECT e.position, l.line, CASE WHEN l.line = 1 THEN 'equity:demo-funds'
       ELSE 'liabilities:wallets:u-' || e.position % 1000 END, 'NPR', 3 - 2 * l.line, e.at
     FROM ledger.entries e, generate_series(1, 2) l(line);
     INSERT INTO ledger.accounts
     SELECT account, split_part(account, ':', 1), split_part(account, ':', 2),
       nullif(split_part(account, ':', 3), ''), 'NPR',
       sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)), sum(amount_minor), 1
     FROM ledger.postings GROUP BY account;
     INSERT INTO ledger.account_days
     SELECT account, day, sum(greatest(amount_minor, 0)), sum(greatest(-amount_minor, 0)), 1
     FROM ledger.postings JOIN ledger.entries USING (position) GROUP BY account, day;
     INSERT INTO ledger.family_days
     SELECT family, day, sum(d.debits_minor), sum(d.credits_minor), 1
     FROM ledger.account_days d JOIN ledger.accounts USING (account) GROUP BY family, day`,
  );
  await database.execute('ANALYZE');
};

const PlanLine = t.type({ 'QUERY PLAN': t.string });

/** A database that shows its plan of whatever it was asked. */
const explaining = (database: Database) => {
  const plans: string[] = [];
  const sql: Sql = {
    execute: database.execute,
    query: async (text, values) => {
      const lines = decodeRows(PlanLine, await database.query(`EXPLAIN ${text}`, values));
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
      return database.query(text, values);
    },
  };
  return { sql, planOf: () => plans.pop() ?? '' };
};

test('auditors find lines and balances by index, among all that there are', async (context: ExecutionContext) => {
  const { database } = await createTestDatabase(context);
  await prepare(database, ledger);
  await fill(database);
  const { sql, planOf } = explaining(database);
  const uses = (...indexes: readonly string[]): void => {
    const plan = planOf();
    for (const index of indexes) context.regex(plan, new RegExp(`(using|on) ${index}\\b`), plan);
    context.notRegex(plan, /Seq Scan/, plan);
  };
  const none: PostingFilter = { event: null, stream: null, rental: null, day: null };
  const page = { after: null, limit: 101 };

  context.is((await postingsWhere(sql, { ...none, event: 'e-7' }, page)).length, 2);
  uses('entries_by_event', 'postings_pkey');
  context.is((await postingsWhere(sql, { ...none, stream: 'wallet-u-7' }, page)).length, 80);
  uses('entries_of_stream', 'postings_pkey');
  context.is((await postingsWhere(sql, { ...none, rental: 'r-7' }, page)).length, 101);
  uses('entries_of_rental', 'postings_pkey');
  context.is((await postingsWhere(sql, { ...none, day: '2026-02-01' }, page)).length, 101);
  uses('entries_of_day', 'postings_pkey');

  const from = instant('2026-03-01T00:00:00.000Z');
  const until = instant('2026-03-02T00:00:00.000Z');
  const period = { from, until, first: null, limit: 51 };
  const busy = await statementOf(sql, 'equity:demo-funds', period);
  context.is(busy.lines.length, 51);
  context.is(busy.closing - busy.opening, 400);
  uses('postings_of_account', 'account_days_pkey', 'entries_pkey');
  const middle = { at: instant('2026-03-01T12:00:00.000Z'), position: '0', line: 1 };
  const later = await statementOf(sql, 'equity:demo-funds', { ...period, first: middle });
  context.is(later.brought - later.opening, 200);
  uses('postings_of_account', 'account_days_pkey', 'entries_pkey');

  const quiet = { from: '2026-02-01', to: '2026-02-10', limit: 31 };
  context.is((await daysOf(sql, 'liabilities:wallets:u-7', quiet)).length, 10);
  uses('account_days_pkey');

  const families = await familiesAt(sql, from);
  context.deepEqual(families.map(({ family }) => family).sort(), ['demo-funds', 'wallets']);
  // Of whole days there is a row a family; of the last day the lines are looked up, or, in a
  // ledger as small as this one, read.
  context.regex(planOf(), /using entries_of_day\b/);
});
