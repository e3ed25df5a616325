/** Who of the staff did what (rules 2.24, 5.19). */

import * as t from 'io-ts';
import { brandOrThrow } from '../domain/shared/brand.js';
import { nullable, text } from '../domain/shared/codecs.js';
import { Instant, plusSeconds } from '../domain/shared/instant.js';
import {
  auditLogKeptSeconds,
  type StaffRequests,
  type StaffWhereabouts,
} from '../ports/audit-log.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import type { actions } from '../projections/action-log/index.js';
import type { RowOf } from '../projections/engine/table.js';
import { members } from '../projections/staff.js';
import type { PeopleTools } from './account.js';
import { actionsWhere } from './queries/action.js';
import { select } from './queries/select.js';
import { LogPlace, rowsOf, upToDate } from './reading.js';
import { openPeople } from './staff-team.js';

/** Logs have longer pages than other lists (rules 3.24). */
const pages = { usual: 50, max: 200 };

const Action = t.strict(
  {
    id: t.string,
    at: Instant,
    actor_id: t.string,
    /** `null`: an operator, or somebody who was removed. */
    actor_name: nullable(t.string),
    action: t.string,
    target_kind: t.string,
    target_id: t.string,
    /** Fields of the target that changed; words about people and secrets are not among them. */
    changes: t.array(t.strict({ field: t.string, from: t.unknown, to: t.unknown }, 'ActionChange')),
    correlation_id: t.string,
    /** As the request showed them; `null` for an operator's command, and once forgotten. */
    address: nullable(t.string),
    user_agent: nullable(t.string),
  },
  'Action',
);

type ActionRow = RowOf<typeof actions>;

interface Known {
  readonly names: ReadonlyMap<string, string>;
  readonly whereabouts: ReadonlyMap<string, StaffWhereabouts>;
}

const actionItem = (row: ActionRow, { names, whereabouts }: Known): t.TypeOf<typeof Action> => ({
  id: row.event_id,
  at: row.at,
  actor_id: row.actor_id,
  actor_name: names.get(row.actor_id) ?? null,
  action: row.action,
  target_kind: row.target_kind,
  target_id: row.target_id,
  changes: Object.entries(row.changes).map(([field, { from, to }]) => ({ field, from, to })),
  correlation_id: row.correlation_id,
  address: whereabouts.get(row.request_id)?.address ?? null,
  user_agent: whereabouts.get(row.request_id)?.agent ?? null,
});

/** Names of those who acted, by id. */
const namesOf = async (
  tools: PeopleTools,
  rows: readonly ActionRow[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = [...new Set(rows.map(({ actor_id }) => actor_id))];
  const where = [['staff_id = ANY(?)', ids]] as const;
  const found = await rowsOf(tools, select('staff', members, { where, orderBy: 'staff_id' }));
  const people = await openPeople(tools, found);
  return new Map(
    found.flatMap(({ staff_id }, index) => {
      const name = people[index]?.name;
      return name === undefined ? [] : [[staff_id, name] as const];
    }),
  );
};

const ActionCursor = cursorOf('ActionCursor', t.strict({ position: LogPlace }));

const Word = text('ActionFilter', { minLength: 1, maxLength: 200 });

const ActionQuery = t.intersection([
  pageQuery(ActionCursor, pages),
  t.exact(
    t.partial({
      actor: Word,
      action: Word,
      target_kind: Word,
      target_id: Word,
      correlation_id: Word,
      start_date: Instant,
      end_date: Instant,
    }),
  ),
]);

/** Of two times the one that shows less: what is too old is not shown, deleted or not. */
const sinceOf = (wanted: Instant | undefined, now: Instant): Instant => {
  const first = plusSeconds(now, -auditLogKeptSeconds);
  return wanted !== undefined && wanted > first ? wanted : first;
};

export interface ActionLogTools extends PeopleTools {
  readonly staffRequests: Pick<StaffRequests, 'find'>;
}

const listActions = (tools: ActionLogTools): Route =>
  route({
    operation: 'listActions',
    method: 'GET',
    path: '/api/admin/action-logs',
    summary: 'What staff did, the latest first',
    description:
      'Everything that staff and operators caused in the last 365 days, from the log itself: it ' +
      'can neither be left out nor taken back. `changes` tells from what to what, where the ' +
      'program knows it.',
    tag: 'Staff: action log',
    minPosition: true,
    query: ActionQuery,
    responses: { 200: pageOf('ActionPage', Action) },
    handler: async ({ query, minPosition, now }, answer) => {
      const shown = await upToDate(tools, ['action_log'], minPosition);
      const { page_size: size, cursor } = query;
      const filter = {
        actor: query.actor,
        action: query.action,
        targetKind: query.target_kind,
        targetId: query.target_id,
        correlationId: query.correlation_id,
        since: sinceOf(query.start_date, now),
        until: query.end_date,
        before: cursor?.position,
      };
      const rows = await rowsOf(tools, actionsWhere(filter, size + 1));
      const names = await namesOf(tools, rows);
      const whereabouts = await tools.staffRequests.find(rows.map(({ request_id }) => request_id));
      const page = pageFrom(rows, {
        size,
        cursor: ActionCursor,
        placeOf: ({ position }) => ({ position: brandOrThrow(LogPlace, position.toString()) }),
        itemOf: (row) => actionItem(row, { names, whereabouts }),
      });
      return answer(200, page, shown);
    },
  });

export const actionLogReads = (tools: ActionLogTools): readonly Route[] => [listActions(tools)];
