/** Handing something in until the desk takes it. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../ports/log.js';
import { DeskUnavailable } from '../../ports/station-desk.js';

/** Waits between tries; the last one repeats. */
const retryDelaysMs = [100, 500, 2_000, 5_000] as const;
const longestRetryDelayMs = 5_000;

/**
 * Repeats `attempt` while the desk is unavailable, until `signal` aborts: what a cabinet has said
 * it does not say again. Rejects with the last failure when aborted, and at once for a bug.
 */
export const untilTaken = async <T>(
  attempt: () => Promise<T>,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<T> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DeskUnavailable) || signal.aborted) throw error;
      const delayMs = retryDelaysMs[tries] ?? longestRetryDelayMs;
      log.warn('a message of a cabinet will be recorded later', { delayMs, reason: error.message });
      // An abort only ends the wait early; the next failure then ends the loop.
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
};
