import type { SettingRow } from '../row.js';
import { cabinetSettings } from './cabinets.js';
import { moneySettings } from './money.js';
import { pointsSettings } from './points.js';
import { rentingSettings } from './renting.js';

/** The closed table of settings: every threshold of the rules, by the name that code uses. */
export const settingsTable = {
  ...rentingSettings,
  ...pointsSettings,
  ...moneySettings,
  ...cabinetSettings,
} as const;

type Table = typeof settingsTable;

export type SettingName = keyof Table;

/** Any one line of the table. */
export type AnySettingRow = Table[SettingName];

/** All settings as typed values: `settings.ejectAnswerTimeoutSeconds` is a number. */
export type Settings = {
  readonly [Name in SettingName]: Table[Name] extends SettingRow<infer A> ? A : never;
};

/** The rows in the order of the table, for seeding, lists and documentation. */
export const settingRows: readonly AnySettingRow[] = Object.values(settingsTable);

const rowsByKey: ReadonlyMap<string, AnySettingRow> = new Map(
  settingRows.map((setting) => [setting.key, setting]),
);

export const rowOfKey = (key: string): AnySettingRow | undefined => rowsByKey.get(key);
