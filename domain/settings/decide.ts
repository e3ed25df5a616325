import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../shared/instant.js';
import type { SettingsEvent } from './events.js';
import type { SettingsState } from './state.js';
import { rowOfKey, settingRows } from './table/index.js';

export type SettingsCommand =
  | {
      readonly type: 'ChangeSetting';
      readonly key: string;
      readonly value: string;
      readonly at: Instant;
    }
  /** Gives every key that was never set its initial value; changes none that was. */
  | { readonly type: 'SeedSettings'; readonly at: Instant };

export type SettingsRefusal =
  | { readonly kind: 'SettingUnknown'; readonly key: string }
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

const changeSetting = (
  { key, value, at }: Command<'ChangeSetting'>,
  state: SettingsState,
): Decision => {
  const setting = rowOfKey(key);
  if (setting === undefined) return E.left({ kind: 'SettingUnknown', key });
  if (E.isLeft(setting.value.decode(value))) {
    return E.left({ kind: 'SettingInvalid', key, value, expects: setting.value.expects });
  }
  if (state.values.get(key) === value) return E.right([]);
  return E.right([settingChanged(key, value, at)]);
};

const seedSettings = ({ at }: Command<'SeedSettings'>, state: SettingsState): Decision =>
  E.right(
    settingRows
      .filter(({ key }) => !state.values.has(key))
      .map(({ key, initial }) => settingChanged(key, initial, at)),
  );

export const decideSettings = (command: SettingsCommand, state: SettingsState): Decision => {
  switch (command.type) {
    case 'ChangeSetting':
      return changeSetting(command, state);
    case 'SeedSettings':
      return seedSettings(command, state);
  }
};
