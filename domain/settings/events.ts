import * as t from 'io-ts';
import { type EventOf, event } from '../shared/events.js';
import { Instant } from '../shared/instant.js';

/** Every threshold of the rules is a setting with history; the actor is in the metadata. */
export const settingsEvents = {
  /** `value` is text as staff typed it; the key's codec gives it its type and unit. */
  SettingChanged: event(t.strict({ key: t.string, value: t.string, at: Instant })),
  /** What staff say about a key, all of it; until then the table says it. */
  SettingPresented: event(
    t.strict({
      key: t.string,
      isActive: t.boolean,
      isPublic: t.boolean,
      description: t.string,
      at: Instant,
    }),
  ),
  /** As if it had never been set. */
  SettingRemoved: event(t.strict({ key: t.string, at: Instant })),
} as const;

export type SettingsEvent = EventOf<typeof settingsEvents>;
