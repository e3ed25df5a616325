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

/** How a setting is shown, and whether its value counts. */
export interface Presentation {
  /** An inactive one counts as never set; only keys with a safe value may be. */
  readonly isActive: boolean;
  /** Whether it leaves through the public configuration, as long as it is active (rules 3.1). */
  readonly isPublic: boolean;
  readonly description: string;
}

export interface SettingsState {
  /** Last value of each key, as it was typed; of inactive ones, too. */
  readonly values: ReadonlyMap<string, string>;
  /** What staff said about keys; the table says it of the others. */
  readonly presented: ReadonlyMap<string, Presentation>;
  /** Keys that staff removed: a seed does not bring them back. */
  readonly removed: ReadonlySet<string>;
}

export const initialSettings: SettingsState = {
  values: new Map(),
  presented: new Map(),
  removed: new Set(),
};

const without = <Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> =>
  new Map([...map].filter(([name]) => name !== key));

export const evolveSettings = (state: SettingsState, event: SettingsEvent): SettingsState => {
  const { values, presented, removed } = state;
  switch (event.type) {
    case 'SettingChanged': {
      const { key, value } = event.data;
      const stillRemoved = new Set([...removed].filter((each) => each !== key));
      return { values: new Map(values).set(key, value), presented, removed: stillRemoved };
    }
    case 'SettingPresented': {
      const { key, isActive, isPublic, description } = event.data;
      const presentation = { isActive, isPublic, description };
      return { values, presented: new Map(presented).set(key, presentation), removed };
    }
    case 'SettingRemoved': {
      const { key } = event.data;
      return {
        values: without(values, key),
        presented: without(presented, key),
        removed: new Set([...removed, key]),
      };
    }
    default:
      return state;
  }
};

/** How a key is shown now. */
export const presentationOf = (
  { presented }: Pick<SettingsState, 'presented'>,
  { key, isPublic, description }: AnySettingRow,
): Presentation =>
  presented.get(key) ?? { isActive: true, isPublic: isPublic === true, description };

/** Settings without which the program cannot decide; staff must set these keys. */
export interface MissingSettings {
  readonly kind: 'MissingSettings';
  readonly missing: readonly string[];
  /** Keys whose stored value no longer fits: their bounds were tightened since. */
  readonly unreadable: readonly string[];
}

/** What typed settings are read from. */
type SettingTexts = Pick<SettingsState, 'values' | 'presented'>;

const textOf = (state: SettingTexts, setting: AnySettingRow): string | undefined => {
  const { isActive } = presentationOf(state, setting);
  return (isActive ? state.values.get(setting.key) : undefined) ?? setting.whenMissing;
};

type Codecs = { readonly [Name in SettingName]: (typeof settingsTable)[Name]['value'] };

const codecByName: Record<string, t.Mixed> = Object.fromEntries(
  Object.entries(settingsTable).map(([name, setting]) => [name, setting.value]),
);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name keeps its row's codec
const SettingsCodec = t.type(codecByName as Codecs, 'Settings');

/** All settings, typed; a key that was never set and has no safe value makes it fail. */
export const readSettings = (state: SettingTexts): E.Either<MissingSettings, Settings> => {
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
