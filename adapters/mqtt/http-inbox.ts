/** Where the HTTP calls of cabinets hand in what they bring, beside what comes over MQTT. */

import * as E from 'fp-ts/lib/Either.js';
import type { StationSerial } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { CabinetReport } from '../../ports/cabinet-driver.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { DeskUnavailable } from '../../ports/station-desk.js';
import type { Directory } from './directory.js';
import type { Incoming, Intake } from './intake.js';
import type { Lanes } from './lanes.js';
import type { PresenceTracker } from './presence-tracker.js';
import type { Reject, RejectionReason } from './rejections.js';
import { diagnosticsCharactersMax, type Telemetry } from './telemetry.js';

/** Seconds that a cabinet is kept waiting for its answer; it gives up by itself some time later. */
const storedWithinSeconds = 10;

/** `unavailable` may have been stored after all: whoever is answered so may try again. */
export type HandedIn = 'stored' | 'refused' | 'unavailable' | 'too_many_waiting';

export interface HttpInbox {
  /** False until all registered cabinets are known. */
  isOpen(): boolean;
  stationOf(deviceName: string): StationSerial | undefined;
  /** The inventory in the body of an upload. */
  readUpload(bytes: Uint8Array): E.Either<RejectionReason, CabinetReport>;
  /** Records a report in the cabinet's own order and says how it went. */
  handIn(call: Pick<Incoming, 'station' | 'deviceName' | 'report' | 'bytes'>): Promise<HandedIn>;
  /** Keeps a cabinet's words about itself, if it is time for that. */
  keepDiagnostics(station: StationSerial, text: string): void;
  readonly reject: Reject;
}

export interface HttpInboxOptions {
  readonly isOpen: () => boolean;
  readonly directory: Directory;
  readonly presence: PresenceTracker;
  readonly intake: Intake;
  readonly lanes: Lanes;
  readonly telemetry: Telemetry;
  readonly reject: Reject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const inTime = async (work: Promise<HandedIn>): Promise<HandedIn> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<HandedIn>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), storedWithinSeconds * 1_000);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
};

export const createHttpInbox = (options: HttpInboxOptions): HttpInbox => {
  const { directory, presence, intake, lanes, telemetry, clock, log } = options;

  /** Not repeated here: the cabinet hears that it was not stored, and it repeats its uploads. */
  const store = async (incoming: Incoming): Promise<HandedIn> => {
    try {
      const outcome = await intake.record(incoming, null);
      return outcome === 'recorded' ? 'stored' : 'refused';
    } catch (error) {
      if (!(error instanceof DeskUnavailable)) throw error;
      log.warn('a call of a cabinet was not stored', { reason: error.message });
      return 'unavailable';
    }
  };

  return {
    isOpen: options.isOpen,
    stationOf: (deviceName) => directory.stationOf(deviceName),
    readUpload: (bytes) => {
      const read = intake.read({ bytes, channel: 'upload', openQuery: null });
      if (E.isLeft(read)) return read;
      return read.right.kind === 'inventory' ? read : E.left('wrong_command_for_topic');
    },
    handIn: (call) => {
      const at: Instant = clock.now();
      presence.heard(call.deviceName, 'http', at);
      const work = lanes.enter(call.deviceName, () => store({ ...call, road: 'http', at }));
      return work === null ? Promise.resolve('too_many_waiting') : inTime(work);
    },
    keepDiagnostics: (station, words) => {
      const text = words.slice(0, diagnosticsCharactersMax);
      telemetry.keep(station, { type: 'DiagnosticsRead', data: { text, at: clock.now() } });
    },
    reject: options.reject,
  };
};
