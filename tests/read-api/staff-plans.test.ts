import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { instant } from '../../domain/shared/instant.js';
import type { Database } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { actionLog } from '../../projections/action-log/index.js';
import { prepare } from '../../projections/engine/prepare.js';
import type { Columns } from '../../projections/engine/table.js';
import { readRows, type Statement } from '../../projections/hot-reads.js';
import { user } from '../../projections/user.js';
import { actionsWhere } from '../../read-api/queries/action.js';
import { submissionsWhere, usersWhere } from '../../read-api/queries/user.js';
import { createTestDatabase } from '../support/postgres.js';
import { indexOf } from '../support/sealed.js';

/** Enough that reading a whole table is never the better plan. */
const count = 20_000;

const fill = async (database: Database): Promise<void> => {
  await database.execute(
    `INSERT INTO users.users (user_id, registered_by, username_index, email_index, phone_index,
       referral_code, status, kyc_status, kyc_submitted_at, registered_at, updated_at, position)
     SELECT 'u-' || n, 'PHONE', 'name-' || n, 'mail-' || n, 'phone-' || n, 'REF' || n, 'ACTIVE',
       'PENDING', CASE WHEN n % 10 = 0 THEN now() - n * interval '1 minute' END,
       now() - n * interval '1 minute', now(), n
     FROM generate_series(1, ${count}) n;
     INSERT INTO action_log.actions
     SELECT 'e-' || n, n, now(), CASE WHEN n % 1000 = 0 THEN 'seldom' ELSE 'often' END, 'user', 'u-' || n, 'UserStatusChanged', '{}',
       'c-' || n, 'r-' || n
     FROM generate_series(1, ${count}) n`,
  );
  await database.execute('ANALYZE');
};

const PlanLine = t.type({ 'QUERY PLAN': t.string });

/** The rows are found by that index, no table is read as a whole, and there is an answer. */
const usesIndex = async <C extends Columns>(
  context: ExecutionContext,
  statement: Statement<C>,
  expected: { readonly index: string; readonly rows: number },
): Promise<void> => {
  const { database } = await createTestDatabase(context);
  for (const projection of [user, actionLog]) await prepare(database, projection);
  await fill(database);
  const rows = await database.query(`EXPLAIN ${statement.text}`, statement.values);
  const plan = decodeRows(PlanLine, rows)
    .map((row) => row['QUERY PLAN'])
    .join('\n');
  context.regex(plan, new RegExp(`(using|on) ${expected.index}\\b`), plan);
  context.notRegex(plan, /Seq Scan/, plan);
  context.is((await readRows(database, statement)).length, expected.rows);
};

const page = { limit: 21, after: undefined };
const since = instant('2001-01-01T00:00:00Z');

test('a user is found by any word among all users, without reading all of them', async (context) => {
  const search = { text: 'REF7', identifierIndex: indexOf('none'), usernameIndex: null };
  const expected = { index: 'users_referral_code', rows: 1 };
  await usesIndex(context, usersWhere({ search }, page), expected);
});

test('the newest users come without sorting all of them', async (context) => {
  await usesIndex(context, usersWhere({}, page), { index: 'users_newest', rows: 21 });
});

test('the latest documents come without looking at those who have none', async (context) => {
  await usesIndex(context, submissionsWhere({}, page), { index: 'users_kyc', rows: 21 });
});

test('actions of somebody who does little are found among those of others', async (context) => {
  const statement = actionsWhere({ actor: 'seldom', since }, 51);
  await usesIndex(context, statement, { index: 'actions_of_actor', rows: count / 1_000 });
});

test('what was done to something is found by it', async (context) => {
  const statement = actionsWhere({ targetKind: 'user', targetId: 'u-7', since }, 51);
  await usesIndex(context, statement, { index: 'actions_on_target', rows: 1 });
});
