import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import type { ProcessStore } from '../../ports/process-store.js';
import { withRetries } from './engine.js';
import type { ProcessManager } from './reactions.js';

/** Timers fired side by side; the next group follows when these are done. */
const timersAtOnceMax = 50;
/** A timer may be set by a program that cannot ring this bell, such as a retry by an operator. */
const longestSleepSeconds = 60;

export interface TimerLoopDependencies {
  readonly processStore: ProcessStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A loop over the durable timers of one process, and the bell that makes it look again. */
export interface TimerLoop {
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Tells of timers that were set: whoever sleeps longer than until `dueAt` looks again. */
  set(dueAt: Instant): void;
}

export const createTimerLoop = (
  manager: ProcessManager,
  dependencies: TimerLoopDependencies,
): TimerLoop => {
  const { processStore, clock } = dependencies;
  /** Rung to end the sleep, or to have none after the look that is under way. */
  let bell = new AbortController();
  /** `null` while it is awake. */
  let sleepsUntil: Instant | null = null;

  const fireDue = async (signal: AbortSignal): Promise<number> => {
    const due = await processStore.dueTimers(manager.name, clock.now(), timersAtOnceMax);
    await Promise.all(
      due.map(async (timer) => {
        const follow = await withRetries(
          () => manager.onTimer(timer, signal),
          dependencies,
          signal,
        );
        await processStore.completeTimer(manager.name, timer, follow);
        dependencies.metrics.count('timers_fired_total', { kind: timer.kind });
      }),
    );
    return due.length;
  };

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        // Before looking: what is set during the look must not be slept through.
        sleepsUntil = null;
        bell = linkedAbort(signal);
        const rung = bell.signal;
        try {
          if ((await fireDue(signal)) > 0) continue;
          const next = await processStore.nextDue(manager.name);
          const look = plusSeconds(clock.now(), longestSleepSeconds);
          sleepsUntil = next === null || isBefore(look, next) ? look : next;
          await clock.until(sleepsUntil, rung);
        } finally {
          bell.abort();
        }
      }
    },
    set: (dueAt) => {
      if (sleepsUntil !== null && !isBefore(dueAt, sleepsUntil)) return;
      bell.abort();
    },
  };
};
