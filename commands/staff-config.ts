/** What super admins do to the settings of the network (rules 3.1, 5.16). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  type Presentation,
  presentationOf,
  rowOfKey,
  type SettingsCommand,
  type SettingsState,
  settingsId,
} from '../domain/settings/index.js';
import { Bug } from '../domain/shared/assert.js';
import { nullable, text } from '../domain/shared/codecs.js';
import { noBody } from '../ports/http/answer.js';
import { commandProblems } from '../ports/http/problem-codes.js';
import { type Route, route } from '../ports/http/route.js';
import { contextOf, type OperationTools, problemsOf, submit, withPosition } from './operation.js';

const tag = 'Staff: configuration';

const Key = text('SettingKey', { minLength: 1, maxLength: 100 });
const Value = text('SettingValue', { minLength: 1, maxLength: 100 });

const presentation = {
  description: text('SettingDescription', { minLength: 1, maxLength: 500 }),
  is_active: t.boolean,
  is_public: t.boolean,
};

const AddBody = t.intersection(
  [t.strict({ key: Key, value: Value }), t.exact(t.partial(presentation))],
  'AddSetting',
);

const ChangeBody = t.intersection(
  [t.strict({ key: Key }), t.exact(t.partial({ value: Value, ...presentation }))],
  'ChangeSetting',
);

const SettingAnswer = t.strict(
  {
    key: t.string,
    value: nullable(t.string),
    description: t.string,
    is_active: t.boolean,
    is_public: t.boolean,
  },
  'SettingNow',
);

const settingAnswer = (state: SettingsState, key: string): t.TypeOf<typeof SettingAnswer> => {
  const row = rowOfKey(key);
  if (row === undefined) throw new Bug(`a command to the unknown setting ${key} went well`);
  const { isActive: is_active, isPublic: is_public, description } = presentationOf(state, row);
  return { key, value: state.values.get(key) ?? null, description, is_active, is_public };
};

/** What of a body is about showing it. */
const presentationIn = (
  body: Partial<t.TypeOf<typeof AddBody>>,
): { readonly presentation: Partial<Presentation> } => ({
  presentation: {
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.is_active === undefined ? {} : { isActive: body.is_active }),
    ...(body.is_public === undefined ? {} : { isPublic: body.is_public }),
  },
});

const problems = problemsOf([
  'setting_not_found',
  'setting_exists',
  'setting_required',
  'setting_invalid',
]);
const codes = [...commandProblems, ...problems.codes] as const;

const tell = (
  { handlers }: OperationTools,
  asking: Parameters<typeof contextOf>[0],
  wish: SettingsCommand,
) => submit(handlers.settings, settingsId, wish, contextOf(asking));

const addSetting = (tools: OperationTools): Route =>
  route({
    operation: 'addSetting',
    method: 'POST',
    path: '/api/admin/config',
    summary: 'Sets a setting that has no value',
    description: 'Which keys there are, and what they take, is listed by GET.',
    tag,
    body: AddBody,
    responses: { 201: SettingAnswer },
    problems: codes,
    handler: async (asking, answer) => {
      const { body, now: at } = asking;
      const { key, value } = body;
      const wish = { type: 'AddSetting', key, value, ...presentationIn(body), at } as const;
      const done = await tell(tools, asking, wish);
      if (E.isLeft(done)) return problems.refused(done.left);
      const { state, position } = done.right;
      return answer(201, settingAnswer(state, key), withPosition(position));
    },
  });

const changeSetting = (tools: OperationTools): Route =>
  route({
    operation: 'changeSetting',
    method: 'PUT',
    path: '/api/admin/config',
    summary: 'Changes a setting, or how it is shown',
    description:
      'What is not named stays. A setting that is not active counts as never set, so only those ' +
      'may be inactive that have a safe value. Rentals that run keep what they were agreed on.',
    tag,
    body: ChangeBody,
    responses: { 200: SettingAnswer },
    problems: codes,
    handler: async (asking, answer) => {
      const { body, now: at } = asking;
      const { key, value } = body;
      const wish = {
        type: 'ChangeSetting',
        key,
        ...(value === undefined ? {} : { value }),
        ...presentationIn(body),
        at,
      } as const;
      const done = await tell(tools, asking, wish);
      if (E.isLeft(done)) return problems.refused(done.left);
      const { state, position } = done.right;
      return answer(200, settingAnswer(state, key), withPosition(position));
    },
  });

const removeSetting = (tools: OperationTools): Route =>
  route({
    operation: 'removeSetting',
    method: 'DELETE',
    path: '/api/admin/config',
    summary: 'Takes back what was set: the safe value counts',
    tag,
    query: t.strict({ key: Key }),
    responses: { 204: noBody },
    problems: codes,
    handler: async (asking, answer) => {
      const { query, now: at } = asking;
      const done = await tell(tools, asking, { type: 'RemoveSetting', key: query.key, at });
      if (E.isLeft(done)) return problems.refused(done.left);
      return answer(204, undefined, withPosition(done.right.position));
    },
  });

export const staffConfigCommands = (tools: OperationTools): readonly Route[] => [
  addSetting(tools),
  changeSetting(tools),
  removeSetting(tools),
];
