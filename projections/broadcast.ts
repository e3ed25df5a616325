import { BroadcastAudience } from '../domain/broadcast/index.js';
import { oneOf } from '../domain/shared/codecs.js';
import type { Sql } from '../ports/database.js';
import { count, instant, maybe, position, text, texts, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

export const BroadcastStatus = oneOf('BroadcastStatus', ['RUNNING', 'COMPLETED', 'GIVEN_UP']);

/** What became of people, each counted once. */
const counts = {
  accepted: count,
  refused: count,
  failed: count,
  unknown: count,
  skipped: count,
} as const;

/** Messages of staff, and how far each has come. */
export const broadcasts = defineTable({
  name: 'broadcasts',
  columns: {
    broadcast_id: text,
    title: text,
    message: text,
    audience: word(BroadcastAudience),
    channels: texts,
    sent_by: text,
    expected: count,
    status: word(BroadcastStatus),
    ...counts,
    /** Of a page that is under way; nobody knows yet what became of them. */
    under_way: count,
    /** Tried in vain, and to be tried again. */
    waiting: count,
    accepted_at: instant,
    ended_at: maybe(instant),
    updated_at: instant,
    position,
  },
  key: ['broadcast_id'],
  constraints: [
    "CHECK ((ended_at IS NULL) = (status = 'RUNNING'))",
    "CHECK (status = 'RUNNING' OR (under_way = 0 AND waiting = 0))",
  ],
  indexes: ['CREATE INDEX broadcasts_newest ON broadcasts (accepted_at DESC, broadcast_id)'],
});

type Broadcast = RowOf<typeof broadcasts>;
type Context = Readonly<{ broadcasts: Rows<Broadcast> }>;

const open = async (sql: Sql, ids: readonly string[]): Promise<Context> => ({
  broadcasts: await loadRows(sql, broadcasts, 'broadcast_id', ids),
});

const nothing = { accepted: 0, refused: 0, failed: 0, unknown: 0, skipped: 0 };

const change = (
  { broadcasts: rows }: Context,
  { streamId, event, position: here }: LoggedIn<'broadcast'>,
  changesOf: (row: Broadcast) => Partial<Broadcast>,
): void => {
  const row = rows.get(streamId);
  const changes = row === undefined ? {} : changesOf(row);
  rows.update([streamId], { ...changes, updated_at: event.data.at, position: here });
};

const handlers: Handlers<'broadcast', Context> = {
  BroadcastAccepted: ({ broadcasts: rows }, data, { actor, position: here }) => {
    const { broadcastId, title, message, audience, channels, expected, at } = data;
    rows.put({
      ...{ title, message, audience, channels, expected, ...nothing },
      broadcast_id: broadcastId,
      sent_by: actor.id,
      status: 'RUNNING',
      under_way: 0,
      waiting: 0,
      accepted_at: at,
      ended_at: null,
      updated_at: at,
      position: here,
    });
  },
  // Those who waited are of the page.
  BroadcastPageBegun: (context, { people }, logged) =>
    change(context, logged, () => ({ under_way: people, waiting: 0 })),
  BroadcastPageEnded: (context, data, logged) =>
    change(context, logged, (row) => ({
      accepted: row.accepted + data.accepted,
      refused: row.refused + data.refused,
      failed: row.failed + data.failed,
      unknown: row.unknown + data.unknown,
      skipped: row.skipped + data.skipped,
      under_way: 0,
      waiting: data.again.length,
    })),
  BroadcastPageLost: (context, { people }, logged) =>
    change(context, logged, (row) => ({ unknown: row.unknown + people, under_way: 0 })),
  BroadcastCompleted: (context, { at }, logged) =>
    change(context, logged, () => ({ status: 'COMPLETED', ended_at: at })),
  BroadcastGivenUp: (context, { failed, at }, logged) =>
    change(context, logged, (row) => ({
      status: 'GIVEN_UP',
      failed: row.failed + failed,
      waiting: 0,
      ended_at: at,
    })),
};

/** Messages of staff to classes of users, for staff. */
export const broadcast = defineProjection({
  name: 'broadcast',
  version: 1,
  tables: [broadcasts],
  parts: [following('broadcast', { open, handlers })],
});
