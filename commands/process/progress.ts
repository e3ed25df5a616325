import { type Instant, isBefore } from '../../domain/shared/instant.js';
import type { Position } from '../../ports/event-store.js';
import type { ProcessStore } from '../../ports/process-store.js';
import type { TimerChange } from '../../ports/timers.js';

/**
 * How long a checkpoint waits for company when a round has set no timer: a process is told of many
 * events that mean nothing to it, and each commit costs what somebody's read model could use.
 */
const companyWaitMs = 25;
/** Timer changes that wait for their commit; beyond them the next round waits as well. */
const waitingTimersMax = 2_000;

/** What a round of a process has led to. */
export interface Step {
  readonly position: Position;
  readonly timers: readonly TimerChange[];
}

/**
 * Commits the steps of one run behind its back, in order: those that gather while a commit is under
 * way are one commit together. A step that is lost in a crash is done again, which is harmless; so
 * the next round need not wait for the commit of the last one.
 */
export interface Progress {
  /** Resolves at once, unless too much waits. Rejects when a commit has failed. */
  took(step: Step): Promise<void>;
  /** Resolves when every step is committed. Rejects when a commit has failed. */
  written(): Promise<void>;
  /** Never resolves; rejects when a commit fails, which ends the run. */
  readonly failed: Promise<never>;
  /** No commit begins any more; resolves when none is under way. */
  close(): Promise<void>;
}

export type Committed = (position: Position, earliestTimer: Instant | null) => void;

export interface ProgressDependencies {
  readonly processStore: Pick<ProcessStore, 'commit'>;
  readonly committed: Committed;
}

/** When the earliest of the timers that are set is due; `null` when none is set. */
export const earliestOf = (changes: readonly TimerChange[]): Instant | null => {
  let earliest: Instant | null = null;
  for (const change of changes) {
    if (change.kind !== 'schedule') continue;
    const { dueAt } = change.timer;
    if (earliest === null || isBefore(dueAt, earliest)) earliest = dueAt;
  }
  return earliest;
};

const nothing: ReadonlySet<string> = new Set();

export const createProgress = (
  process: string,
  { processStore, committed }: ProgressDependencies,
): Progress => {
  let position: Position | null = null;
  let timers: TimerChange[] = [];
  let underWay: Promise<void> | null = null;
  let companyWait: NodeJS.Timeout | null = null;
  let isClosed = false;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever runs the process listens; until then a failure is nobody's.
  failed.catch(() => undefined);

  const commitAll = async (): Promise<void> => {
    while (position !== null && !isClosed) {
      const step = { position, timers, parked: [], waitsBehind: nothing };
      position = null;
      timers = [];
      await processStore.commit(process, step);
      committed(step.position, earliestOf(step.timers));
    }
    // In the same turn as the look at what waits, so that no step can fall between the two.
    underWay = null;
  };

  const begin = (): Promise<void> => {
    if (companyWait !== null) clearTimeout(companyWait);
    companyWait = null;
    if (underWay === null && position !== null && !isClosed) {
      underWay = commitAll();
      underWay.catch(fail);
    }
    return underWay ?? Promise.resolve();
  };

  return {
    failed,
    took: async (step) => {
      position = step.position;
      timers.push(...step.timers);
      if (timers.length > waitingTimersMax) await begin();
      else if (timers.length > 0) void begin();
      else companyWait ??= setTimeout(begin, companyWaitMs);
    },
    written: async () => {
      while (!isClosed && (position !== null || underWay !== null)) await begin();
    },
    close: async () => {
      isClosed = true;
      if (companyWait !== null) clearTimeout(companyWait);
      await underWay?.catch(() => undefined);
    },
  };
};
