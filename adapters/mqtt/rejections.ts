/** What cabinets (or strangers) send and we do not take: counted, logged, and nothing more. */

import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import { FRAME_ERRORS } from './family-a/frame.js';

/** Why something was not taken. A closed list, because each word is a label of a metric. */
export const REJECTION_REASONS = [
  ...FRAME_ERRORS,
  /** A driver's word that this list does not know. */
  'unreadable',
  'unknown_topic',
  'unknown_device',
  /** A sound frame where its kind is never sent: an inventory as a heartbeat. */
  'wrong_command_for_topic',
  /** The cabinet sends faster than its messages can be recorded. */
  'too_many_waiting',
  /** The answer fits no order of ours (cabinet protocol §12). */
  'unexpected_eject_answer',
  'unasked_answer',
  /** The domain said no for another reason; the log line names it. */
  'refused',
  'unknown_path',
  'wrong_method',
  'bad_parameters',
  'bad_serial',
  'bad_slot',
  'missing_sign',
  'bad_sign',
  'rate_limited',
  'body_too_large',
  'body_incomplete',
] as const;

export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** By which road it came. `log` is what the log itself holds about stations. */
export type RejectionRoad = 'mqtt' | 'http' | 'log';

export interface Rejection {
  readonly reason: RejectionReason;
  readonly road: RejectionRoad;
  /** As it was claimed; never more than `claimCharactersMax` of it are logged. */
  readonly device?: string | undefined;
  readonly topic?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly detail?: string | undefined;
}

export type Reject = (rejection: Rejection) => void;

/** Bytes of a rejected message that are logged, in hex. */
const loggedBytesMax = 64;
/** Characters of a topic or device name that are logged: strangers choose them. */
const claimCharactersMax = 80;
/** Log lines a minute; whoever floods us must not flood the log as well. All are counted. */
const linesPerMinuteMax = 120;

const claimed = (text: string | undefined): string | undefined =>
  text?.slice(0, claimCharactersMax);

const isReason = (word: string): word is RejectionReason =>
  REJECTION_REASONS.some((reason) => reason === word);

/** The word that a driver gave, if it is on the list. */
export const reasonOf = (word: string): RejectionReason => (isReason(word) ? word : 'unreadable');

/** Allows so many lines in each minute, and tells how many were left out in the one before. */
const createLineBudget = (clock: Pick<Clock, 'now'>) => {
  let minuteEnds: Instant = clock.now();
  let lines = 0;
  return {
    /** Lines left out before this one; `null` when this one must be left out as well. */
    take: (): number | null => {
      const now = clock.now();
      const isNewMinute = !isBefore(now, minuteEnds);
      const leftOut = isNewMinute ? Math.max(0, lines - linesPerMinuteMax) : 0;
      if (isNewMinute) {
        minuteEnds = plusSeconds(now, 60);
        lines = 0;
      }
      lines += 1;
      return lines > linesPerMinuteMax ? null : leftOut;
    },
  };
};

export const createRejections = ({
  log,
  metrics,
  clock,
}: {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, 'now'>;
}): Reject => {
  const budget = createLineBudget(clock);
  return ({ reason, road, device, topic, bytes, detail }) => {
    metrics.count('cabinet_rejections_total', { kind: road, reason });
    const leftOut = budget.take();
    if (leftOut === null) return;
    const head = bytes?.subarray(0, loggedBytesMax);
    log.warn('a message of a cabinet was rejected', {
      reason,
      road,
      device: claimed(device),
      topic: claimed(topic),
      bytes: bytes?.length,
      hex: head === undefined ? undefined : Buffer.from(head).toString('hex'),
      detail,
      ...(leftOut > 0 ? { linesLeftOut: leftOut } : {}),
    });
  };
};
