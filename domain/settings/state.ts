import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { SettingsEvent } from './events.js';
import {
  type AnySettingRow,
  type SettingName,
  type Settings,
  settingRows,
  settingsTable,
} from './table/index.js';

export interface SettingsState {
  /** Last value of each key, as it was typed. */
  readonly values: ReadonlyMap<string, string>;
}

export const initialSettings: SettingsState = { values: new Map() };

export const evolveSettings = (state: SettingsState, event: SettingsEvent): SettingsState => {
  switch (event.type) {
    case 'SettingChanged':
      return { values: new Map(state.values).set(event.data.key, event.data.value) };
    default:
      return state;
  }
};

/** Settings without which the program cannot decide; staff must set these keys. */
export interface MissingSettings {
  readonly kind: 'MissingSettings';
  readonly missing: readonly string[];
  /** Keys whose stored value no longer fits: their bounds were tightened since. */
  readonly unreadable: readonly string[];
}

const textOf = (state: SettingsState, setting: AnySettingRow): string | undefined =>
  state.values.get(setting.key) ?? setting.whenMissing;

type Codecs = { readonly [Name in SettingName]: (typeof settingsTable)[Name]['value'] };

const codecByName: Record<string, t.Mixed> = Object.fromEntries(
  Object.entries(settingsTable).map(([name, setting]) => [name, setting.value]),
);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name keeps its row's codec
const SettingsCodec = t.type(codecByName as Codecs, 'Settings');

/** All settings, typed; a key that was never set and has no safe value makes it fail. */
export const readSettings = (state: SettingsState): E.Either<MissingSettings, Settings> => {
  const texts = Object.entries(settingsTable).map(([name, setting]) => [
    name,
    textOf(state, setting),
  ]);
  const decoded = SettingsCodec.decode(Object.fromEntries(texts));
  if (E.isRight(decoded)) return decoded;
  const isMissing = (setting: AnySettingRow) => textOf(state, setting) === undefined;
  const isUnreadable = (setting: AnySettingRow) =>
    !isMissing(setting) && E.isLeft(setting.value.decode(textOf(state, setting)));
  return E.left({
    kind: 'MissingSettings',
    missing: settingRows.filter(isMissing).map(({ key }) => key),
    unreadable: settingRows.filter(isUnreadable).map(({ key }) => key),
  });
};
