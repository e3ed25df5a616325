/** Puts a backup in place of a log that is gone: checked first, and whole or not at all. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isInUse } from '../storage/folder-lock.js';
import { DATA_FILE } from '../storage/tables.js';
import type { LogSummary } from './contents.js';
import { isThere, nameFinally, syncToDisk } from './files.js';
import type { WorkOptions } from './progress.js';
import { type VerifyResult, verifyLog } from './verify.js';

export type RestoreResult =
  | { readonly kind: 'done'; readonly summary: LogSummary }
  /** There is no such backup. */
  | { readonly kind: 'absent' }
  /** The folder holds a log, which was not touched. */
  | { readonly kind: 'exists' }
  /** A node is at work in the folder. */
  | { readonly kind: 'in-use' }
  /** The backup is not sound. */
  | { readonly kind: 'damaged'; readonly problem: string };

export interface RestoreRequest {
  /** The file of the backup. */
  readonly from: string;
  /** Folder of the log; made if it is not there. */
  readonly folder: string;
}

/** Restores a backup. Rejects if files cannot be read or written, or with the signal's reason. */
export async function restoreLog(
  { from, folder }: RestoreRequest,
  options: WorkOptions,
): Promise<RestoreResult> {
  if (!(await isThere(from))) return { kind: 'absent' };
  await mkdir(folder, { recursive: true });
  if (await isInUse(folder)) return { kind: 'in-use' };
  const target = join(folder, DATA_FILE);
  if (await isThere(target)) return { kind: 'exists' };
  // The same name each time, so that the remains of one that was killed are cleared away.
  const partial = join(folder, 'restoring');
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const copy = join(partial, DATA_FILE);
    await copyFile(from, copy, options);
    const verified = await verifyLog(partial, options);
    if (verified.kind !== 'sound') return verified;
    if (!(await nameFinally(copy, target))) return { kind: 'exists' };
    await syncToDisk(folder);
    await syncToDisk(dirname(resolve(folder)));
    return { kind: 'done', summary: verified.summary };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Looks through a backup where it lies; nothing is written beside it. */
export async function verifyBackup(path: string, options: WorkOptions): Promise<VerifyResult> {
  if (!(await isThere(path))) return { kind: 'absent' };
  const folder = await mkdtemp(join(tmpdir(), 'eventstore-verify-'));
  try {
    await symlink(resolve(path), join(folder, DATA_FILE));
    return await verifyLog(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyFile(from: string, to: string, options: WorkOptions): Promise<void> {
  const { size: total } = await stat(from);
  let done = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      done += chunk.length;
      options.onProgress({ stage: 'copying', done, total });
      next(null, chunk);
    },
  });
  const { signal } = options;
  await pipeline(createReadStream(from), counter, createWriteStream(to, { flags: 'wx' }), {
    signal,
  });
  await syncToDisk(to);
}
