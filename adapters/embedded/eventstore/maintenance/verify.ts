/** Whether a log is sound: its file page by page, then its events and all that is known of them. */
import { PageDamage } from '../storage/pages/damage.js';
import { ContentsDamage, type LogSummary } from './contents.js';
import { ContentsCheck } from './contents-check.js';
import { PagesCheck } from './pages-check.js';
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
  try {
    const pages = await PagesCheck.open(snapshot);
    const meter = new WorkMeter('checking', pages.total + snapshot.rowsTotal, options);
    await pages.run(meter);
    const summary = await new ContentsCheck(snapshot, meter).run();
    meter.end();
    return { kind: 'sound', summary };
  } catch (error) {
    if (error instanceof PageDamage || error instanceof ContentsDamage) {
      return { kind: 'damaged', problem: error.message };
    }
    throw error;
  } finally {
    await snapshot.close();
  }
}
