/** The processes of the fleet as the benchmark sees them. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { packageRoot } from '../../bin/package-root.js';
import type { Cleanup } from '../cleanup.js';
import { type BrokerPlan, FleetAnswer, type FleetOrder, type FleetPlan } from './messages.js';

const startForked = async (
  cleanup: Cleanup,
  file: string,
  plan: BrokerPlan | FleetPlan,
): Promise<ChildProcess> => {
  const child = fork(join(packageRoot, 'bench', 'fleet', file), [JSON.stringify(plan)], {
    execArgv: ['--import=tsx'],
    cwd: packageRoot,
  });
  cleanup.add(async () => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ended before it was ready`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  return child;
};

export interface BrokerProcess {
  readonly pid: number;
  /** As a crash would end it. */
  kill(): Promise<void>;
}

export const startBrokerProcess = async (
  cleanup: Cleanup,
  plan: BrokerPlan,
): Promise<BrokerProcess> => {
  const child = await startForked(cleanup, 'broker-process.ts', plan);
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

export interface Fleet {
  /** Resolves when every cabinet has carried the order out. */
  tell(order: FleetOrder): Promise<FleetAnswer>;
}

export const startFleet = async (cleanup: Cleanup, plan: FleetPlan): Promise<Fleet> => {
  const child = await startForked(cleanup, 'fleet-process.ts', plan);
  return {
    tell: async (order) => {
      const answered = once(child, 'message');
      child.send(order);
      const [message] = await answered;
      const answer = FleetAnswer.decode(message);
      if (E.isLeft(answer)) throw new Error('the fleet gives no answer');
      return answer.right;
    },
  };
};
