/** The program in processes of its own, as it is built for production. */

import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../bin/package-root.js';
import type { Cleanup } from './cleanup.js';

/** Longer than the program takes for an orderly end; then it is killed. */
const stopSecondsMax = 15;
/** Postgres may run as another user than we do, and has to pass through. */
const othersMayPass = 0o711;

export interface Child {
  readonly pid: number;
  /** The first line on standard output that matches; rejects when the program ends without it. */
  untilLine(pattern: RegExp): Promise<string>;
  hasEnded(): boolean;
  /** Ends it before the run does. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly args: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder without an `.env` file, so that nobody's settings change the numbers. */
  readonly folder: string;
}

/** Its own settings only, none of whoever runs the benchmark. */
const environment = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('POWERBANK_'));
  return { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...settings };
};

/** Starts `powerbank …` as it starts itself, with its size of the heap; it ends with the run. */
export const startChild = (cleanup: Cleanup, options: ChildOptions): Child =>
  start(cleanup, [join(packageRoot, 'dist', 'bin', 'powerbank.js')], options);

/** Starts a rival: a TypeScript file of `bench/rivals/`, which is read as it is. */
export const startRival = (
  cleanup: Cleanup,
  { file, ...options }: ChildOptions & { readonly file: string },
): Child => {
  const loader = import.meta.resolve('tsx');
  const script = join(packageRoot, 'bench', 'rivals', file);
  return start(cleanup, [process.execPath, '--import', loader, script], options);
};

const start = (
  cleanup: Cleanup,
  [command = process.execPath, ...words]: readonly string[],
  { args, settings = {}, folder }: ChildOptions,
): Child => {
  const child = spawn(command, [...words, ...args], {
    cwd: folder,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  cleanup.add(() => stop(child, ended));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString('utf8');
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of [...waiting]) look();
  });
  if (child.pid === undefined) throw new Error('the program did not start');
  return {
    pid: child.pid,
    hasEnded: () => isOver(child),
    stop: () => stop(child, ended),
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
        void ended.then(() => {
          const said = [...lines, complaints].join('\n');
          const name = [command, ...words, ...args].join(' ');
          reject(new Error(`${name} ended without ${pattern}:\n${said}`));
        });
      }),
  };
};

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** In order if it can be: a killed program would leave its Postgres behind. */
const stop = async (child: ChildProcess, ended: Promise<void>): Promise<void> => {
  if (isOver(child)) return;
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopSecondsMax * 1_000);
  await ended;
  clearTimeout(impatience);
};

/** A folder that goes with the run. */
export const temporaryFolder = async (cleanup: Cleanup): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-bench-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, othersMayPass);
  return folder;
};
