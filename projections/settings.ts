import * as t from 'io-ts';
import { nullable } from '../domain/shared/codecs.js';
import type { Sql } from '../ports/database.js';
import { flag, instant, json, maybe, position, revision, text } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { appendRows, loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

const change = {
  key: text,
  actor_kind: text,
  actor_id: text,
  at: instant,
  position,
} as const;

/**
 * Settings about which anybody ever said anything. What is `null` is as the domain's table has it;
 * a `value` of `null` was never set.
 */
export const settingsNow = defineTable({
  name: 'settings',
  columns: {
    ...change,
    value: maybe(text),
    is_active: flag,
    is_public: maybe(flag),
    description: maybe(text),
    stream: text,
  },
  key: ['key'],
  indexes: ['CREATE INDEX settings_of_stream ON settings (stream)'],
});

/** A setting before or after a change; `null` as above. */
export const SettingThen = t.strict(
  {
    value: nullable(t.string),
    is_active: t.boolean,
    is_public: nullable(t.boolean),
    description: nullable(t.string),
  },
  'SettingThen',
);
type SettingThen = t.TypeOf<typeof SettingThen>;

/** Every change: key, from what to what, who, when. */
export const settingsHistory = defineTable({
  name: 'history',
  columns: { ...change, before: json(SettingThen), after: json(SettingThen), revision },
  key: ['key', 'revision'],
});

type Context = Readonly<{
  settings: Rows<RowOf<typeof settingsNow>>;
  history: Rows<RowOf<typeof settingsHistory>>;
}>;

const open = async (sql: Sql, streams: readonly string[]): Promise<Context> => ({
  settings: await loadRows(sql, settingsNow, 'stream', streams),
  history: appendRows(sql, settingsHistory),
});

const untouched: SettingThen = {
  value: null,
  is_active: true,
  is_public: null,
  description: null,
};

const record = (
  { settings: rows, history }: Context,
  logged: LoggedIn<'settings'>,
  changes: Partial<SettingThen> | 'removed',
): void => {
  const { key, at } = logged.event.data;
  const known = rows.get(key);
  const { value, is_active, is_public, description } = known ?? untouched;
  const before: SettingThen = { value, is_active, is_public, description };
  const after = changes === 'removed' ? untouched : { ...before, ...changes };
  const { kind: actor_kind, id: actor_id } = logged.actor;
  const common = { key, actor_kind, actor_id, at, position: logged.position };
  if (changes === 'removed') rows.remove(key);
  else rows.put({ ...common, ...after, stream: logged.streamId });
  history.put({ ...common, before, after, revision: logged.revision });
};

const handlers: Handlers<'settings', Context> = {
  SettingChanged: (context, { value }, logged) => record(context, logged, { value }),
  SettingPresented: (context, { isActive, isPublic, description }, logged) =>
    record(context, logged, { is_active: isActive, is_public: isPublic, description }),
  SettingRemoved: (context, _, logged) => record(context, logged, 'removed'),
};

/** Settings as staff changed them, with their history. */
export const settings = defineProjection({
  name: 'settings',
  version: 2,
  tables: [settingsNow, settingsHistory],
  parts: [following('settings', { open, handlers })],
});
