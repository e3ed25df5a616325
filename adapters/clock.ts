import { instantOfMs, toMs } from '../domain/shared/instant.js';
import type { Clock } from '../ports/clock.js';

/** Node's timers overflow beyond 2^31 − 1 ms (24.8 days), so longer waits are taken in steps. */
const longestTimeoutMs = 2 ** 31 - 1;

const timeoutOrAbort = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });

/** Asked several times for each request; within a millisecond, the text of it is the same. */
const rememberingNow = (): Clock['now'] => {
  let last = { ms: 0, at: instantOfMs(0) };
  return () => {
    const ms = Date.now();
    if (ms !== last.ms) last = { ms, at: instantOfMs(ms) };
    return last.at;
  };
};

/** The computer's own clock. */
export const systemClock: Clock = {
  now: rememberingNow(),
  until: async (at, signal) => {
    for (;;) {
      const leftMs = toMs(at) - Date.now();
      if (leftMs <= 0 || signal.aborted) return;
      await timeoutOrAbort(Math.min(leftMs, longestTimeoutMs), signal);
    }
  },
};
