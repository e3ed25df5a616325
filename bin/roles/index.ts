import { createAwaited } from '../../projections/engine/index.js';
import type { Stoppable } from '../cli/stopping.js';
import type { Parts } from '../compose.js';
import type { ProgramRole } from '../config/index.js';
import { type ApiRole, startApi } from './api.js';
import { type MqttRole, type OpenBroker, startMqtt } from './mqtt.js';
import { runProcesses } from './processes.js';
import { runProjections } from './projections.js';
import { sealTheLog } from './sealing.js';

/** Roles that are reached by somebody say where. */
export interface RunningRoles {
  readonly api: ApiRole | null;
  readonly mqtt: MqttRole | null;
}

export interface RolesOptions {
  readonly roles: readonly ProgramRole[];
  readonly openBroker: OpenBroker;
  /** Told of each role as soon as it has to be stopped. */
  readonly onStarted: (role: Stoppable) => void;
}

/** Work without an address, as something that can be stopped. */
const inBackground = (name: string, run: (signal: AbortSignal) => Promise<void>): Stoppable => {
  const stop = new AbortController();
  const running = run(stop.signal);
  return {
    name,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};

/**
 * Starts roles in the order in which they need each other: requests come last, so that whatever
 * they wait for is there, and on stopping they end first.
 */
export const startRoles = async (parts: Parts, options: RolesOptions): Promise<RunningRoles> => {
  const { roles, openBroker, onStarted } = options;
  const isWanted = (role: ProgramRole): boolean => roles.includes(role);
  if (isWanted('processes')) {
    onStarted(inBackground('the processes', (signal) => runProcesses({ ...parts, signal })));
    onStarted(inBackground('the sealing', (signal) => sealTheLog(parts, signal)));
  }
  const awaited = createAwaited();
  if (isWanted('projections')) {
    const role = { ...parts, awaited: isWanted('api') ? awaited : null };
    onStarted(inBackground('the projections', (signal) => runProjections(role, signal)));
  }
  const started = async <Role extends Stoppable>(role: Promise<Role>): Promise<Role> => {
    const running = await role;
    onStarted(running);
    return running;
  };
  return {
    mqtt: isWanted('mqtt') ? await started(startMqtt(parts, openBroker)) : null,
    api: isWanted('api') ? await started(startApi(parts, awaited)) : null,
  };
};
