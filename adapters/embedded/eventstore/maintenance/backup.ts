/**
 * A backup: one file, a copy of the log as it is at one moment, compacted, checked and synced to
 * the disk before it gets its name. A node may be at work in the folder.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PageDamage } from '../storage/pages/damage.js';
import { DATA_FILE } from '../storage/tables.js';
import type { LogSummary } from './contents.js';
import { copyTables } from './copy-tables.js';
import { isThere, nameFinally, syncToDisk } from './files.js';
import { PagesCheck } from './pages-check.js';
import { WorkMeter, type WorkOptions } from './progress.js';
import { type LogSnapshot, openSnapshot } from './snapshot.js';
import { verifyLog } from './verify.js';

export type BackupResult =
  | {
      readonly kind: 'done';
      readonly path: string;
      readonly bytes: number;
      readonly summary: LogSummary;
    }
  /** There is no log in the folder. */
  | { readonly kind: 'absent' }
  /** Something has the backup's name already; it was not touched. */
  | { readonly kind: 'exists'; readonly path: string }
  /** The log, or the copy of it, is not sound; there is no backup. */
  | { readonly kind: 'damaged'; readonly problem: string };

export interface BackupRequest {
  /** Folder of the log. */
  readonly folder: string;
  /** The file to write, or a folder to write it to under a name with the time. */
  readonly to: string;
  readonly now: Date;
}

/** Makes a backup. Rejects if files cannot be read or written, or with the signal's reason. */
export async function backUpLog(
  { folder, to, now }: BackupRequest,
  options: WorkOptions,
): Promise<BackupResult> {
  const path = resolve((await isFolder(to)) ? join(to, fileNameAt(now)) : to);
  if (await isThere(path)) return { kind: 'exists', path };
  const opened = await openSnapshot(folder);
  if (opened.kind !== 'opened') return opened;
  // The same name each time, so that the remains of one that was killed are cleared away.
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  try {
    await rm(partial, { recursive: true, force: true });
    await copyChecked(opened.snapshot, partial, options);
    return await finish(partial, path, options);
  } catch (error) {
    if (error instanceof PageDamage) return { kind: 'damaged', problem: error.message };
    throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function copyChecked(
  snapshot: LogSnapshot,
  partial: string,
  options: WorkOptions,
): Promise<void> {
  try {
    const pages = await PagesCheck.open(snapshot);
    await pages.run(new WorkMeter('looking', pages.total, options));
    await mkdir(dirname(partial), { recursive: true });
    await mkdir(partial);
    await copyTables(snapshot, partial, options);
  } finally {
    // The sooner it ends, the sooner the node may use its free pages again.
    await snapshot.close();
  }
}

async function finish(partial: string, path: string, options: WorkOptions): Promise<BackupResult> {
  const file = join(partial, DATA_FILE);
  await syncToDisk(file);
  const verified = await verifyLog(partial, options);
  if (verified.kind !== 'sound') return verified;
  const { size } = await stat(file);
  if (!(await nameFinally(file, path))) return { kind: 'exists', path };
  await syncToDisk(dirname(path));
  return { kind: 'done', path, bytes: size, summary: verified.summary };
}

async function isFolder(path: string): Promise<boolean> {
  return (await isThere(path)) && (await stat(path)).isDirectory();
}

/** `eventstore-20261122T101500Z.mdb`: sorted by name they are sorted by time. */
function fileNameAt(now: Date): string {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  return `eventstore-${time}.mdb`;
}
