import type { SettingType } from './values.js';

/** One line of the closed table of settings. */
export interface SettingRow<A> {
  /** Word under which staff and the log know it. */
  readonly key: string;
  readonly value: SettingType<A>;
  /** Text that a new network is seeded with. */
  readonly initial: string;
  readonly description: string;
  /** May leave through the public configuration (rules 3.1). Default: no. */
  readonly isPublic?: true;
  /** Value to assume, as text, where the key was never set. Default: none, it must be set. */
  readonly whenMissing?: string;
}

/** Keeps a row's own value type, which a plain annotation would forget. */
export const row = <A>(setting: SettingRow<A>): SettingRow<A> => setting;
