/** The way of every message of a cabinet, by whichever road it came, into the domain. */

import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { StationSerial } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { StationCommand, StationRefusal } from '../../domain/station/index.js';
import type {
  CabinetDriver,
  CabinetReport,
  CabinetUplink,
  UnreadableUplink,
} from '../../ports/cabinet-driver.js';
import type { Metrics } from '../../ports/metrics.js';
import type { DeskCause, StationDesk } from '../../ports/station-desk.js';
import type { Directory } from './directory.js';
import type { Question, Questions } from './questions.js';
import { type Reject, type RejectionReason, type RejectionRoad, reasonOf } from './rejections.js';
import { stationCommandOf, triggerOf } from './station-commands.js';
import { readingOf, type Telemetry } from './telemetry.js';

/** A report together with where it came from. The device is the authenticated one (§9). */
export interface Incoming {
  readonly station: StationSerial;
  readonly deviceName: string;
  readonly road: Exclude<RejectionRoad, 'log'>;
  readonly report: CabinetReport;
  /** What was received; for calls without a body, their parameters. */
  readonly bytes: Uint8Array;
  readonly at: Instant;
}

export interface Intake {
  /** Bytes to a report, or the reason why they are none. */
  read(uplink: CabinetUplink): E.Either<RejectionReason, CabinetReport>;
  /**
   * Records all that follows from a message. `refused` when the domain did not want it, which is
   * counted here. Rejects with `DeskUnavailable` when not all of it is recorded; the same message
   * may then be given again.
   */
  record(incoming: Incoming, question: Question | null): Promise<'recorded' | 'refused'>;
  /** The open question that a report answers, if there is one. */
  questionOf(incoming: Incoming): Promise<Question | null>;
  /** The broker has let the cabinet in, which is a sign of life as well. */
  recordConnection(station: StationSerial, deviceName: string, at: Instant): Promise<void>;
}

export interface IntakeOptions {
  readonly driver: CabinetDriver;
  readonly desk: StationDesk;
  readonly directory: Pick<Directory, 'isAsked'>;
  readonly questions: Questions;
  readonly telemetry: Telemetry;
  readonly reject: Reject;
  readonly metrics: Metrics;
}

/**
 * What makes a message this one: cabinet, road, bytes, and when it came. Trying again after
 * trouble is therefore the same command. A frame that the cabinet itself sends twice cannot be
 * told from two equal ones, which are normal: frames hold neither time nor number (protocol §2,
 * §12), and brokers do not pass on the mark of a repetition. It is a command of its own, which the
 * station finds fulfilled: it knows by which roads it heard of each slot's last return (§5.3), and
 * an inventory or an answer that tells nothing new changes nothing.
 */
const causeOf = (
  { deviceName, road, bytes, at }: Pick<Incoming, 'deviceName' | 'road' | 'bytes' | 'at'>,
  step: string,
): DeskCause => ({
  key: [deviceName, road, createHash('sha256').update(bytes).digest('hex'), at, step],
  actor: { kind: 'cabinet', id: deviceName },
  follows: null,
});

const reasonOfRefusal = ({ kind }: StationRefusal): RejectionReason =>
  kind === 'UnexpectedEjectAnswer' ? 'unexpected_eject_answer' : 'refused';

export const createIntake = (options: IntakeOptions): Intake => {
  const { driver, desk, directory, questions, telemetry, reject, metrics } = options;

  const tell = async (
    incoming: Incoming,
    command: StationCommand,
  ): Promise<'recorded' | 'refused'> => {
    const { station, deviceName: device, road, bytes } = incoming;
    const told = await desk.tellStation(station, command, causeOf(incoming, command.type));
    if (E.isRight(told)) return 'recorded';
    const reason = reasonOfRefusal(told.left);
    reject({ reason, road, device, bytes, detail: told.left.kind });
    return 'refused';
  };

  const answer = async (incoming: Incoming, { orderId }: Question): Promise<void> => {
    if (orderId === null) return;
    const { station, report, at } = incoming;
    const ssids = report.kind === 'wifiNetworks' ? report.networkNames : null;
    const command = { type: 'RecordOrderAnswered', orderId, ssids, at } as const;
    // Refused when the wait for it was over before: the order has failed, and stays so.
    await desk.tellCabinet(station, command, causeOf(incoming, command.type));
  };

  /**
   * After a restart our memory is empty, but the log knows which orders wait for an answer. Almost
   * always there is none, and nothing has to be read to know that: what was sent before our start
   * was followed before we heard the first cabinet, and what is sent since is in our memory.
   */
  const questionInLog = async ({ station, report, at }: Incoming): Promise<Question | null> => {
    if (!directory.isAsked(station)) return null;
    const kind = report.kind === 'inventory' ? 'check' : 'wifi-scan';
    const sent = await desk.sentOrders(station);
    const [only, ...others] = sent.filter(({ order }) => order.kind === kind);
    if (only === undefined || others.length > 0) return null;
    const { orderId, order } = only;
    const isAll = order.kind === 'check' && order.includeEmpty;
    const query = order.kind === 'check' ? (isAll ? 'checkAll' : 'check') : null;
    return { answeredBy: report.kind, query, orderId, askedAt: at };
  };

  return {
    read: (uplink) =>
      E.mapLeft(({ reason }: UnreadableUplink) => reasonOf(reason))(driver.decode(uplink)),
    questionOf: async (incoming) => {
      const { deviceName, report, road, at } = incoming;
      const isAnswer = report.kind === 'inventory' || report.kind === 'wifiNetworks';
      if (road !== 'mqtt' || !isAnswer) return null;
      return questions.answered(deviceName, report.kind, at) ?? (await questionInLog(incoming));
    },
    record: async (incoming, question) => {
      const { station, deviceName: device, road, report, at } = incoming;
      const trigger = triggerOf(report);
      const settings = await desk.settings();
      const command = stationCommandOf(report, { at, settings });
      const signOfLife = { type: 'RecordSignOfLife', trigger, at } as const;
      const outcome = await tell(
        incoming,
        command === null ? signOfLife : { type: 'RecordReport', trigger, report: command, at },
      );
      // What the station does not want to hear of is a sign of life all the same.
      if (outcome === 'refused' && command !== null) await tell(incoming, signOfLife);
      if (question !== null) await answer(incoming, question);
      const isUnasked = report.kind === 'wifiNetworks' && question === null;
      if (isUnasked) reject({ reason: 'unasked_answer', road, device });
      metrics.count('cabinet_messages_total', { kind: report.kind });
      const reading = readingOf(report, at);
      if (reading !== null) telemetry.keep(station, reading);
      return outcome;
    },
    recordConnection: async (station, deviceName, at) => {
      const command = { type: 'RecordSignOfLife', trigger: 'BROKER', at } as const;
      const bytes = Buffer.from('connected');
      const cause = causeOf({ deviceName, road: 'mqtt', bytes, at }, command.type);
      await desk.tellStation(station, command, cause);
    },
  };
};
