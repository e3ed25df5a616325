/** Telling a return that was delivered again from a bank that was put in again. */

import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';

/**
 * Seconds within which the same report of a return is the same delivery. A cabinet repeats what
 * it has no acknowledgement of at once or after connecting again, and a person needs longer to
 * rent a bank, take it and put it back.
 */
const redeliveredWithinSeconds = 30;

/**
 * Frames carry no time and no number (protocol §2), and a broker does not tell that it passes on
 * a repetition. So the time at which we first heard of a return is its identity: a repetition gets
 * the same time, hence the same command id, and a second return gets its own. Only returns need
 * this. The other reports describe a state, and hearing of a state twice says nothing new; an
 * equal inventory, above all, must count as seen anew.
 *
 * Kept in memory: a repetition that reaches another instance, or this one after a restart, is
 * told apart by the station, which remembers the last return of each slot.
 */
export interface Deliveries {
  /** When this report of this cabinet was first heard; `at` when it is new. */
  firstHeard(deviceName: string, report: string, at: Instant): Instant;
  /** A bank went out, so whatever comes in from now on is a return of its own. */
  forget(deviceName: string): void;
}

export const createDeliveries = (): Deliveries => {
  const heard = new Map<string, ReadonlyMap<string, Instant>>();
  return {
    firstHeard: (deviceName, report, at) => {
      const isRecent = (since: Instant): boolean =>
        !isBefore(plusSeconds(since, redeliveredWithinSeconds), at);
      const recent = new Map(
        [...(heard.get(deviceName) ?? [])].filter(([, since]) => isRecent(since)),
      );
      const first = recent.get(report) ?? at;
      heard.set(deviceName, recent.set(report, first));
      return first;
    },
    forget: (deviceName) => {
      heard.delete(deviceName);
    },
  };
};
