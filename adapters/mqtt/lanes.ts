/** Work of one cabinet in order, different cabinets side by side, both bounded. */

/** Messages of one cabinet that may wait; more means that it sends faster than anyone records. */
export const waitingPerCabinetMax = 200;

export interface Lanes {
  /**
   * Runs `task` after all earlier ones of the same key. `null` when too many wait there already;
   * otherwise what the task answers, or its failure.
   */
  enter<T>(key: string, task: () => Promise<T>): Promise<T> | null;
  /** Tasks of all keys that are not done. */
  unfinished(): number;
  /** Resolves when fewer than `limit` tasks are unfinished. */
  fewerThan(limit: number): Promise<void>;
}

interface Lane {
  waiting: number;
  last: Promise<unknown>;
}

export const createLanes = (perKeyMax = waitingPerCabinetMax): Lanes => {
  const lanes = new Map<string, Lane>();
  const watchers = new Set<() => void>();
  let unfinished = 0;

  const leave = (key: string, lane: Lane): void => {
    lane.waiting -= 1;
    unfinished -= 1;
    if (lane.waiting === 0) lanes.delete(key);
    for (const look of [...watchers]) look();
  };

  return {
    enter: (key, task) => {
      const lane = lanes.get(key) ?? { waiting: 0, last: Promise.resolve() };
      if (lane.waiting >= perKeyMax) return null;
      lanes.set(key, lane);
      lane.waiting += 1;
      unfinished += 1;
      const done = lane.last.then(task).finally(() => leave(key, lane));
      // The next task comes whatever became of this one; the caller hears of the failure.
      lane.last = done.catch(() => undefined);
      return done;
    },
    unfinished: () => unfinished,
    fewerThan: (limit) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (unfinished >= limit) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
};
