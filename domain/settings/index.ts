import type { Aggregate } from '../shared/aggregate.js';
import { decideSettings, type SettingsCommand, type SettingsRefusal } from './decide.js';
import { type SettingsEvent, settingsEvents } from './events.js';
import { evolveSettings, initialSettings, type SettingsState } from './state.js';

export type { SettingsCommand, SettingsRefusal } from './decide.js';
export { type SettingsEvent, settingsEvents } from './events.js';
export {
  type MissingSettings,
  type Presentation,
  presentationOf,
  readSettings,
  type SettingsState,
} from './state.js';
export {
  type AnySettingRow,
  rowOfKey,
  type SettingName,
  type Settings,
  settingRows,
} from './table/index.js';
export type { Unit } from './values.js';

/** The whole network has one set of settings. */
export const settingsId = 'network';

export const settings: Aggregate<SettingsCommand, SettingsState, SettingsEvent, SettingsRefusal> = {
  category: 'settings',
  events: settingsEvents,
  initial: initialSettings,
  decide: decideSettings,
  evolve: evolveSettings,
};
