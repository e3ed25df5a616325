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
import type { Committed } from '../../commands/process/progress.js';
import type { ProcessManager } from '../../commands/process/reactions.js';
import { createTimerLoop } from '../../commands/process/timer-loop.js';
import { createRentalProcess } from '../../commands/rental-process/index.js';
import type { Database } from '../../ports/database.js';
import type { EventStore } from '../../ports/event-store.js';
import { linkedAbort } from '../../ports/linked-abort.js';
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

type CreateProcess = (tools: ProcessManagerTools) => ProcessManager;

const processes: readonly CreateProcess[] = [
  createRentalProcess,
  createEjectProcess,
  createHoldExpiryProcess,
  createCabinetProcess,
  createAccountProcess,
  createCredentialsProcess,
  createBroadcastProcess,
];

export const processManagers = (tools: ProcessManagerTools): readonly ProcessManager[] =>
  processes.map((create) => create(tools));

/**
 * Runs every process manager until `signal` aborts. Several instances may run: an advisory lock
 * lets one of them be the active one for each process, and another takes over when it goes.
 */
export const runProcesses = async (role: ProcessesRole): Promise<void> => {
  const { log, signal } = role;
  await Promise.all(
    processes.map((create) => {
      const { name } = create(role);
      return supervise(`process ${name}`, () => runActive(role, name, create), { log, signal });
    }),
  );
};

const runActive = (role: ProcessesRole, name: string, create: CreateProcess): Promise<void> =>
  role.database.withAdvisoryLock(`process:${name}`, {
    signal: role.signal,
    work: async (held) => {
      // Made for this run: what a manager remembers is old once another instance was at work.
      const manager = create(role);
      // When either half fails the other must not go on alone.
      const over = linkedAbort(held);
      const { signal } = over;
      const timers = createTimerLoop(manager, role);
      const committed: Committed = (_, earliestTimer) => {
        if (earliestTimer !== null) timers.set(earliestTimer);
      };
      const either = (work: Promise<void>): Promise<void> => work.finally(() => over.abort());
      await Promise.all([
        either(runProcess(manager, { ...role, committed }, signal)),
        either(timers.run(signal)),
      ]);
    },
  });
