/** Opens the log in a folder, and says clearly why if that does not work. */
import { mkdir } from 'node:fs/promises';
import { EventStoreStartError } from '../start-errors.js';
import { lmdbStorage } from './lmdb.js';
import type { Storage } from './storage.js';

/** Opens or creates the log in a folder. Rejects with `EventStoreStartError`. */
export async function openFolder(folder: string): Promise<Storage> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new EventStoreStartError('folder-unusable', `cannot create the folder ${folder}`, {
      cause: error,
    });
  }
  return lmdbStorage(folder);
}
