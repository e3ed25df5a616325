/**
 * Copies a log row by row into a new file. The copy has its rows in order and no free pages, and
 * needs nothing of the old file but its rows: not the lists of free pages either, which LMDB's
 * own compacting copy trusts.
 */
import { open } from 'lmdb';
import {
  BYTES,
  OWNER_KEY,
  openTables,
  type Root,
  TABLE_NAMES,
  TABLES_MAX,
  type Table,
} from '../storage/tables.js';
import { WorkMeter, type WorkOptions } from './progress.js';
import type { LogSnapshot } from './snapshot.js';

/** A transaction of the copy ends once it holds this many rows, or this much. */
const TRANSACTION_ROWS_MAX = 8192;
const TRANSACTION_BYTES_MAX = 8 * 1024 * 1024;

interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Copies into a folder that holds no log. The caller syncs the file. */
export async function copyTables(
  { tables, rowsTotal, transaction }: LogSnapshot,
  folder: string,
  options: WorkOptions,
): Promise<void> {
  const root: Root = open<Buffer, Buffer>({
    path: folder,
    ...BYTES,
    maxDbs: TABLES_MAX,
    noSubdir: false,
    overlappingSync: false,
    // Nobody reads the copy before it is complete, and then it is synced as a whole.
    noSync: true,
  });
  try {
    const targets = openTables(root);
    const meter = new WorkMeter('copying', rowsTotal, options);
    for (const name of TABLE_NAMES) {
      const source = tables[name].getRange({ transaction })[Symbol.iterator]();
      const copy = new TableCopy(source, targets[name], meter);
      while (!copy.isOver) {
        root.transactionSync(() => copy.step());
        await meter.pause();
      }
    }
    meter.end();
    // Who owned the folder is nothing that the copy should know.
    targets.meta.removeSync(OWNER_KEY);
  } finally {
    await root.close();
  }
}

class TableCopy {
  isOver = false;

  constructor(
    private readonly source: Iterator<Row>,
    private readonly target: Table,
    private readonly meter: WorkMeter,
  ) {}

  /** One transaction's worth. */
  step(): void {
    let bytes = 0;
    for (let rows = 0; rows < TRANSACTION_ROWS_MAX && bytes < TRANSACTION_BYTES_MAX; rows += 1) {
      const next = this.source.next();
      if (next.done === true) {
        this.isOver = true;
        return;
      }
      const { key, value } = next.value;
      this.target.putSync(key, value, { append: true });
      this.meter.count();
      bytes += value.length;
    }
  }
}
