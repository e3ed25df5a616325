/** Settings: all of them for super admins, the public ones for everybody (rules 3.1, 5.10). */

import * as t from 'io-ts';
import { type AnySettingRow, settingRows } from '../domain/settings/index.js';
import { branded, brandOrThrow } from '../domain/shared/brand.js';
import { nullable, text } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import type { RowOf } from '../projections/engine/table.js';
import { settingsHistory, settingsNow } from '../projections/settings.js';
import { select, when } from './queries/select.js';
import { type ReadTools, rowsOf, upToDate } from './reading.js';

const tag = 'Staff: configuration';
const models = ['settings'];

const Setting = t.strict(
  {
    key: t.string,
    /** `null`: never set, or taken back. */
    value: nullable(t.string),
    description: t.string,
    is_active: t.boolean,
    is_public: t.boolean,
    /** What a new network begins with. */
    initial_value: t.string,
    /** What counts while there is no value, or it is not active; `null`: there must be one. */
    value_when_missing: nullable(t.string),
    unit: t.string,
    expects: t.string,
    changed_by: nullable(t.string),
    changed_at: nullable(Instant),
  },
  'Setting',
);

type SettingRow = RowOf<typeof settingsNow>;

const settingItem = (
  { key, value: type, initial, description, isPublic, whenMissing }: AnySettingRow,
  row: SettingRow | undefined,
): t.TypeOf<typeof Setting> => ({
  key,
  value: row?.value ?? null,
  description: row?.description ?? description,
  is_active: row?.is_active ?? true,
  is_public: row?.is_public ?? isPublic === true,
  initial_value: initial,
  value_when_missing: whenMissing ?? null,
  unit: type.unit,
  expects: type.expects,
  changed_by: row?.actor_id ?? null,
  changed_at: row?.at ?? null,
});

/** Every key of the table, as it stands. */
const settingItems = async (tools: ReadTools): Promise<readonly t.TypeOf<typeof Setting>[]> => {
  const rows = await rowsOf(tools, select('settings', settingsNow, { where: [], orderBy: 'key' }));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return settingRows.map((setting) => settingItem(setting, byKey.get(setting.key)));
};

const listSettings = (tools: ReadTools): Route =>
  route({
    operation: 'listSettings',
    method: 'GET',
    path: '/api/admin/config',
    summary: 'All settings, with what they take',
    tag,
    minPosition: true,
    responses: { 200: t.strict({ items: t.array(Setting) }, 'SettingList') },
    handler: async ({ minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      return answer(200, { items: [...(await settingItems(tools))] }, shown);
    },
  });

const Then = t.strict(
  {
    value: nullable(t.string),
    is_active: t.boolean,
    /** `null`: as the program has it. */
    is_public: nullable(t.boolean),
    description: nullable(t.string),
  },
  'SettingMoment',
);

const SettingChange = t.strict(
  { key: t.string, before: Then, after: Then, changed_by: t.string, changed_at: Instant },
  'SettingChange',
);

/** The number of a change among all changes; digits, because it may be a 64-bit number. */
const ChangeNumber = branded('ChangeNumber', /^\d{1,18}$/);
const ChangeCursor = cursorOf('SettingChangeCursor', t.strict({ revision: ChangeNumber }));

const HistoryQuery = t.intersection([
  pageQuery(ChangeCursor),
  t.exact(t.partial({ key: text('SettingKeyFilter', { minLength: 1, maxLength: 100 }) })),
]);

const listSettingHistory = (tools: ReadTools): Route =>
  route({
    operation: 'listSettingHistory',
    method: 'GET',
    path: '/api/admin/config/history',
    summary: 'Who changed which setting from what to what, the latest first',
    tag,
    minPosition: true,
    query: HistoryQuery,
    responses: { 200: pageOf('SettingChangePage', SettingChange) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { page_size: size, key, cursor } = query;
      const statement = select('settings', settingsHistory, {
        where: [when('key = ?', key), when('revision < ?', cursor?.revision)],
        orderBy: 'revision DESC',
        limit: size + 1,
      });
      const page = pageFrom(await rowsOf(tools, statement), {
        size,
        cursor: ChangeCursor,
        placeOf: ({ revision }) => ({ revision: brandOrThrow(ChangeNumber, revision.toString()) }),
        itemOf: ({ key: changed, before, after, actor_id, at }) => ({
          key: changed,
          before,
          after,
          changed_by: actor_id,
          changed_at: at,
        }),
      });
      return answer(200, page, shown);
    },
  });

const PublicSettings = t.strict(
  { items: t.array(t.strict({ key: t.string, value: t.string, unit: t.string })) },
  'PublicSettings',
);

/** Rules 3.1: only what is active and public leaves here. */
const readPublicSettings = (tools: ReadTools): Route =>
  route({
    operation: 'readPublicSettings',
    method: 'GET',
    path: '/api/app/config',
    summary: 'Settings that an app may show',
    tag: 'App',
    minPosition: true,
    responses: { 200: PublicSettings },
    handler: async ({ minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const items = (await settingItems(tools)).flatMap(({ key, value, unit, ...about }) =>
        about.is_active && about.is_public && value !== null ? [{ key, value, unit }] : [],
      );
      return answer(200, { items }, shown);
    },
  });

export const configReads = (tools: ReadTools): readonly Route[] => [
  listSettings(tools),
  listSettingHistory(tools),
  readPublicSettings(tools),
];
