/** Runs the program once, and says what it took of time, of the processor and of memory. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../bin/package-root.js';
import type { Cleanup } from '../cleanup.js';

/** The system keeps the peak itself; a look shortly before the end is as good as one at the end. */
const lookEveryMs = 50;
const kibibytesPerMebibyte = 1_024;
/** `USER_HZ`, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

export interface Peak {
  readonly seconds: number;
  /** Of the processor, all threads together: what a busy machine does not change much. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
}

/** Peak of the resident memory so far (Linux only); 0 once the process is gone. */
export const peakOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / kibibytesPerMebibyte;
};

/** Time of the processor so far, in user mode and for the system; 0 once the process is gone. */
export const cpuSecondsOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, which may hold anything, ends at the last bracket; then come state and numbers.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
};

/** @throws Error with what the program said when it did not end with 0. */
export const measureProgram = async (
  cleanup: Cleanup,
  { args, settings }: { readonly args: readonly string[]; readonly settings: NodeJS.ProcessEnv },
): Promise<Peak> => {
  const program = join(packageRoot, 'dist', 'bin', 'powerbank.js');
  const beganMs = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanup.add(async () => void child.kill('SIGKILL'));
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = once(child, 'exit');
  let [peakMebibytes, cpuSeconds] = [0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    peakMebibytes = Math.max(peakMebibytes, await peakOf(child.pid ?? 0));
    cpuSeconds = Math.max(cpuSeconds, await cpuSecondsOf(child.pid ?? 0));
    await Promise.race([ended, pause(lookEveryMs)]);
  }
  const seconds = (performance.now() - beganMs) / 1_000;
  if (child.exitCode !== 0) throw new Error(`powerbank ${args.join(' ')}:\n${said}`);
  return { seconds, cpuSeconds, peakMebibytes };
};
