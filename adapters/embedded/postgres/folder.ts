import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { homeOfCluster } from './elsewhere.js';
import { EmbeddedPostgresFailure } from './failure.js';
import type { Programs } from './programs.js';
import { giveTo, openFolderFor, type ServerUser } from './server-user.js';

/** Major version of the installed programs; a folder of another one cannot be opened. */
const majorVersion = '18';

const passwordBytes = 24;

/**
 * The data folder of one embedded server:
 *
 * - `cluster/`   what `initdb` makes and Postgres owns (see `elsewhere.ts` for where it may be)
 * - `password`   of the superuser, readable by us only
 * - `owner.pid`  the process that has started the server
 */
export interface DataFolder {
  readonly path: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly ownerFile: string;
}

export const dataFolder = (path: string, home: string = path): DataFolder => ({
  path,
  cluster: join(home, 'cluster'),
  passwordFile: join(path, 'password'),
  ownerFile: join(path, 'owner.pid'),
});

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The text of a file, or `null` when there is no such file. */
export const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

const unreadable = (path: string, error: unknown): EmbeddedPostgresFailure =>
  error instanceof EmbeddedPostgresFailure
    ? error
    : new EmbeddedPostgresFailure(
        'FolderUnreadable',
        `cannot use the data folder ${path}: ${error instanceof Error ? error.message : error}`,
        { cause: error },
      );

/** The folder exists, is ours to write, and holds nothing but what this module makes. */
export const openDataFolder = async (path: string, user: ServerUser): Promise<DataFolder> => {
  try {
    await mkdir(path, { recursive: true });
    await openFolderFor(user, path);
    const folder = dataFolder(path, await homeOfCluster(path, user));
    const entries = await readdir(path);
    const version = await readIfThere(join(folder.cluster, 'PG_VERSION'));
    if (version !== null && version.trim() !== majorVersion) {
      throw new EmbeddedPostgresFailure(
        'FolderIncompatible',
        `${path} was made by Postgres ${version.trim()}, this is Postgres ${majorVersion}`,
      );
    }
    if (version === null && entries.includes('PG_VERSION')) {
      throw new EmbeddedPostgresFailure(
        'FolderIncompatible',
        `${path} is a Postgres cluster of somebody else; choose a folder of its own`,
      );
    }
    return folder;
  } catch (error) {
    throw unreadable(path, error);
  }
};

export const isInitialised = async (folder: DataFolder): Promise<boolean> =>
  (await readIfThere(join(folder.cluster, 'PG_VERSION'))) !== null &&
  (await readIfThere(folder.passwordFile)) !== null;

export interface InitialiseOptions {
  readonly programs: Programs;
  readonly serverUser: ServerUser;
  /** Name of the database superuser. */
  readonly user: string;
}

/**
 * Makes a new cluster beside and renames it into place, so that a crash in the middle leaves
 * nothing that looks like a cluster but is none.
 */
export const initialise = async (folder: DataFolder, options: InitialiseOptions): Promise<void> => {
  const unfinished = `${folder.cluster}.unfinished`;
  const password = randomBytes(passwordBytes).toString('base64url');
  await rm(unfinished, { recursive: true, force: true });
  await rm(folder.cluster, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(options.serverUser, unfinished);
  await writeFile(folder.passwordFile, password, { mode: 0o600 });
  const passwordForInitdb = `${folder.cluster}.password`;
  await writeFile(passwordForInitdb, password, { mode: 0o600 });
  await giveTo(options.serverUser, passwordForInitdb);
  try {
    await runInitdb(unfinished, passwordForInitdb, options);
  } finally {
    await rm(passwordForInitdb);
  }
  await rename(unfinished, folder.cluster);
};

const runInitdb = async (
  cluster: string,
  passwordFile: string,
  { programs, serverUser, user }: InitialiseOptions,
): Promise<void> => {
  const child = spawn(
    programs.initdb,
    [
      `--pgdata=${cluster}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    { cwd: '/', ...idsOf(serverUser), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const [complaint, code] = await Promise.all([
    readAll(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]).catch((error: unknown) => [String(error), null] as const);
  if (code !== 0) {
    throw new EmbeddedPostgresFailure('StartFailed', `initdb failed: ${lastLine(complaint)}`);
  }
};

/** What `spawn` needs to run something as the server's user. */
export const idsOf = (user: ServerUser): { uid?: number; gid?: number } =>
  user === null ? {} : { uid: user.uid, gid: user.gid };

export const lastLine = (output: string): string =>
  output.trim().split('\n').at(-1)?.trim() ?? 'no reason given';
