/** Opens the log in a folder, and says clearly why if that does not work. */
import { mkdir, open as openFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EventStoreStartError } from '../start-errors.js';
import { checkFile, type FileCheck } from './file-check.js';
import { isInUse, lockFolder } from './folder-lock.js';
import { type LmdbStorage, openLmdb } from './lmdb.js';
import type { Storage } from './storage.js';
import { DATA_FILE } from './tables.js';

/** LMDB's own errors are about the content; all others are the operating system's. */
const LMDB_COMPLAINT = /^MDB_/;

/** Opens or creates the log in a folder. Rejects with `EventStoreStartError`. */
export async function openFolder(folder: string): Promise<Storage> {
  const storage = await open(folder);
  try {
    const lock = await lockFolder(folder, storage);
    if (lock === undefined) throw inUse(folder);
    const damage = storage.findDamage();
    if (damage !== undefined) {
      await lock.release();
      throw damaged(join(folder, DATA_FILE), damage);
    }
    storage.beforeClose = () => lock.release();
    await syncNames(folder);
    return storage;
  } catch (error) {
    await storage.close();
    throw error instanceof EventStoreStartError ? error : unusable(folder, error);
  }
}

/** A synced file is of no use if the power fails before its name is on the disk. */
async function syncNames(folder: string): Promise<void> {
  for (const path of [folder, dirname(resolve(folder))]) {
    const directory = await openFile(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

async function open(folder: string): Promise<LmdbStorage> {
  const file = join(folder, DATA_FILE);
  let check: FileCheck;
  try {
    await mkdir(folder, { recursive: true });
    if (await isInUse(folder)) throw inUse(folder);
    check = await checkFile(file, { mend: true });
  } catch (error) {
    if (error instanceof EventStoreStartError) throw error;
    throw unusable(folder, error);
  }
  if (check.kind === 'damaged') throw damaged(file, check.problem);
  try {
    return await openLmdb(folder);
  } catch (error) {
    const reason = messageOf(error);
    if (!LMDB_COMPLAINT.test(reason)) throw unusable(folder, error);
    throw damaged(file, reason, error);
  }
}

function damaged(file: string, damage: string, cause?: unknown): EventStoreStartError {
  const message = `the log ${file} is damaged: ${damage}; move it away and restore a backup`;
  return startError('folder-damaged', message, cause);
}

function unusable(folder: string, cause: unknown): EventStoreStartError {
  const message = `the folder ${folder} cannot be used: ${messageOf(cause)}`;
  return startError('folder-unusable', message, cause);
}

function inUse(folder: string): EventStoreStartError {
  return startError('folder-in-use', `the log in ${folder} is in use by another node`);
}

function startError(
  kind: 'folder-in-use' | 'folder-unusable' | 'folder-damaged',
  message: string,
  cause?: unknown,
): EventStoreStartError {
  return new EventStoreStartError(kind, message, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
