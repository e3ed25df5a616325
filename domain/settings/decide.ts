import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../shared/instant.js';
import type { SettingsEvent } from './events.js';
import { type Presentation, presentationOf, type SettingsState } from './state.js';
import { type AnySettingRow, rowOfKey, settingRows } from './table/index.js';

export type SettingsCommand =
  /** Whether it was set before or not; what is not named stays. */
  | {
      readonly type: 'ChangeSetting';
      readonly key: string;
      readonly value?: string;
      readonly presentation?: Partial<Presentation>;
      readonly at: Instant;
    }
  /** The same, for a key that has no value. */
  | {
      readonly type: 'AddSetting';
      readonly key: string;
      readonly value: string;
      readonly presentation?: Partial<Presentation>;
      readonly at: Instant;
    }
  | { readonly type: 'RemoveSetting'; readonly key: string; readonly at: Instant }
  /** Gives every key that was never set its initial value; changes none that was. */
  | { readonly type: 'SeedSettings'; readonly at: Instant };

export type SettingsRefusal =
  | { readonly kind: 'SettingUnknown'; readonly key: string }
  | { readonly kind: 'SettingExists'; readonly key: string }
  /** Nothing can be decided without it, and no safe value could be assumed. */
  | { readonly kind: 'SettingRequired'; readonly key: string }
  | {
      readonly kind: 'SettingInvalid';
      readonly key: string;
      readonly value: string;
      /** What would have been accepted, with unit and bounds. */
      readonly expects: string;
    };

type Command<Type extends SettingsCommand['type']> = Extract<SettingsCommand, { type: Type }>;
type Decision = E.Either<SettingsRefusal, readonly SettingsEvent[]>;

const settingChanged = (key: string, value: string, at: Instant): SettingsEvent => ({
  type: 'SettingChanged',
  data: { key, value, at },
});

const newValue = (
  { key, value, at }: Command<'ChangeSetting'> | Command<'AddSetting'>,
  setting: AnySettingRow,
  state: SettingsState,
): Decision => {
  if (value === undefined || state.values.get(key) === value) return E.right([]);
  if (E.isLeft(setting.value.decode(value))) {
    return E.left({ kind: 'SettingInvalid', key, value, expects: setting.value.expects });
  }
  return E.right([settingChanged(key, value, at)]);
};

const newPresentation = (
  { key, presentation, at }: Command<'ChangeSetting'> | Command<'AddSetting'>,
  setting: AnySettingRow,
  state: SettingsState,
): Decision => {
  const before = presentationOf(state, setting);
  const after = { ...before, ...presentation };
  const isSame =
    after.isActive === before.isActive &&
    after.isPublic === before.isPublic &&
    after.description === before.description;
  if (isSame) return E.right([]);
  if (!after.isActive && setting.whenMissing === undefined) {
    return E.left({ kind: 'SettingRequired', key });
  }
  return E.right([{ type: 'SettingPresented', data: { key, ...after, at } }]);
};

const changeSetting = (
  wish: Command<'ChangeSetting'> | Command<'AddSetting'>,
  state: SettingsState,
): Decision => {
  const setting = rowOfKey(wish.key);
  if (setting === undefined) return E.left({ kind: 'SettingUnknown', key: wish.key });
  const changed = newValue(wish, setting, state);
  if (E.isLeft(changed)) return changed;
  const presented = newPresentation(wish, setting, state);
  if (E.isLeft(presented)) return presented;
  return E.right([...changed.right, ...presented.right]);
};

const addSetting = (wish: Command<'AddSetting'>, state: SettingsState): Decision =>
  state.values.has(wish.key)
    ? E.left({ kind: 'SettingExists', key: wish.key })
    : changeSetting(wish, state);

const removeSetting = (
  { key, at }: Command<'RemoveSetting'>,
  { values, presented }: SettingsState,
): Decision => {
  const setting = rowOfKey(key);
  if (setting === undefined) return E.left({ kind: 'SettingUnknown', key });
  if (!values.has(key) && !presented.has(key)) return E.right([]);
  if (setting.whenMissing === undefined) return E.left({ kind: 'SettingRequired', key });
  return E.right([{ type: 'SettingRemoved', data: { key, at } }]);
};

const seedSettings = (
  { at }: Command<'SeedSettings'>,
  { values, removed }: SettingsState,
): Decision =>
  E.right(
    settingRows
      .filter(({ key }) => !values.has(key) && !removed.has(key))
      .map(({ key, initial }) => settingChanged(key, initial, at)),
  );

export const decideSettings = (command: SettingsCommand, state: SettingsState): Decision => {
  switch (command.type) {
    case 'ChangeSetting':
      return changeSetting(command, state);
    case 'AddSetting':
      return addSetting(command, state);
    case 'RemoveSetting':
      return removeSetting(command, state);
    case 'SeedSettings':
      return seedSettings(command, state);
  }
};
