import { KycStatus, UserStatus } from '../domain/user/index.js';
import type { Sql } from '../ports/database.js';
import { instant, maybe, position, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { defineTable, loadRows, type RowOf, type Rows } from './engine/table.js';

/** What renting needs to know of people; no personal data is here. */
export const users = defineTable({
  name: 'users',
  columns: {
    user_id: text,
    status: word(UserStatus),
    status_reason: maybe(text),
    kyc_status: word(KycStatus),
    kyc_reason: maybe(text),
    profile_completed_at: maybe(instant),
    registered_at: instant,
    updated_at: instant,
    position,
  },
  key: ['user_id'],
  indexes: ['CREATE INDEX users_newest ON users (registered_at DESC, user_id)'],
});

type User = RowOf<typeof users>;
type Context = Readonly<{ users: Rows<User> }>;

const open = async (sql: Sql, ids: readonly string[]): Promise<Context> => ({
  users: await loadRows(sql, users, 'user_id', ids),
});

const change = (
  { users: rows }: Context,
  { streamId, event, position: here }: LoggedIn<'user'>,
  changes: Partial<User>,
): void => rows.update([streamId], { ...changes, updated_at: event.data.at, position: here });

const handlers: Handlers<'user', Context> = {
  UserRegistered: ({ users: rows }, { userId, at }, { position: here }) =>
    rows.put({
      user_id: userId,
      status: 'ACTIVE',
      status_reason: null,
      kyc_status: 'NOT_SUBMITTED',
      kyc_reason: null,
      profile_completed_at: null,
      registered_at: at,
      updated_at: at,
      position: here,
    }),
  UserStatusChanged: (context, { status, reason }, logged) =>
    change(context, logged, { status, status_reason: reason }),
  ProfileCompleted: (context, { at }, logged) =>
    change(context, logged, { profile_completed_at: at }),
  KycStatusChanged: (context, { status, reason }, logged) =>
    change(context, logged, { kyc_status: status, kyc_reason: reason }),
};

/** Users, as far as their streams tell. */
export const user = defineProjection({
  name: 'users',
  version: 1,
  tables: [users],
  parts: [following('user', { open, handlers })],
});
