import type { Sql } from '../ports/database.js';
import { instant, maybe, position, revision, text } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers } from './engine/projection.js';
import { appendRows, defineTable, loadRows, type RowOf, type Rows } from './engine/table.js';

const change = {
  key: text,
  value: text,
  actor_kind: text,
  actor_id: text,
  at: instant,
  position,
} as const;

/** Settings that were ever changed; the others have the initial value of the domain's table. */
export const settingsNow = defineTable({
  name: 'settings',
  columns: { ...change, stream: text },
  key: ['key'],
  indexes: ['CREATE INDEX settings_of_stream ON settings (stream)'],
});

/** Every change: key, value, who, when. */
export const settingsHistory = defineTable({
  name: 'history',
  columns: { ...change, previous_value: maybe(text), revision },
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

const handlers: Handlers<'settings', Context> = {
  SettingChanged: (context, { key, value, at }, logged) => {
    const { kind, id } = logged.actor;
    const row = { key, value, actor_kind: kind, actor_id: id, at, position: logged.position };
    const previous = context.settings.get(key)?.value ?? null;
    context.settings.put({ ...row, stream: logged.streamId });
    context.history.put({ ...row, previous_value: previous, revision: logged.revision });
  },
};

/** Settings as staff changed them, with their history. */
export const settings = defineProjection({
  name: 'settings',
  version: 1,
  tables: [settingsNow, settingsHistory],
  parts: [following('settings', { open, handlers })],
});
