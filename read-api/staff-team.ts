/** The staff of the network, for super admins (rules 5.16). */

import * as t from 'io-ts';
import { Bug } from '../domain/shared/assert.js';
import { brandOrThrow } from '../domain/shared/brand.js';
import { nullable } from '../domain/shared/codecs.js';
import { StaffId } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { Sealed } from '../domain/shared/sealed.js';
import { type StaffPerson, StaffRole } from '../domain/staff/index.js';
import { problem } from '../ports/http/answer.js';
import { QueryBoolean } from '../ports/http/query-codecs.js';
import { type Route, route } from '../ports/http/route.js';
import { readSealedJson } from '../ports/sealed-json.js';
import { openWords } from '../ports/sealed-words.js';
import { staffPersonPlace, staffReasonPlace } from '../ports/team-data.js';
import type { RowOf } from '../projections/engine/table.js';
import { members } from '../projections/staff.js';
import type { PeopleTools } from './account.js';
import { select, when } from './queries/select.js';
import { rowOf, rowsOf, upToDate } from './reading.js';

const tag = 'Staff: team';
const models = ['staff'];

type MemberRow = RowOf<typeof members>;

/** Who these are, in their order; `null` for those whose key is destroyed. */
export const openPeople = async (
  { personalData }: Pick<PeopleTools, 'personalData'>,
  rows: readonly Pick<MemberRow, 'staff_id' | 'person'>[],
): Promise<readonly (StaffPerson | null)[]> => {
  const places = rows.map(({ staff_id }) => staffPersonPlace(staff_id));
  const items = rows.map(({ staff_id, person }) => {
    const { subject, field } = staffPersonPlace(staff_id);
    return { subject, field, sealed: brandOrThrow(Sealed, person) };
  });
  const texts = await personalData.openMany(items);
  return places.map((place, index) => {
    const text = texts[index] ?? null;
    return text === null ? null : readSealedJson(place, text);
  });
};

const StaffListItem = t.strict(
  {
    id: t.string,
    name: nullable(t.string),
    email: nullable(t.string),
    role: StaffRole,
    is_active: t.boolean,
    /** Who of the staff added the person; `null` is an operator at the command line. */
    added_by: nullable(t.string),
    added_at: Instant,
    updated_at: Instant,
  },
  'StaffListItem',
);

const listItem = (row: MemberRow, person: StaffPerson | null): t.TypeOf<typeof StaffListItem> => ({
  id: row.staff_id,
  name: person?.name ?? null,
  email: person?.email ?? null,
  role: row.role,
  is_active: row.is_active,
  added_by: row.added_by,
  added_at: row.added_at,
  updated_at: row.updated_at,
});

const StaffList = t.strict({ items: t.array(StaffListItem) }, 'StaffList');

/** All at once: a team is some dozens of people. */
const listStaff = (tools: PeopleTools): Route =>
  route({
    operation: 'listStaff',
    method: 'GET',
    path: '/api/admin/profiles',
    summary: 'The staff of the network',
    tag,
    minPosition: true,
    query: t.exact(t.partial({ role: StaffRole, is_active: QueryBoolean })),
    responses: { 200: StaffList },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const where = [when('role = ?', query.role), when('is_active = ?', query.is_active)];
      const orderBy = 'added_at, staff_id';
      const rows = await rowsOf(tools, select('staff', members, { where, orderBy }));
      const people = await openPeople(tools, rows);
      const items = rows.map((row, index) => listItem(row, people[index] ?? null));
      return answer(200, { items }, shown);
    },
  });

const StaffDetail = t.strict(
  {
    ...StaffListItem.type.props,
    /** Why the person is not active. */
    reason: nullable(t.string),
  },
  'StaffDetail',
);

const readStaff = (tools: PeopleTools): Route =>
  route({
    operation: 'readStaff',
    method: 'GET',
    path: '/api/admin/profiles/:id',
    summary: 'One of the staff',
    tag,
    minPosition: true,
    params: t.strict({ id: StaffId }, 'StaffReadPath'),
    responses: { 200: StaffDetail },
    problems: ['staff_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const where = [['staff_id = ?', params.id]] as const;
      const row = await rowOf(tools, select('staff', members, { where, orderBy: 'staff_id' }));
      if (row === null) return problem('staff_not_found');
      const [person] = await openPeople(tools, [row]);
      if (person === undefined) throw new Bug('a row was opened and is not there');
      const place = staffReasonPlace(row.staff_id);
      const reason = await openWords(tools.personalData, place, row.reason);
      return answer(200, { ...listItem(row, person), reason }, shown);
    },
  });

export const staffTeamReads = (tools: PeopleTools): readonly Route[] => [
  listStaff(tools),
  readStaff(tools),
];
