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
const barrierAbove = async (path: string, user: NonNullable<ServerUser>) => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    if (uid !== user.uid && (mode & othersMayEnter) === 0) return folder;
    if (folder === dirname(folder)) return null;
  }
};

/**
 * Lets the server's user reach `folder`: the folder itself may be passed through (not read) by
 * others. Folders above it belong to somebody else and stay as they are.
 */
export const openFolderFor = async (user: ServerUser, folder: string): Promise<void> => {
  if (user === null) return;
  const { mode } = await stat(folder);
  await chmod(folder, mode | othersMayEnter);
  const barrier = await barrierAbove(folder, user);
  if (barrier !== null) {
    throw new EmbeddedPostgresFailure(
      'FolderUnreadable',
      `running as root, Postgres runs as user ${user.name}, who cannot enter ${barrier}; ` +
        'choose a data folder elsewhere',
    );
  }
};

export const giveTo = async (user: ServerUser, path: string): Promise<void> => {
  if (user !== null) await chown(path, user.uid, user.gid);
};
