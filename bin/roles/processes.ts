import { type AccountProcessTools, createAccountProcess } from '../../commands/account-process.js';
import {
  type BroadcastTools,
  createBroadcastProcess,
} from '../../commands/broadcast-process/index.js';
import { createCabinetProcess } from '../../commands/cabinet-process.js';
import { createCredentialsProcess } from '../../commands/credentials-process.js';
import { createEjectProcess } from '../../commands/eject-process.js';
import { createHoldExpiryProcess } from '../../commands/hold-expiry-process.js';
import { runProcess } from '../../commands/process/engine.js';
import type { ProcessManager } from '../../commands/process/reactions.js';
import { createTimerLoop } from '../../commands/process/timer-loop.js';
import { createRentalProcess } from '../../commands/rental-process/index.js';
import type { Database } from '../../ports/database.js';
import type { EventStore } from '../../ports/event-store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { ProcessStore } from '../../ports/process-store.js';
import { supervise } from './supervise.js';

/** What the processes work with. */
export type ProcessManagerTools = AccountProcessTools & BroadcastTools;

export interface ProcessesRole extends ProcessManagerTools {
  readonly store: EventStore;
  readonly processStore: ProcessStore;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

export const processManagers = (tools: ProcessManagerTools): readonly ProcessManager[] => [
  createRentalProcess(tools),
  createEjectProcess(tools),
  createHoldExpiryProcess(tools),
  createCabinetProcess(tools),
  createAccountProcess(tools),
  createCredentialsProcess(tools),
  createBroadcastProcess(tools),
];

/**
 * Runs every process manager until `signal` aborts. Several instances may run: an advisory lock
 * lets one of them be the active one for each process, and another takes over when it goes.
 */
export const runProcesses = async (role: ProcessesRole): Promise<void> => {
  const { log, signal } = role;
  await Promise.all(
    processManagers(role).map((manager) =>
      supervise(`process ${manager.name}`, () => runActive(role, manager), { log, signal }),
    ),
  );
};

const runActive = (role: ProcessesRole, manager: ProcessManager): Promise<void> =>
  role.database.withAdvisoryLock(`process:${manager.name}`, {
    signal: role.signal,
    work: async (held) => {
      // When either half fails the other must not go on alone.
      const failed = new AbortController();
      const signal = AbortSignal.any([held, failed.signal]);
      const timers = createTimerLoop(manager, role);
      const either = (work: Promise<void>): Promise<void> => work.finally(() => failed.abort());
      await Promise.all([
        either(runProcess(manager, { ...role, committed: () => timers.wake() }, signal)),
        either(timers.run(signal)),
      ]);
    },
  });
