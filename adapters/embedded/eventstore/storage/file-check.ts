/**
 * Looks at a data file before LMDB maps it into memory. Reading a mapped page that the file no
 * longer has, or following a wrong number from page to page, ends the process at once, without a
 * message, so damage at the places that LMDB begins with has to be found out first.
 */
import { appendFile, type FileHandle, open } from 'node:fs/promises';
import { PageDamage } from './pages/damage.js';
import type { MetaPage } from './pages/layout.js';
import { readMetas } from './pages/metas.js';
import { type NamedTree, PageWalk } from './pages/page-walk.js';
import { TABLE_NAMES } from './tables.js';

/**
 * A page can be given out and taken back within one transaction and so never be written. That
 * leaves the file a little short, lawfully; such pages are filled in.
 */
const UNWRITTEN_PAGES_MAX = 16;

const KNOWN_TABLES = new Set<string>(TABLE_NAMES);

/** What a first look at a data file found. */
export type FileCheck =
  | { readonly kind: 'absent' }
  /** What is wrong with it, in words. */
  | { readonly kind: 'damaged'; readonly problem: string }
  /** Nothing where LMDB begins to read. A log that was never quite begun lacks tables. */
  | { readonly kind: 'plausible'; readonly tables: readonly NamedTree[] };

/**
 * Looks a file over. With `mend`, which is for files that nobody uses, a file that is lawfully
 * short is made as long as it says.
 */
export async function checkFile(
  path: string,
  { mend }: { readonly mend: boolean },
): Promise<FileCheck> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { kind: 'absent' };
    }
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size === 0) return damaged('it is empty, as only a log is to which nothing was written');
    const metas = await readMetas(file);
    return metas.kind === 'damaged' ? metas : await checkTrees(file, metas.newest, { path, mend });
  } finally {
    await file.close();
  }
}

async function checkTrees(
  file: FileHandle,
  meta: MetaPage,
  { path, mend }: { readonly path: string; readonly mend: boolean },
): Promise<FileCheck> {
  // Asked after the pages were read: a node that is at work writes the file first, then them.
  const { size } = await file.stat();
  const expected = (meta.lastPage + 1) * meta.pageSize;
  const missing = expected - size;
  if (missing > UNWRITTEN_PAGES_MAX * meta.pageSize) {
    return damaged(`it has ${size} bytes where ${expected} were written`);
  }
  const result = followEdges(file, meta);
  // Appending can neither overwrite nor cut off what another process might add meanwhile.
  if (result.kind === 'plausible' && missing > 0 && mend) {
    await appendFile(path, Buffer.alloc(missing));
  }
  return result;
}

/** The beginnings and ends of all trees: a start must not take longer with every event. */
function followEdges({ fd }: FileHandle, meta: MetaPage): FileCheck {
  try {
    const steps = new PageWalk({ fd, meta, edgesOnly: true }).run();
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const tables = step.value;
    const foreign = tables.find(({ name }) => !KNOWN_TABLES.has(name));
    return foreign === undefined
      ? { kind: 'plausible', tables }
      : damaged(`its table ${foreign.name} belongs to another program`);
  } catch (error) {
    if (error instanceof PageDamage) return damaged(error.message);
    throw error;
  }
}

function damaged(problem: string): FileCheck {
  return { kind: 'damaged', problem };
}
