/** Files that become visible whole or not at all, and never in place of another one. */
import { link, open, rename, rm, stat } from 'node:fs/promises';

/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Writes everything of a file, or of a folder's list of names, to the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Gives a file its final name; answers whether it could, because nothing has that name yet. */
export async function nameFinally(from: string, to: string): Promise<boolean> {
  try {
    // Unlike renaming, this fails if there is something already.
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(codeOf(error))) throw error;
    if (await isThere(to)) return false;
    await rename(from, to);
    return true;
  }
  await rm(from);
  return true;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
