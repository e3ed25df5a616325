/** What a process holds in memory, told apart by what it is (Linux only). */

import { readFile } from 'node:fs/promises';

export interface Memory {
  /** Its own: heap, stacks, buffers. Nobody can take it away. */
  readonly anonymousMebibytes: number;
  /** Pages of files that it has mapped: page cache, which the system takes back as it likes. */
  readonly mappedMebibytes: number;
}

const kibibytesPerMebibyte = 1_024;

/** @throws where there is no such file, or the process is gone. */
export const memoryOf = async (pid: number): Promise<Memory> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mebibytes = (name: string): number => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    if (kibibytes === undefined) throw new Error(`the system does not tell ${name} of a process`);
    return Number(kibibytes) / kibibytesPerMebibyte;
  };
  const anonymousMebibytes = mebibytes('Anonymous');
  return { anonymousMebibytes, mappedMebibytes: mebibytes('Rss') - anonymousMebibytes };
};
