/** Ejects: at most once, only to a connected cabinet, only with leave of the log (§9). */

import * as E from 'fp-ts/lib/Either.js';
import { toMs } from '../../domain/shared/instant.js';
import type { CabinetDownlink } from '../../ports/cabinet-driver.js';
import type { DownlinkTools } from './downlink-tools.js';
import type { Wish } from './log-feed.js';

export type EjectWish = Extract<Wish, { readonly kind: 'eject' }>;

const encode = (
  { driver, log }: DownlinkTools,
  { order }: EjectWish,
  ttlSeconds: number,
): CabinetDownlink | null => {
  const { ejectId, powerBank: bankSerial, slot, at } = order;
  const deadline = { issuedAtSeconds: Math.floor(toMs(at) / 1_000), ttlSeconds };
  const encoded = driver.encode({ kind: 'ejectBySerial', bankSerial, slot, deadline });
  if (E.isRight(encoded)) return encoded.right;
  log.error('the cabinet cannot be told to eject this bank', { ejectId, refusal: encoded.left });
  return null;
};

const refuse = async (tools: DownlinkTools, wish: EjectWish): Promise<void> => {
  const { desk, clock, log, metrics } = tools;
  const { ejectId } = wish.order;
  const reason = 'not-connected';
  const refused = await tools.taken(() => {
    const command = { type: 'RefuseEject', ejectId, reason, at: clock.now() } as const;
    return desk.tellStation(wish.station, command, tools.causeOf(wish, 'refuse'));
  });
  // Left when another instance, which does reach the cabinet, was faster.
  if (E.isRight(refused)) metrics.count('ejects_published_total', { outcome: reason });
  else log.info('an eject was not ours to refuse', { ejectId, refusal: refused.left.kind });
};

/** The log gives leave once; whoever gets the event for it publishes. */
const hasLeave = async (
  tools: DownlinkTools,
  wish: EjectWish,
  commandTtlSeconds: number,
): Promise<boolean> => {
  const { desk, clock, log } = tools;
  const { ejectId } = wish.order;
  const answer = await tools.taken(() => {
    const at = clock.now();
    const command = { type: 'RecordEjectDispatched', ejectId, commandTtlSeconds, at } as const;
    return desk.tellStation(wish.station, command, tools.causeOf(wish, 'dispatch'));
  });
  if (E.isRight(answer)) return answer.right.some(({ type }) => type === 'EjectDispatched');
  log.info('an eject is not ours to publish', { ejectId, refusal: answer.left.kind });
  return false;
};

/**
 * Publishes an eject, or ends it as refused because its cabinet is not there. Everything that
 * may still happen to it (silence, a late answer, an order too old) has a timer elsewhere.
 */
export const dispatchEject = async (tools: DownlinkTools, wish: EjectWish): Promise<void> => {
  const { directory, metrics } = tools;
  const deviceName = directory.deviceOf(wish.station);
  const reach = deviceName === undefined ? 'no' : await tools.reach(deviceName);
  if (deviceName === undefined || reach !== 'yes') {
    if (reach === 'no') await refuse(tools, wish);
    return;
  }
  const { ejectCommandTtlSeconds } = await tools.taken(() => tools.desk.settings());
  const downlink = encode(tools, wish, ejectCommandTtlSeconds);
  if (downlink === null || !(await hasLeave(tools, wish, ejectCommandTtlSeconds))) return;
  const isPublished = tools.publish(deviceName, downlink);
  // When it is not, the one leave is spent all the same: a look at the slot settles it (§11).
  const outcome = isPublished ? 'published' : 'connection-lost';
  metrics.count('ejects_published_total', { outcome });
};
