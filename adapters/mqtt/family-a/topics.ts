/** MQTT topics of family A (§9). The leading slash counts: the first level is empty. */

import * as O from 'fp-ts/lib/Option.js';

/** Product key of the maker's firmware unless provisioning says otherwise. */
export const DEFAULT_PRODUCT_KEY = 'powerbank';

const CHANNELS = ['get', 'update', 'heart'] as const;

/** `get` leads down to the cabinet, `update` up from it, `heart` up and back to it (§6). */
export type CabinetChannel = (typeof CHANNELS)[number];

export interface CabinetTopic {
  readonly deviceName: string;
  readonly channel: CabinetChannel;
}

/**
 * Device names and product keys that may stand in a topic. Slashes and wildcards would change its
 * meaning, a comma would break the provisioning answer (§10.1).
 */
const TOPIC_LEVEL = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether `name` may be used as a device name or product key. */
export const isTopicLevel = (name: string): boolean => TOPIC_LEVEL.test(name);

/** Builds one topic of one cabinet; both names must satisfy `isTopicLevel`. */
export const topicOf = (productKey: string, { deviceName, channel }: CabinetTopic): string =>
  `/${productKey}/${deviceName}/user/${channel}`;

/** What the back end subscribes to: both uplink channels of every cabinet. */
export const uplinkFilters = (productKey: string): readonly string[] => [
  `/${productKey}/+/user/update`,
  `/${productKey}/+/user/heart`,
];

/** Takes a topic apart; none for topics of other products, other shapes or odd device names. */
export const parseTopic = (productKey: string, topic: string): O.Option<CabinetTopic> => {
  const [root, product, deviceName, user, last, ...rest] = topic.split('/');
  const channel = CHANNELS.find((name) => name === last);
  if (root !== '' || product !== productKey || user !== 'user' || rest.length > 0) return O.none;
  if (deviceName === undefined || channel === undefined) return O.none;
  return isTopicLevel(deviceName) ? O.some({ deviceName, channel }) : O.none;
};
