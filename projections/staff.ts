import { StaffRole } from '../domain/staff/index.js';
import type { Sql } from '../ports/database.js';
import { flag, instant, maybe, position, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import { type Handlers, ignored, type LoggedIn } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/** The staff of the network; whoever was removed is not there. What is sealed stays sealed. */
export const members = defineTable({
  name: 'members',
  columns: {
    staff_id: text,
    stream: text,
    role: word(StaffRole),
    is_active: flag,
    /** Why not; `null` while the person is active. */
    reason: maybe(text),
    person: text,
    email_index: text,
    /** Who of the staff added the person; `null` is an operator at the command line. */
    added_by: maybe(text),
    added_at: instant,
    updated_at: instant,
    position,
  },
  key: ['staff_id'],
  indexes: ['CREATE INDEX members_of_stream ON members (stream)'],
});

type Member = RowOf<typeof members>;
type Context = Readonly<{ members: Rows<Member> }>;

const open = async (sql: Sql, streams: readonly string[]): Promise<Context> => ({
  members: await loadRows(sql, members, 'stream', streams),
});

const change = (
  { members: rows }: Context,
  { event, position: here }: LoggedIn<'staff'>,
  changes: Partial<Member>,
): void =>
  rows.update([event.data.staffId], { ...changes, updated_at: event.data.at, position: here });

const handlers: Handlers<'staff', Context> = {
  StaffAdded: ({ members: rows }, { staffId, role, person, emailIndex, by, at }, logged) =>
    rows.put({
      staff_id: staffId,
      stream: logged.streamId,
      role,
      is_active: true,
      reason: null,
      person,
      email_index: emailIndex,
      added_by: by,
      added_at: at,
      updated_at: at,
      position: logged.position,
    }),
  StaffRoleChanged: (context, { role }, logged) => change(context, logged, { role }),
  StaffDeactivated: (context, { reason }, logged) =>
    change(context, logged, { is_active: false, reason }),
  StaffReactivated: (context, _, logged) =>
    change(context, logged, { is_active: true, reason: null }),
  StaffPasswordChanged: ignored,
  StaffRemoved: ({ members: rows }, { staffId }) => rows.remove(staffId),
};

/** The staff, as its team's stream tells. */
export const staff = defineProjection({
  name: 'staff',
  version: 1,
  tables: [members],
  parts: [following('staff', { open, handlers })],
});
