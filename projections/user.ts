import { KycStatus, RegisteredBy, UserStatus } from '../domain/user/index.js';
import type { Sql } from '../ports/database.js';
import { instant, maybe, position, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/**
 * People. Personal data stands here as it does in the log: sealed, to be opened by whoever shows
 * it, and not at all once the person's key is destroyed. The indexes find equal texts.
 */
export const users = defineTable({
  name: 'users',
  columns: {
    user_id: text,
    registered_by: word(RegisteredBy),
    username: maybe(text),
    username_index: maybe(text),
    email: maybe(text),
    email_index: maybe(text),
    phone: maybe(text),
    phone_index: maybe(text),
    profile: maybe(text),
    referral_code: maybe(text),
    referred_by: maybe(text),
    status: word(UserStatus),
    status_reason: maybe(text),
    kyc_status: word(KycStatus),
    kyc_reason: maybe(text),
    kyc_documents: maybe(text),
    kyc_submitted_at: maybe(instant),
    profile_completed_at: maybe(instant),
    registered_at: instant,
    deleted_at: maybe(instant),
    updated_at: instant,
    position,
  },
  key: ['user_id'],
  indexes: [
    'CREATE INDEX users_newest ON users (registered_at DESC, user_id)',
    'CREATE INDEX users_kyc ON users (kyc_submitted_at DESC, user_id) ' +
      'WHERE kyc_submitted_at IS NOT NULL',
    'CREATE INDEX users_username ON users (username_index)',
    'CREATE INDEX users_email ON users (email_index)',
    'CREATE INDEX users_phone ON users (phone_index)',
    'CREATE INDEX users_referral_code ON users (referral_code)',
  ],
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
  UserRegistered: ({ users: rows }, { userId, by, at, ...invited }, { position: here }) =>
    rows.put({
      user_id: userId,
      registered_by: by,
      username: null,
      username_index: null,
      email: null,
      email_index: null,
      phone: null,
      phone_index: null,
      profile: null,
      referral_code: invited.referralCode,
      referred_by: invited.referredBy,
      status: 'ACTIVE',
      status_reason: null,
      kyc_status: 'NOT_SUBMITTED',
      kyc_reason: null,
      kyc_documents: null,
      kyc_submitted_at: null,
      profile_completed_at: null,
      registered_at: at,
      deleted_at: null,
      updated_at: at,
      position: here,
    }),
  IdentifierAdded: (context, { kind, value, index }, logged) =>
    change(
      context,
      logged,
      kind === 'email'
        ? { email: value, email_index: index }
        : { phone: value, phone_index: index },
    ),
  UsernameChosen: (context, { value, index }, logged) =>
    change(context, logged, { username: value, username_index: index }),
  ExternalIdentityLinked: (context, _, logged) => change(context, logged, {}),
  ProfileChanged: (context, { profile }, logged) => change(context, logged, { profile }),
  KycSubmitted: (context, { documents, at }, logged) =>
    change(context, logged, { kyc_documents: documents, kyc_submitted_at: at }),
  // What was sealed can be opened no more; that it stood here is nobody's business either.
  AccountDeleted: (context, { at }, logged) =>
    change(context, logged, {
      status: 'INACTIVE',
      username: null,
      username_index: null,
      email: null,
      email_index: null,
      phone: null,
      phone_index: null,
      profile: null,
      kyc_documents: null,
      deleted_at: at,
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
  version: 4,
  tables: [users],
  parts: [following('user', { open, handlers })],
});
