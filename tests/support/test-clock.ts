import { type Instant, instant, plusMs } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';

export interface TestClock extends Clock {
  /** Moves time on, and lets everything go that waited for a moment up to then. */
  advance(by: { readonly minutes?: number; readonly seconds?: number; readonly ms?: number }): void;
}

interface Waiter {
  readonly at: Instant;
  readonly release: () => void;
}

/** Time that stands still until the test moves it. */
export const createTestClock = (start: Instant = instant('2026-11-22T06:00:00Z')): TestClock => {
  let now = start;
  const waiters = new Set<Waiter>();
  return {
    now: () => now,
    until: (at, signal) =>
      new Promise((resolve) => {
        if (at <= now || signal.aborted) {
          resolve();
          return;
        }
        const waiter: Waiter = {
          at,
          release: () => {
            waiters.delete(waiter);
            signal.removeEventListener('abort', waiter.release);
            resolve();
          },
        };
        waiters.add(waiter);
        signal.addEventListener('abort', waiter.release, { once: true });
      }),
    advance: ({ minutes = 0, seconds = 0, ms = 0 }) => {
      now = plusMs(now, (minutes * 60 + seconds) * 1_000 + ms);
      for (const waiter of [...waiters]) if (waiter.at <= now) waiter.release();
    },
  };
};
