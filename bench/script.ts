/** A script of the benchmark in a process of its own; it prints its result as a line of JSON. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { packageRoot } from '../bin/package-root.js';
import type { Cleanup } from './cleanup.js';

const Timed = t.strict({ events: t.number, seconds: t.number });

/** What it did, and how long that took by its own clock: without the start of the process. */
export type TimedScript = t.TypeOf<typeof Timed>;

/** Runs it to its end. @throws Error with what it said when it failed. */
export const runScript = async (
  cleanup: Cleanup,
  path: string,
  args: readonly string[],
): Promise<TimedScript> => {
  const child = spawn(process.execPath, ['--import=tsx', join(packageRoot, path), ...args], {
    cwd: packageRoot,
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanup.add(async () => void child.kill('SIGKILL'));
  let [said, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${path}:\n${complaints}`);
  const timed = Timed.decode(JSON.parse(said));
  if (E.isLeft(timed)) throw new Error(`${path} says no times: ${said}`);
  return timed.right;
};
