import { oneOf } from '../domain/shared/codecs.js';
import type { Instant } from '../domain/shared/instant.js';
import { rowTextOf } from '../domain/shared/words.js';
import type { Sql } from '../ports/database.js';
import { count, instant, maybe, position, revision, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { appendRows, loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/** What a user has. Only awards raise the lifetime total (P-066). */
export const accounts = defineTable({
  name: 'accounts',
  columns: {
    user_id: text,
    current: count,
    held: count,
    spendable: count,
    lifetime_earned: count,
    updated_at: instant,
    position,
  },
  key: ['user_id'],
  constraints: [
    'CHECK (current >= 0)',
    'CHECK (held >= 0)',
    'CHECK (spendable >= 0)',
    'CHECK (spendable = current - held)',
  ],
  indexes: ['CREATE INDEX accounts_by_lifetime ON accounts (lifetime_earned DESC, user_id)'],
});

export const PointsEntryKind = oneOf('PointsEntryKind', ['EARNED', 'SPENT', 'ADJUSTMENT']);

/** Everything that moved an account (rules 2.14); `source` is one of the words listed there. */
export const history = defineTable({
  name: 'history',
  columns: {
    user_id: text,
    revision,
    entry_id: text,
    kind: word(PointsEntryKind),
    source: text,
    points: count,
    balance_before: count,
    balance_after: count,
    rental_id: maybe(text),
    reason: maybe(text),
    actor_kind: text,
    actor_id: text,
    at: instant,
    position,
  },
  key: ['user_id', 'revision'],
  constraints: ['CHECK (points > 0)', 'CHECK (abs(balance_after - balance_before) = points)'],
});

type Entry = RowOf<typeof history>;

type Context = Readonly<{
  accounts: Rows<RowOf<typeof accounts>>;
  history: Rows<Entry>;
}>;

const open = async (sql: Sql, users: readonly string[]): Promise<Context> => ({
  accounts: await loadRows(sql, accounts, 'user_id', users),
  history: appendRows(sql, history),
});

interface Change {
  readonly current?: number;
  readonly held?: number;
  readonly earned?: number;
  readonly at: Instant;
}

const move = (context: Context, logged: LoggedIn<'points'>, change: Change) => {
  const user = logged.streamId;
  const old = context.accounts.get(user);
  const before = old?.current ?? 0;
  const after = before + (change.current ?? 0);
  const held = (old?.held ?? 0) + (change.held ?? 0);
  context.accounts.put({
    user_id: user,
    current: after,
    held,
    spendable: after - held,
    lifetime_earned: (old?.lifetime_earned ?? 0) + (change.earned ?? 0),
    updated_at: change.at,
    position: logged.position,
  });
  return { before, after };
};

type EntryFacts = Pick<Entry, 'entry_id' | 'kind' | 'source' | 'rental_id' | 'reason'>;

const enter = (
  context: Context,
  logged: LoggedIn<'points'>,
  change: Change & { readonly current: number; readonly entry: EntryFacts },
): void => {
  const { before, after } = move(context, logged, change);
  if (before === after) return;
  context.history.put({
    ...change.entry,
    user_id: logged.streamId,
    revision: logged.revision,
    points: Math.abs(after - before),
    balance_before: before,
    balance_after: after,
    actor_kind: logged.actor.kind,
    actor_id: logged.actor.id,
    at: change.at,
    position: logged.position,
  });
};

const handlers: Handlers<'points', Context> = {
  PointsAwarded: (context, { awardId, points, source, rentalId, at }, logged) => {
    const about = { rental_id: rentalId, reason: null };
    const entry = { entry_id: awardId, kind: 'EARNED', source, ...about } as const;
    enter(context, logged, { current: points, earned: points, at, entry });
  },
  PointsHeld: (context, { points, at }, logged) => {
    move(context, logged, { held: points, at });
  },
  PointsRedeemed: (context, { holdId, points, rentalId, at }, logged) => {
    const about = { source: 'RENTAL_PAYMENT', rental_id: rentalId, reason: null };
    const entry = { entry_id: holdId, kind: 'SPENT', ...about } as const;
    enter(context, logged, { current: -points, held: -points, at, entry });
  },
  PointsReleased: (context, { points, at }, logged) => {
    move(context, logged, { held: -points, at });
  },
  PointsGivenBack: (context, { givingBackId, points, rentalId, at }, logged) => {
    const about = { source: 'REFUND', rental_id: rentalId, reason: null };
    const entry = { entry_id: givingBackId, kind: 'EARNED', ...about } as const;
    enter(context, logged, { current: points, at, entry });
  },
  PointsAdjusted: (context, { adjustmentId, points, reason, at }, logged) => {
    const about = { source: 'ADMIN_ADJUSTMENT', rental_id: null, reason: rowTextOf(reason) };
    const entry = { entry_id: adjustmentId, kind: 'ADJUSTMENT', ...about } as const;
    enter(context, logged, { current: points, at, entry });
  },
};

/** Points accounts and their histories. */
export const points = defineProjection({
  name: 'points',
  version: 1,
  tables: [accounts, history],
  parts: [following('points', { open, handlers })],
  checks: [
    {
      claim: 'an account is the sum of its history (P-064)',
      violations: `SELECT count(*) AS violations FROM accounts a WHERE current <> coalesce(
        (SELECT sum(balance_after - balance_before) FROM history h
         WHERE h.user_id = a.user_id), 0)`,
    },
  ],
});
