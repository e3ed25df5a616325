/**
 * What to do when root's own folders are closed to the server's user, as `/root` is: Postgres does
 * not run as root, and folders above ours stay as they are.
 */

import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Programs } from './programs.js';
import { barrierAbove, openFolderFor, type ServerUser } from './server-user.js';

/** Survives a restart of the machine, unlike `/tmp`. */
const lastingTemporary = '/var/tmp';

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/**
 * The folder for the cluster: `path`, or one that the server's user can reach. Its name is kept in
 * `path`, so that the data is found again, and so that a data folder that was thrown away does not
 * come back with the rows of another log.
 */
export const homeOfCluster = async (path: string, user: ServerUser): Promise<string> => {
  if ((await barrierAbove(join(path, 'cluster'), user)) === null) return path;
  const note = join(path, 'elsewhere');
  const known = await readFile(note, 'utf8').catch(() => '');
  if (known !== '' && (await isFolder(known))) return known;
  const made = await mkdtemp(join(lastingTemporary, 'powerbank-postgres-'));
  await openFolderFor(user, made);
  await writeFile(note, made);
  return made;
};

/** The programs, or a copy of them (60 MB, made once) where the server's user can run them. */
export const programsFor = async (programs: Programs, user: ServerUser): Promise<Programs> => {
  if ((await barrierAbove(programs.postgres, user)) === null) return programs;
  const home = dirname(dirname(programs.postgres));
  const { mtimeMs } = await stat(programs.postgres);
  const copy = join(tmpdir(), `powerbank-postgres-programs-${Math.floor(mtimeMs)}`);
  if (!(await isOurs(copy))) await copyWhole(home, copy);
  const inCopy = (program: string): string => join(copy, 'bin', basename(program));
  return { initdb: inCopy(programs.initdb), postgres: inCopy(programs.postgres) };
};

/** Anybody may write to the temporary folder, and what lies there is about to be run. */
const isOurs = async (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory() && found.uid === process.getuid?.(),
    () => false,
  );

/** Copied beside and renamed: nobody finds half of it, and of two that copy one wins. */
const copyWhole = async (from: string, to: string): Promise<void> => {
  const draft = `${to}.${randomUUID()}`;
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isOurs(to))) throw error;
  }
};
