import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../ports/log.js';

const firstRestartDelayMs = 200;
const longestRestartDelayMs = 10_000;
/** A run that lasted this long was healthy: the next failure starts with the short wait again. */
const healthyRunMs = 60_000;

/**
 * Keeps a piece of work running until `signal` aborts: whatever ends it is logged, and it starts
 * again after a wait that grows with repeated failures.
 */
export const supervise = async (
  name: string,
  work: () => Promise<void>,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<void> => {
  let delayMs = firstRestartDelayMs;
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      await work();
      if (signal.aborted) return;
      log.warn('work ended by itself and is started again', { work: name });
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error('work failed and is started again', { work: name, delayMs, reason });
    }
    if (performance.now() - startedMs > healthyRunMs) delayMs = firstRestartDelayMs;
    // An abort only ends the wait early.
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
    delayMs = Math.min(delayMs * 2, longestRestartDelayMs);
  }
};
