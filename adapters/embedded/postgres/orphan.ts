import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresFailure } from './failure.js';
import { type DataFolder, readIfThere } from './folder.js';

const run = promisify(execFile);

const stopPollMs = 50;
/** After this long a server that was asked to stop is told to drop everything. */
const stopPatienceMs = 10_000;
const stopDeadlineMs = 20_000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** The command line of a process, or `''` when it has ended. */
const commandLineOf = async (pid: number): Promise<string> => {
  try {
    return (await run('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
};

const firstPidIn = (text: string): number => Number.parseInt(text, 10);

/**
 * Takes the data folder for this process.
 *
 * A killed process (SIGKILL) leaves its server running, or a pid file of a server that is gone. A
 * pid may meanwhile belong to a stranger (in a container they start from 1 again), so a process
 * only counts as the server when its command line names this very folder.
 *
 * @throws EmbeddedPostgresFailure `FolderInUse` when the process that started the server lives.
 */
export const takeFolder = async (folder: DataFolder): Promise<void> => {
  const pidFile = join(folder.cluster, 'postmaster.pid');
  const pidText = await readIfThere(pidFile);
  if (pidText !== null) {
    const pid = firstPidIn(pidText);
    const isServer = isAlive(pid) && (await commandLineOf(pid)).includes(folder.cluster);
    if (isServer) {
      await refuseIfOwned(folder);
      await stopServer(pid);
    } else {
      await rm(pidFile, { force: true });
    }
  }
  await writeFile(folder.ownerFile, String(process.pid));
};

const refuseIfOwned = async (folder: DataFolder): Promise<void> => {
  const ownerText = await readIfThere(folder.ownerFile);
  if (ownerText === null) return;
  const owner = firstPidIn(ownerText);
  if (owner === process.pid || (isAlive(owner) && (await commandLineOf(owner)).includes('node'))) {
    throw new EmbeddedPostgresFailure(
      'FolderInUse',
      `the data folder ${folder.path} is in use by process ${owner}`,
    );
  }
};

/** Stops a server without waiting for its clients; the log on disk stays whole either way. */
export const stopServer = async (pid: number): Promise<void> => {
  const deadline = performance.now() + stopDeadlineMs;
  const patience = performance.now() + stopPatienceMs;
  let signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT';
  process.kill(pid, signal);
  while (isAlive(pid)) {
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresFailure('FolderInUse', `Postgres (process ${pid}) does not stop`);
    }
    if (signal === 'SIGINT' && performance.now() > patience) {
      signal = 'SIGQUIT';
      process.kill(pid, signal);
    }
    await delay(stopPollMs);
  }
};
