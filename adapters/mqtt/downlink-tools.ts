/** What both kinds of orders need on their way down. */

import * as E from 'fp-ts/lib/Either.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetDownlink, CabinetDriver } from '../../ports/cabinet-driver.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import type { DeskCause, StationDesk } from '../../ports/station-desk.js';
import type { BrokerConnection } from './connection.js';
import type { Directory } from './directory.js';
import { topicOf } from './family-a/topics.js';
import type { Wish } from './log-feed.js';
import { untilTaken } from './persistence.js';
import type { PresenceTracker } from './presence-tracker.js';
import type { Questions } from './questions.js';

/** Seconds that a cabinet of which nothing is known has to show up (protocol §11). */
const rollCallSeconds = 5;

export interface DownlinkOptions {
  readonly productKey: string;
  /** Tells this run of the program from all others. */
  readonly instanceId: string;
  readonly directory: Directory;
  readonly presence: PresenceTracker;
  readonly questions: Questions;
  readonly connection: Pick<BrokerConnection, 'isUp' | 'publish'>;
  readonly driver: CabinetDriver;
  readonly desk: StationDesk;
  readonly secrets: CabinetSecrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

export interface DownlinkTools extends DownlinkOptions {
  /** The desk's answer, however long the desk is unavailable. */
  readonly taken: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly causeOf: (wish: Wish, step: string) => DeskCause;
  /** False when it was certainly not handed to the broker. */
  readonly publish: (deviceName: string, downlink: CabinetDownlink) => boolean;
  /**
   * Whether a command would reach the cabinet. `stopping` when we end before we know: what was to
   * be sent is then left to whoever comes after us.
   */
  readonly reach: (deviceName: string) => Promise<'yes' | 'no' | 'stopping'>;
}

export const createDownlinkTools = (options: DownlinkOptions): DownlinkTools => {
  const { connection, productKey, presence, driver, questions, clock, log, signal } = options;

  const publish = (
    deviceName: string,
    { payload, delivery, logText }: CabinetDownlink,
  ): boolean => {
    const topic = topicOf(productKey, { deviceName, channel: 'get' });
    const isHandedOver = connection.publish({ topic, payload }, delivery);
    const message = isHandedOver ? 'a command was published' : 'a command was not published';
    log.info(message, { deviceName, command: logText });
    return isHandedOver;
  };

  /** Asks a cabinet to show its slots; whatever it says proves that it is there. */
  const callTheRoll = async (deviceName: string): Promise<boolean> => {
    const question = driver.encode({ kind: 'checkAll' });
    if (E.isLeft(question)) return false;
    const askedAt = clock.now();
    const facts = { answeredBy: 'inventory', query: 'checkAll', orderId: null, askedAt } as const;
    questions.asked(deviceName, facts);
    // At most once, unlike somebody's order: a roll call that comes late is of no use.
    if (!publish(deviceName, { ...question.right, delivery: 'atMostOnce' })) return false;
    return presence.isConnectedBy(deviceName, plusSeconds(askedAt, rollCallSeconds), signal);
  };

  return {
    ...options,
    taken: (attempt) => untilTaken(attempt, { log, signal }),
    // The instance is part of the command's identity. Two instances that ask for the same leave
    // must not look like one that asks twice, or the store would tell both that it is written,
    // and both would publish.
    causeOf: ({ cause }, step) => ({
      key: [cause.id, step, options.instanceId],
      actor: { kind: 'system', id: 'cabinet-adapter' },
      follows: cause,
    }),
    publish,
    reach: async (deviceName) => {
      if (!connection.isUp()) return signal.aborted ? 'stopping' : 'no';
      const known = presence.connectionOf(deviceName);
      // Of a cabinet that was connected before we were, nothing is known until it speaks, and
      // that may take ten minutes.
      const isThere = known === 'unknown' ? await callTheRoll(deviceName) : known === 'connected';
      if (isThere) return 'yes';
      return signal.aborted ? 'stopping' : 'no';
    },
  };
};
