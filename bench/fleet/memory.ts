/** What processes take of the memory, without counting twice what they share. Linux only. */

import { readdir, readFile } from 'node:fs/promises';

const kibibyte = 1_024;

/** Proportional set size: shared pages count in parts, so that sums over processes are right. */
const proportionalBytes = async (pid: number): Promise<number> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * kibibyte;
};

export const ownBytesOf = async (pids: readonly number[]): Promise<number> => {
  const bytes = await Promise.all(pids.map(proportionalBytes));
  return bytes.reduce((sum, each) => sum + each, 0);
};

const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of a program, in brackets, may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
};

/** A process and all that it has started, as its Postgres. */
export const familyOf = async (pid: number): Promise<readonly number[]> => {
  const pids = (await readdir('/proc')).map(Number).filter((each) => each > 0);
  const parents = new Map<number, number>();
  for (const each of pids) parents.set(each, await parentOf(each));
  const family = new Set([pid]);
  // A child is found after its parent, so it takes as many rounds as there are generations.
  for (let grown = true; grown; ) {
    const known = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
    grown = family.size > known;
  }
  return [...family];
};

/** Of the whole program, Postgres included; a process that ends meanwhile does not count. */
export const familyBytes = async (pid: number): Promise<number> => {
  const bytes = await Promise.all(
    (await familyOf(pid)).map((each) => proportionalBytes(each).catch(() => 0)),
  );
  return bytes.reduce((sum, each) => sum + each, 0);
};
