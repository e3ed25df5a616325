import { execFile } from 'node:child_process';
import { chmod, chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresFailure } from './failure.js';

const run = promisify(execFile);

/** Whom the server runs as; `null` is ourselves. */
export type ServerUser = {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
} | null;

/** Postgres refuses to run as root, so root lends it one of these users, the first that exists. */
const candidates = ['postgres', 'nobody'];

const idOf = async (flag: '-u' | '-g', name: string): Promise<number> =>
  Number((await run('id', [flag, name])).stdout);

export const findServerUser = async (): Promise<ServerUser> => {
  if (process.getuid?.() !== 0) return null;
  for (const name of candidates) {
    try {
      return { uid: await idOf('-u', name), gid: await idOf('-g', name), name };
    } catch (error) {
      // `id` fails for a user that does not exist, which is what we wanted to know.
      if (!(error instanceof Error)) throw error;
    }
  }
  throw new EmbeddedPostgresFailure(
    'PlatformUnsupported',
    `Postgres does not run as root, and there is none of these users: ${candidates.join(', ')}`,
  );
};

const othersMayEnter = 0o001;

/** The first folder above `path` that the server's user cannot pass through, or `null`. */
export const barrierAbove = async (path: string, user: ServerUser): Promise<string | null> => {
  if (user === null) return null;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    if (uid !== user.uid && (mode & othersMayEnter) === 0) return folder;
    if (folder === dirname(folder)) return null;
  }
};

/** Lets the server's user pass through `folder`, not read it. */
export const openFolderFor = async (user: ServerUser, folder: string): Promise<void> => {
  if (user === null) return;
  const { mode } = await stat(folder);
  await chmod(folder, mode | othersMayEnter);
};

export const giveTo = async (user: ServerUser, path: string): Promise<void> => {
  if (user !== null) await chown(path, user.uid, user.gid);
};
