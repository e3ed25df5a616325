/** Who may do what at the embedded broker: the minimum rules of protocol §9, as pure functions. */

import * as O from 'fp-ts/lib/Option.js';
import {
  type CabinetChannel,
  parseTopic,
  topicOf,
  uplinkFilters,
} from '../../mqtt/family-a/topics.js';
import { PRESENCE_FILTERS } from '../../mqtt/presence.js';

/** Whom a connection belongs to, once it has logged in. */
export type Identity =
  | { readonly kind: 'cabinet'; readonly deviceName: string }
  | { readonly kind: 'backend' };

const CABINET_MAY_WRITE: ReadonlySet<CabinetChannel> = new Set(['update', 'heart']);
const CABINET_MAY_READ: readonly CabinetChannel[] = ['get', 'heart'];
const BACKEND_MAY_WRITE: ReadonlySet<CabinetChannel> = new Set(['get']);

/** Decides by identity; anything that is not allowed here is refused. */
export interface AccessRules {
  readonly mayPublish: (identity: Identity, topic: string) => boolean;
  readonly maySubscribe: (identity: Identity, filter: string) => boolean;
  /** Checked again at delivery, so that no filter that slipped through gives anything away. */
  readonly mayReceive: (identity: Identity, topic: string) => boolean;
}

export const accessRules = (productKey: string): AccessRules => {
  const cabinetReads = (deviceName: string): readonly string[] =>
    CABINET_MAY_READ.map((channel) => topicOf(productKey, { deviceName, channel }));

  // Shared subscriptions ($share/…) are refused like any other filter that is not listed: this
  // broker would grant them and never deliver.
  const backendFilters: ReadonlySet<string> = new Set([
    ...uplinkFilters(productKey),
    ...PRESENCE_FILTERS,
  ]);

  return {
    mayPublish: (identity, topic) => {
      // `$SYS` topics are no cabinet topics, so nobody can forge presence.
      const target = parseTopic(productKey, topic);
      if (O.isNone(target)) return false;
      const { deviceName, channel } = target.value;
      return identity.kind === 'backend'
        ? BACKEND_MAY_WRITE.has(channel)
        : deviceName === identity.deviceName && CABINET_MAY_WRITE.has(channel);
    },
    maySubscribe: (identity, filter) =>
      identity.kind === 'backend'
        ? backendFilters.has(filter)
        : cabinetReads(identity.deviceName).includes(filter),
    mayReceive: (identity, topic) =>
      identity.kind === 'backend' || cabinetReads(identity.deviceName).includes(topic),
  };
};
