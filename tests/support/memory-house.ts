import * as E from 'fp-ts/lib/Either.js';
import { createCabinetProcess } from '../../commands/cabinet-process.js';
import { createEjectProcess } from '../../commands/eject-process.js';
import { createHandlers } from '../../commands/handlers.js';
import { createHoldExpiryProcess } from '../../commands/hold-expiry-process.js';
import type { ProcessManager } from '../../commands/process/reactions.js';
import { createRentalProcess } from '../../commands/rental-process/index.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import type { Timer, TimerChange } from '../../ports/timers.js';
import { type House, houseOf } from './house-core.js';
import { memoryLog } from './log.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { noMetrics } from './no-metrics.js';
import { createTestClock, type TestClock } from './test-clock.js';

/** One process with what it keeps outside the log. */
interface Running {
  readonly manager: ProcessManager;
  readonly timers: Map<string, Timer>;
  reached: Position | null;
}

const apply = ({ timers }: Running, changes: readonly TimerChange[]): void => {
  for (const change of changes) {
    if (change.kind === 'cancel') timers.delete(change.timerId);
    else timers.set(change.timer.timerId, change.timer);
  }
};

const isFor = ({ categories }: ProcessManager, { stream }: RecordedEvent): boolean =>
  categories.includes(stream.slice(0, stream.indexOf('-')));

export interface MemoryHouse extends House {
  /** All timers that wait, by the name of their process. */
  timers(): ReadonlyMap<string, readonly Timer[]>;
}

/**
 * The write side without servers: log, clock and processes in memory, one thing after the other.
 * The same world lives in it in a hundredth of the time; what faults of servers do to it, only the
 * house on real parts can tell. Processes that look after accounts are not in it.
 */
export const openMemoryHouse = (clock: TestClock = createTestClock()): MemoryHouse => {
  const log = memoryLog();
  const store = createMemoryEventStore(clock);
  const handlers = createHandlers({ store, metrics: noMetrics });
  const tools = { handlers, clock, log };
  const all: readonly Running[] = [
    createRentalProcess(tools),
    createEjectProcess(tools),
    createHoldExpiryProcess(tools),
    createCabinetProcess(tools),
  ].map((manager) => ({ manager, timers: new Map(), reached: null }));

  const react = async (running: Running): Promise<boolean> => {
    const before = running.reached;
    for await (const recorded of store.readLog(before)) {
      running.reached = recorded.position;
      if (!isFor(running.manager, recorded)) continue;
      const logged = decodeLogged(recorded);
      if (E.isLeft(logged)) throw new Error(`${recorded.stream}: ${logged.left.kind}`);
      apply(running, await running.manager.react(logged.right));
    }
    return running.reached !== before;
  };

  const fire = async (running: Running): Promise<boolean> => {
    const { timers, manager } = running;
    const due = [...timers.values()].filter(({ dueAt }) => dueAt <= clock.now());
    for (const timer of due.sort((a, b) => a.dueAt.localeCompare(b.dueAt))) {
      const changes = await manager.onTimer(timer, new AbortController().signal);
      if (timers.get(timer.timerId) === timer) timers.delete(timer.timerId);
      apply(running, changes);
    }
    return due.length > 0;
  };

  const settled = async (): Promise<void> => {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const each of all) isBusy = (await react(each)) || isBusy;
      for (const each of all) isBusy = (await fire(each)) || isBusy;
    }
  };

  const house = houseOf({ clock, log }, store, { handlers, settled });
  return {
    ...house,
    timers: () => new Map(all.map(({ manager, timers }) => [manager.name, [...timers.values()]])),
  };
};
