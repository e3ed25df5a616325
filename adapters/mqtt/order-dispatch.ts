/** Orders beside ejections: checks, restarts, networks, loudness (protocol §8). */

import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  type CabinetOrder,
  type OrderFailure,
  sendWaitSeconds,
} from '../../domain/cabinet/index.js';
import { isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetCommand, CabinetDownlink } from '../../ports/cabinet-driver.js';
import type { DownlinkTools } from './downlink-tools.js';
import type { Wish } from './log-feed.js';

export type OrderWish = Extract<Wish, { readonly kind: 'order' }>;

const commandOf = (order: CabinetOrder, password: string): CabinetCommand => {
  switch (order.kind) {
    case 'reboot':
      return { kind: 'reboot' };
    case 'check':
      return { kind: order.includeEmpty ? 'checkAll' : 'check' };
    case 'wifi-scan':
      return { kind: 'wifiScan' };
    case 'wifi-connect':
      return { kind: 'wifiConnect', networkName: order.ssid, password };
    case 'volume':
      return { kind: 'setVolume', percent: order.volume };
    case 'mode':
      return { kind: 'setNetworkMode', mode: order.mode };
    case 'load-ad':
      return { kind: 'loadAd' };
  }
};

const queryOf = ({ kind }: CabinetCommand): 'check' | 'checkAll' | null =>
  kind === 'check' || kind === 'checkAll' ? kind : null;

const fail = async (
  tools: DownlinkTools,
  wish: OrderWish,
  failure: OrderFailure,
): Promise<void> => {
  const { desk, clock } = tools;
  const { orderId } = wish.order;
  await tools.taken(() => {
    const command = { type: 'RecordOrderFailed', orderId, failure, at: clock.now() } as const;
    return desk.tellCabinet(wish.station, command, tools.causeOf(wish, failure));
  });
};

/** Leave to send it: given once, so that two instances do not both send it. */
const hasLeave = async (tools: DownlinkTools, wish: OrderWish): Promise<boolean> => {
  const { desk, clock } = tools;
  const { orderId } = wish.order;
  const answer = await tools.taken(() => {
    const command = { type: 'RecordOrderSent', orderId, at: clock.now() } as const;
    return desk.tellCabinet(wish.station, command, tools.causeOf(wish, 'send'));
  });
  return E.isRight(answer) && answer.right.length > 0;
};

/** The password of the network to join: empty for an open one, none when it is not to be had. */
const passwordFor = async (
  { secrets, log }: DownlinkTools,
  order: CabinetOrder,
): Promise<O.Option<string>> => {
  if (order.kind !== 'wifi-connect' || order.secretId === null) return O.some('');
  try {
    return await secrets.take(order.secretId);
  } catch (error) {
    log.error('the password of a network could not be fetched', { error });
    return O.none;
  }
};

/** A question about the slots tells by its answer whether the cabinet is there. */
const reachFor = async (
  { connection, presence, reach }: DownlinkTools,
  { kind }: CabinetOrder,
  deviceName: string,
): Promise<'yes' | 'no' | 'stopping'> => {
  const isWorthAsking = connection.isUp() && presence.connectionOf(deviceName) === 'unknown';
  return kind === 'check' && isWorthAsking ? 'yes' : reach(deviceName);
};

const send = (
  { questions, clock, publish }: DownlinkTools,
  { order: { orderId } }: OrderWish,
  message: {
    readonly deviceName: string;
    readonly command: CabinetCommand;
    readonly downlink: CabinetDownlink;
  },
): boolean => {
  const { deviceName, command, downlink } = message;
  const { answeredBy } = downlink;
  if (answeredBy !== null) {
    const askedAt = clock.now();
    // Before it is sent: a cabinet nearby may answer faster than we write this down.
    questions.asked(deviceName, { answeredBy, query: queryOf(command), orderId, askedAt });
  }
  return publish(deviceName, downlink);
};

/** Sends an order once, or ends it with the reason why it was not sent. */
export const dispatchOrder = async (tools: DownlinkTools, wish: OrderWish): Promise<void> => {
  const { directory, driver, clock } = tools;
  const { order, at } = wish.order;
  // Whoever asked has given up; the order's own timer says so in the log.
  if (isBefore(plusSeconds(at, sendWaitSeconds), clock.now())) return;
  const deviceName = directory.deviceOf(wish.station);
  const reach = deviceName === undefined ? 'no' : await reachFor(tools, order, deviceName);
  if (deviceName === undefined || reach !== 'yes') {
    if (reach === 'no') await fail(tools, wish, 'not-connected');
    return;
  }
  if (!(await hasLeave(tools, wish))) return;
  const password = await passwordFor(tools, order);
  if (O.isNone(password)) {
    await fail(tools, wish, 'expired');
    return;
  }
  const command = commandOf(order, password.value);
  const encoded = driver.encode(command);
  if (E.isLeft(encoded)) {
    await fail(tools, wish, 'not-understood');
    return;
  }
  const isSent = send(tools, wish, { deviceName, command, downlink: encoded.right });
  if (!isSent) await fail(tools, wish, 'not-connected');
};
