/** What comes up over MQTT: topics to cabinets, frames to reports, reports into the domain. */

import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { StationSerial } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { CabinetReport } from '../../ports/cabinet-driver.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Directory } from './directory.js';
import { type CabinetChannel, parseTopic } from './family-a/topics.js';
import type { Incoming, Intake } from './intake.js';
import type { Lanes } from './lanes.js';
import { untilTaken } from './persistence.js';
import { type BrokerMessage, type PresenceChange, parsePresence } from './presence.js';
import type { PresenceTracker } from './presence-tracker.js';
import type { Reject, RejectionReason } from './rejections.js';

/** Messages of all cabinets that may be unfinished before the broker has to wait. */
const unfinishedMax = 2_000;

export interface UplinkOptions {
  readonly productKey: string;
  readonly directory: Directory;
  readonly presence: PresenceTracker;
  readonly intake: Intake;
  readonly lanes: Lanes;
  readonly reject: Reject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Where each kind of report is sent (protocol §2); anywhere else it is out of place. */
const fitsChannel = (report: CabinetReport, channel: CabinetChannel): boolean =>
  channel === (report.kind === 'heartbeat' ? 'heart' : 'update');

interface Known {
  readonly station: StationSerial;
  readonly deviceName: string;
  readonly at: Instant;
}

/**
 * Takes one message of the broker and resolves when there is room for the next one: at once as
 * a rule, later when more than `unfinishedMax` wait to be recorded. The recording itself goes on
 * in the cabinet's own lane, in order, and is repeated until the log has taken it.
 */
export const createUplink = (
  options: UplinkOptions,
): ((message: BrokerMessage) => Promise<void>) => {
  const { directory, presence, intake, lanes, reject, clock, log, signal } = options;

  const rejected = (
    reason: RejectionReason,
    { topic, payload }: BrokerMessage,
    device?: string,
  ): void => reject({ reason, road: 'mqtt', device, topic, bytes: payload });

  /** False when the lane is full. The failure of a task is either our end or a bug. */
  const inLane = (deviceName: string, task: () => Promise<unknown>): boolean => {
    const done = lanes.enter(deviceName, task);
    done?.catch((error: unknown) => {
      if (!signal.aborted) log.error('a message was not recorded', { deviceName, error });
    });
    return done !== null;
  };

  const recordInLane = async (incoming: Incoming): Promise<void> => {
    const question = await untilTaken(() => intake.questionOf(incoming), { log, signal });
    // Only the question tells whether an inventory is meant to be whole (protocol §3.5).
    const openQuery = question?.query ?? null;
    const again =
      openQuery === null
        ? null
        : intake.read({ bytes: incoming.bytes, channel: 'live', openQuery });
    const report = again !== null && E.isRight(again) ? again.right : incoming.report;
    await untilTaken(() => intake.record({ ...incoming, report }, question), { log, signal });
  };

  const takeReport = (message: BrokerMessage, { station, deviceName, at }: Known): void => {
    const topic = parseTopic(options.productKey, message.topic);
    const bytes = message.payload;
    const read = intake.read({ bytes, channel: 'live', openQuery: null });
    if (E.isLeft(read)) {
      rejected(read.left, message, deviceName);
      return;
    }
    const report = read.right;
    if (O.isNone(topic) || !fitsChannel(report, topic.value.channel)) {
      rejected('wrong_command_for_topic', message, deviceName);
      return;
    }
    presence.heard(deviceName, 'mqtt', at);
    const incoming: Incoming = { station, deviceName, road: 'mqtt', report, bytes, at };
    if (!inLane(deviceName, () => recordInLane(incoming))) {
      rejected('too_many_waiting', message, deviceName);
    }
  };

  const takePresence = ({ deviceName, connected }: PresenceChange): void => {
    const station = directory.stationOf(deviceName);
    // The back end's own clients come and go as well.
    if (station === undefined) return;
    const at = clock.now();
    presence.announced(deviceName, connected, at);
    if (!connected) return;
    // A full lane means that it is heard from in any case.
    inLane(deviceName, () =>
      untilTaken(() => intake.recordConnection(station, deviceName, at), { log, signal }),
    );
  };

  const take = (message: BrokerMessage): void => {
    if (message.topic.startsWith('$SYS/')) {
      const change = parsePresence(message);
      if (O.isSome(change)) takePresence(change.value);
      return;
    }
    const topic = parseTopic(options.productKey, message.topic);
    if (O.isNone(topic)) {
      rejected('unknown_topic', message);
      return;
    }
    const { deviceName } = topic.value;
    const station = directory.stationOf(deviceName);
    if (station === undefined) rejected('unknown_device', message, deviceName);
    else takeReport(message, { station, deviceName, at: clock.now() });
  };

  return async (message) => {
    take(message);
    await lanes.fewerThan(unfinishedMax);
  };
};
