/** Whether a log is sound: its file page by page, then its events and all that is known of them. */
import { open } from 'node:fs/promises';
import { PageDamage } from '../storage/pages/damage.js';
import { readMetas } from '../storage/pages/metas.js';
import { PageWalk } from '../storage/pages/page-walk.js';
import { ContentsDamage, type LogSummary } from './contents.js';
import { ContentsCheck } from './contents-check.js';
import { WorkMeter, type WorkOptions } from './progress.js';
import { openSnapshot } from './snapshot.js';

export type VerifyResult =
  | { readonly kind: 'sound'; readonly summary: LogSummary }
  | { readonly kind: 'absent' }
  /** The first thing that was found wrong, in words. */
  | { readonly kind: 'damaged'; readonly problem: string };

/**
 * Looks through the whole log in a folder, as it is now; a node may be at work there. Rejects if
 * the file cannot be read, or with the signal's reason.
 */
export async function verifyLog(folder: string, options: WorkOptions): Promise<VerifyResult> {
  const opened = await openSnapshot(folder);
  if (opened.kind !== 'opened') return opened;
  const { snapshot } = opened;
  const file = await open(snapshot.file, 'r');
  try {
    // The snapshot keeps the pages of its moment, and of any later one, from being reused. So the
    // newest trees that the file tells of stand still while they are walked through.
    const metas = await readMetas(file);
    if (metas.kind === 'damaged') return metas;
    const meta = metas.newest;
    const rows = [...snapshot.rows.values()].reduce((sum, count) => sum + count, 0);
    const meter = new WorkMeter('checking', meta.lastPage + 1 + rows, options);
    for (const _ of new PageWalk({ fd: file.fd, meta, edgesOnly: false }).run()) {
      if (meter.count()) await meter.pause();
    }
    const summary = await new ContentsCheck(snapshot, meter).run();
    meter.end();
    return { kind: 'sound', summary };
  } catch (error) {
    if (error instanceof PageDamage || error instanceof ContentsDamage) {
      return { kind: 'damaged', problem: error.message };
    }
    throw error;
  } finally {
    await file.close();
    await snapshot.close();
  }
}
