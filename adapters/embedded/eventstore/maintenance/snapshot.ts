/**
 * A log as it is at one moment, for reading beside a node that may be at work in the same folder.
 *
 * LMDB lets another process read: what is committed while it does, it does not see, and pages of
 * its moment are not reused until it is done, or dead. Nothing is written but its entry in the
 * list of readers, in `lock.mdb`.
 */
import { join } from 'node:path';
import { open, type Transaction } from 'lmdb';
import { checkFile } from '../storage/file-check.js';
import {
  BYTES,
  DATA_FILE,
  openTables,
  TABLE_NAMES,
  TABLES_MAX,
  type Tables,
} from '../storage/tables.js';

export interface LogSnapshot {
  readonly file: string;
  readonly tables: Tables;
  /** How many rows the tables had a moment before; what a progress may go by. */
  readonly rowsTotal: number;
  /** To be handed to every read. */
  readonly transaction: Transaction;
  close(): Promise<void>;
}

export type OpenResult =
  | { readonly kind: 'opened'; readonly snapshot: LogSnapshot }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly problem: string };

/** Opens the log in a folder. */
export async function openSnapshot(folder: string): Promise<OpenResult> {
  const file = join(folder, DATA_FILE);
  const check = await checkFile(file, { mend: false });
  if (check.kind !== 'plausible') return check;
  const found = new Set(check.tables.map(({ name }) => name));
  const missing = TABLE_NAMES.find((name) => !found.has(name));
  if (missing !== undefined) return { kind: 'damaged', problem: `it lacks the table ${missing}` };
  const root = open<Buffer, Buffer>({
    path: folder,
    ...BYTES,
    maxDbs: TABLES_MAX,
    noSubdir: false,
    readOnly: true,
  });
  const tables = openTables(root);
  // Only now: opening a table ends the transactions that were there before it.
  const transaction = tables.records.useReadTransaction();
  const snapshot: LogSnapshot = {
    file,
    tables,
    rowsTotal: check.tables.reduce((sum, { tree }) => sum + tree.entries, 0),
    transaction,
    close: async () => {
      transaction.done();
      await root.close();
    },
  };
  return { kind: 'opened', snapshot };
}
