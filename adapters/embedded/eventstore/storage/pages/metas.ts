/** The two meta pages of a data file, and whether they can be those of one and the same log. */
import type { FileHandle } from 'node:fs/promises';
import { isPlausible, META_BYTES, type MetaPage, readMetaPage } from './layout.js';

export type MetasResult =
  | { readonly kind: 'found'; readonly newest: MetaPage }
  | { readonly kind: 'damaged'; readonly problem: string };

/** A page is written in one go, yet a reader beside the writer may see half of it. */
const ATTEMPTS_MAX = 5;

/** Reads both pages and tells which one counts. */
export async function readMetas(file: FileHandle): Promise<MetasResult> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await readAt(file, 0);
    const meta = readMetaPage(first);
    if (meta === undefined) return damaged('it does not begin like a log');
    const second = await readAt(file, meta.pageSize);
    const unchanged = first.equals(await readAt(file, 0));
    const result = judge(meta, readMetaPage(second));
    if ((result.kind === 'found' && unchanged) || attempt === ATTEMPTS_MAX) return result;
  }
}

function judge(even: MetaPage, odd: MetaPage | undefined): MetasResult {
  if (odd === undefined || odd.pageSize !== even.pageSize) {
    return damaged('its second page is not that of a log');
  }
  const newest = odd.transaction > even.transaction ? odd : even;
  const older = newest === odd ? even : odd;
  // Transactions take turns; a page that was never written keeps the number 0.
  const inTurn =
    (even.transaction % 2 === 0 || even.transaction === 0) &&
    (odd.transaction % 2 === 1 || odd.transaction === 0) &&
    (newest.transaction - older.transaction <= 1 || older.transaction === 0);
  if (!inTurn) return damaged('its first two pages do not belong together');
  const isSound =
    isPlausible(newest.main) && isPlausible(newest.free) && newest.lastPage >= older.lastPage;
  return isSound
    ? { kind: 'found', newest }
    : damaged('its first two pages hold impossible numbers');
}

async function readAt(file: FileHandle, offset: number): Promise<Buffer> {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, offset);
  return bytes.subarray(0, bytesRead);
}

function damaged(problem: string): MetasResult {
  return { kind: 'damaged', problem };
}
