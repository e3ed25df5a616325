import { type Category, eventsByCategory, isCategory } from '../../domain/registry.js';
import type { Instant } from '../../domain/shared/instant.js';
import { auditLogKeptSeconds } from '../../ports/audit-log.js';
import type { Sql } from '../../ports/database.js';
import type { Json, JsonObject } from '../../ports/http/json.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { defineProjection, type Part } from '../engine/define.js';
import { unhurriedLingerMs } from '../engine/projection.js';
import { appendRows, loadRows, type Rows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { actions, standings } from './tables.js';
import { targetOf, tell } from './tellers.js';

export { actions } from './tables.js';

/** Claims are how an action keeps a name to itself, and no action of their own. */
const followed: readonly Category[] = Object.keys(eventsByCategory)
  .filter(isCategory)
  .filter((category) => category !== 'claim');

/** What is changed and changed again, by whomever; of all others only the moment is told. */
const standing: ReadonlySet<Category> = new Set<Category>([
  'settings',
  'staff',
  'partner',
  'user',
  'package',
  'latefee',
  'discount',
  'station',
  'powerbank',
]);

/** How a user stands of whom nobody has said anything. */
const beginnings: Readonly<Partial<Record<Category, JsonObject>>> = {
  user: { status: 'ACTIVE', kyc_status: 'NOT_SUBMITTED' },
};

interface Entry {
  readonly logged: LoggedEvent;
  readonly told: JsonObject;
  readonly isByStaff: boolean;
}

/** An event that staff caused, or that says how something stands that staff change. */
const entryOf = (logged: LoggedEvent): readonly Entry[] => {
  const isByStaff = logged.actor.kind === 'staff';
  if (!isByStaff && !standing.has(logged.category)) return [];
  const told = tell(logged);
  if (!isByStaff && told === null) return [];
  return [{ logged, told: told ?? {}, isByStaff }];
};

const isSame = (left: Json, right: Json): boolean => JSON.stringify(left) === JSON.stringify(right);

type Changes = RowOf<typeof actions>['changes'];

const changesOf = (before: JsonObject, told: JsonObject): Changes =>
  Object.fromEntries(
    Object.entries(told).flatMap(([name, to]) => {
      const from = before[name] ?? null;
      return isSame(from, to) ? [] : [[name, { from, to }]];
    }),
  );

/** When it happened, by the clock that decided it. */
const timeOf = ({ event: { data } }: LoggedEvent): Instant =>
  'at' in data ? data.at : data.startedAt;

interface Tables {
  readonly standings: Rows<RowOf<typeof standings>>;
  readonly actions: Rows<RowOf<typeof actions>>;
}

const enter = (tables: Tables, { logged, told, isByStaff }: Entry): void => {
  const { id, stream, category, position, event } = logged;
  const target_id = targetOf(logged);
  const known = tables.standings.get(stream, target_id)?.fields;
  const before = known ?? beginnings[category] ?? {};
  if (standing.has(category)) {
    tables.standings.put({ stream, target_id, fields: { ...before, ...told }, position });
  }
  if (!isByStaff) return;
  tables.actions.put({
    event_id: id,
    position,
    at: timeOf(logged),
    actor_id: logged.actor.id,
    target_kind: category,
    target_id,
    action: event.type,
    changes: changesOf(before, told),
    correlation_id: logged.correlationId,
    request_id: logged.causationId,
  });
};

const apply = async (entries: readonly Entry[], sql: Sql): Promise<void> => {
  if (entries.length === 0) return;
  const streams = entries.map(({ logged }) => logged.stream);
  const tables = {
    standings: await loadRows(sql, standings, 'stream', streams),
    actions: appendRows(sql, actions),
  };
  for (const entry of entries) enter(tables, entry);
  await tables.standings.save();
  await tables.actions.save();
};

/** Whatever the category is, an action is an action. */
const part = (category: Category): Part => ({
  category,
  apply: (events, sql) => apply(events.flatMap(entryOf), sql),
});

/** What staff did in the last year: every event whose actor is one of them. */
export const actionLog = defineProjection({
  name: 'action_log',
  version: 2,
  tables: [actions, standings],
  expiry: { table: actions.name, column: 'at', keptSeconds: auditLogKeptSeconds },
  lingerMs: unhurriedLingerMs,
  parts: followed.map(part),
});
