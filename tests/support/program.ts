/** The program as a child process, as an operator runs it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { packageRoot } from '../../bin/package-root.js';
import { nodeWords } from './running.js';

/** What Node runs. */
export const programWords = nodeWords('bin/powerbank.ts');

export { packageRoot as projectRoot };

/** Ports that nobody else has, and none of the settings of whoever runs the tests. */
export const ownPorts = {
  POWERBANK_EMBEDDED_ESDB_PORT: '0',
  POWERBANK_EMBEDDED_POSTGRES_PORT: '0',
  POWERBANK_EMBEDDED_MQTT_PORT: '0',
  POWERBANK_CABINET_HTTP_PORT: '0',
  POWERBANK_HTTP_PORT: '0',
  POWERBANK_DEMO_PORT: '0',
  POWERBANK_MAILBOX_PORT: '0',
};

export type Settings = Readonly<Record<string, string>>;

export const environment = (settings: Settings): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('POWERBANK_'));
  return { ...Object.fromEntries(inherited), ...ownPorts, ...settings };
};

const launch = (args: readonly string[], settings: Settings): ChildProcess =>
  spawn(process.execPath, [...programWords, ...args], {
    cwd: packageRoot,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const outputOf = async ({ stdout, stderr }: ChildProcess): Promise<readonly [string, string]> => {
  if (stdout === null || stderr === null) throw new Error('the program has no pipes');
  return Promise.all([readAll(stdout), readAll(stderr)]);
};

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Runs a command to its end. */
export const run = async (args: readonly string[], settings: Settings): Promise<Finished> => {
  const child = launch(args, settings);
  const [code, [stdout, stderr]] = await Promise.all([exitOf(child), outputOf(child)]);
  return { code, stdout, stderr };
};

/** Runs a script of a shell, with the same environment. */
export const runShell = async (script: string, settings: Settings = {}): Promise<Finished> => {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: packageRoot,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [code, [stdout, stderr]] = await Promise.all([exitOf(child), outputOf(child)]);
  return { code, stdout, stderr };
};

export interface RunningProgram {
  /** Everything it has said on standard output. */
  readonly lines: readonly string[];
  /** The first line that matches, past or future; rejects when the program ends without it. */
  untilLine(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; `null` when a signal killed it. */
  readonly exit: Promise<number | null>;
}

/** Starts the program; it is killed when the test ends before it does. */
export const startProgram = (
  t: ExecutionContext<unknown>,
  args: readonly string[],
  settings: Settings,
): RunningProgram => {
  const child = launch(args, settings);
  const exit = exitOf(child);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString('utf8');
  });
  if (child.stdout === null) throw new Error('the program has no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of [...waiting]) look();
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    lines,
    exit,
    kill: (signal) => {
      child.kill(signal);
    },
    untilLine: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exit.then(() => {
          reject(new Error(`it ended without ${pattern}:\n${lines.join('\n')}\n${complaints}`));
        });
      }),
  };
};

/** Postgres may run as another user than we do, and has to pass through. */
const othersMayPass = 0o711;

/** A folder that goes with the test. */
export const temporaryFolder = async (t: ExecutionContext<unknown>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-program-'));
  await chmod(folder, othersMayPass);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
