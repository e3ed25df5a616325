/** What processes take of the memory, without counting twice what they share. Linux only. */

import { readdir, readFile } from 'node:fs/promises';

const kibibyte = 1_024;

/** In proportional set size: shared pages count in parts, so that sums over processes are right. */
export interface Memory {
  /** What the processes hold themselves, and what they share. */
  readonly ownBytes: number;
  /** Pages of files, programs and the log: page cache, which the system takes back at need. */
  readonly mappedBytes: number;
}

const nothing: Memory = { ownBytes: 0, mappedBytes: 0 };

const memoryOf = async (pid: number): Promise<Memory> => {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytesOf = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0) * kibibyte;
  const mappedBytes = bytesOf('Pss_File');
  return { ownBytes: bytesOf('Pss') - mappedBytes, mappedBytes };
};

const sumOf = (memories: readonly Memory[]): Memory =>
  memories.reduce(
    (sum, { ownBytes, mappedBytes }) => ({
      ownBytes: sum.ownBytes + ownBytes,
      mappedBytes: sum.mappedBytes + mappedBytes,
    }),
    nothing,
  );

export const bytesOf = async (pids: readonly number[]): Promise<number> => {
  const { ownBytes, mappedBytes } = sumOf(await Promise.all(pids.map(memoryOf)));
  return ownBytes + mappedBytes;
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
export const memoryOfFamily = async (pid: number): Promise<Memory> => {
  const family = await familyOf(pid);
  return sumOf(await Promise.all(family.map((each) => memoryOf(each).catch(() => nothing))));
};
