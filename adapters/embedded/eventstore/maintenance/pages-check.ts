/**
 * Whether the file of a log is whole, page by page. LMDB, which reads the rows, trusts its file:
 * what is wrong with a page would end the process without a message.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { PageDamage } from '../storage/pages/damage.js';
import type { MetaPage } from '../storage/pages/layout.js';
import { readMetas } from '../storage/pages/metas.js';
import { PageWalk } from '../storage/pages/page-walk.js';
import type { WorkMeter } from './progress.js';
import type { LogSnapshot } from './snapshot.js';

export class PagesCheck {
  private constructor(
    private readonly file: FileHandle,
    private readonly meta: MetaPage,
  ) {}

  /**
   * The snapshot keeps the pages of its moment, and of any later one, from being reused. So the
   * newest trees that the file tells of stand still while they are walked through. Throws
   * `PageDamage`.
   */
  static async open(snapshot: LogSnapshot): Promise<PagesCheck> {
    const file = await open(snapshot.file, 'r');
    const metas = await readMetas(file);
    if (metas.kind === 'found') return new PagesCheck(file, metas.newest);
    await file.close();
    throw new PageDamage(metas.problem);
  }

  /** How many pages there are. */
  get total(): number {
    return this.meta.lastPage + 1;
  }

  /** Looks at all of them and closes the file. Throws `PageDamage`. */
  async run(meter: WorkMeter): Promise<void> {
    try {
      await meter.pause();
      const walk = new PageWalk({ fd: this.file.fd, meta: this.meta, edgesOnly: false });
      for (const _ of walk.run()) {
        if (meter.count()) await meter.pause();
      }
    } finally {
      await this.file.close();
    }
  }
}
