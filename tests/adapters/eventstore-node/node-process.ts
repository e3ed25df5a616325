/** A node in a process of its own, so that a test can kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import type { EventStoreNodeOptions } from '../../../adapters/embedded/eventstore/index.js';
import { nodeWords } from '../../support/running.js';

const PROGRAM = nodeWords('tests/adapters/eventstore-node/node-program.ts');

export interface NodeProcess {
  readonly connectionString: string;
  /** Ends the process at once, as a power cut would. */
  kill(): Promise<void>;
}

/** Starts a node on a folder; killed when the test ends, if it still runs. */
export async function startNodeProcess(
  t: ExecutionContext,
  dataDir: string,
  options: Partial<EventStoreNodeOptions> = {},
): Promise<NodeProcess> {
  const args = [...PROGRAM, dataDir, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(kill);
  return { connectionString: await firstLine(child), kill };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error('the node ended before it was ready');
}
