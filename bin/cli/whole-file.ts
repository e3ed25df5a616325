/** Files that are there in full, or not at all. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { OperatorError } from './operator-error.js';

export interface WholeFileOptions {
  readonly overwrite: boolean;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null;

const exists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

/** @throws OperatorError when something is there that must not be lost. */
export const mayBeWritten = async (
  path: string,
  { overwrite }: WholeFileOptions,
): Promise<void> => {
  if (overwrite || !(await exists(path))) return;
  throw new OperatorError([`${path} is there already: another name, or --overwrite`]);
};

const writeAll = async (file: FileHandle, chunks: AsyncIterable<string>): Promise<void> => {
  for await (const chunk of chunks) await file.write(chunk);
  await file.sync();
};

/**
 * Writes beside the file and gives it its name at the end; what was begun and not ended is removed.
 *
 * @throws OperatorError when something is there, or the folder takes no file.
 */
export const writeWholeFile = async (
  path: string,
  chunks: AsyncIterable<string>,
  options: WholeFileOptions,
): Promise<void> => {
  await mayBeWritten(path, options);
  const beside = `${path}.${randomUUID()}.partial`;
  const file = await open(beside, 'wx');
  try {
    try {
      await writeAll(file, chunks);
    } finally {
      await file.close();
    }
    await mayBeWritten(path, options);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};
