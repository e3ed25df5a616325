import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../../../ports/log.js';
import { programsFor } from './elsewhere.js';
import { EmbeddedPostgresFailure } from './failure.js';
import { type DataFolder, idsOf, initialise, isInitialised, openDataFolder } from './folder.js';
import { stopServer, takeFolder } from './orphan.js';
import { findPrograms, type Programs } from './programs.js';
import { findServerUser, type ServerUser } from './server-user.js';

export { EmbeddedPostgresFailure } from './failure.js';

const host = '127.0.0.1';

/** A free port that was just found may be gone again when the server asks for it. */
const freePortAttemptsMax = 5;

export interface EmbeddedPostgresOptions {
  /** Made when missing; an existing one is opened as it is. */
  readonly dataDir: string;
  /** 0 chooses a free one. */
  readonly port: number;
  /** Superuser of the cluster; the name of its first database too. */
  readonly user?: string;
  readonly log: Log;
  /** Server settings, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Superuser's address of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended by itself, with what it said last. */
  readonly ended: Promise<string>;
  /** Stops the server, closing what is still connected. The data stays. */
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres on the loopback interface, as a child process in a process group of its
 * own: Ctrl-C reaches us and not the server, so that we can drain first.
 *
 * @throws EmbeddedPostgresFailure with a line that says what to do about it.
 */
export const startEmbeddedPostgres = async (
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> => {
  const { log, user = 'postgres' } = options;
  const serverUser = await findServerUser();
  const programs = await programsFor(await findPrograms(), serverUser);
  const folder = await openDataFolder(resolve(options.dataDir), serverUser);
  await takeFolder(folder);
  if (!(await isInitialised(folder))) {
    log.info('making a new Postgres cluster', { folder: folder.path });
    await initialise(folder, { programs, serverUser, user });
  }
  const server = await launchOnSomePort({ ...options, programs, serverUser, folder });
  const password = encodeURIComponent(await readFile(folder.passwordFile, 'utf8'));
  log.info('Postgres is up', { port: server.port, pid: server.pid });
  return {
    ...server,
    url: `postgres://${encodeURIComponent(user)}:${password}@${host}:${server.port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(folder.ownerFile, { force: true });
    },
  };
};

interface Launch extends EmbeddedPostgresOptions {
  readonly programs: Programs;
  readonly serverUser: ServerUser;
  readonly folder: DataFolder;
}

type Launched = Omit<EmbeddedPostgres, 'url'>;

const launchOnSomePort = async (options: Launch): Promise<Launched> => {
  if (options.port !== 0) return launch(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch({ ...options, port: await freePort() });
    } catch (error) {
      const isTaken = error instanceof EmbeddedPostgresFailure && error.kind === 'PortTaken';
      if (!isTaken || attempt >= freePortAttemptsMax) throw error;
    }
  }
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const flagsOf = ({ folder, port, settings = {} }: Launch): readonly string[] => {
  const all = {
    listen_addresses: host,
    // No socket file: it would have to lie in a folder that both users can write.
    unix_socket_directories: '',
    lc_messages: 'C',
    log_destination: 'stderr',
    logging_collector: 'off',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', folder.cluster, '-p', String(port), ...flags];
};

const launch = async (options: Launch): Promise<Launched> => {
  const child = spawn(options.programs.postgres, flagsOf(options), {
    cwd: '/',
    ...idsOf(options.serverUser),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const exited = new Promise<void>((onExit) => {
    child.once('exit', () => onExit());
  });
  const lastWords = await untilReady(child, options);
  const { pid } = child;
  if (pid === undefined) throw new EmbeddedPostgresFailure('StartFailed', 'no process was made');
  const guardian = guard(pid);
  const ended = exited.then(() => {
    guardian.kill('SIGKILL');
    return lastWords();
  });
  return {
    port: options.port,
    pid,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await stopServer(pid);
      await ended;
    },
  };
};

/**
 * Stops the server when this process dies without having done it, however it dies: the guardian
 * reads a pipe that only we hold open, and its end is our end.
 */
const guard = (serverPid: number): ChildProcess =>
  spawn('sh', ['-c', 'cat >/dev/null; kill -INT "$1"', 'guardian', String(serverPid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });

/** Resolves when the server takes connections; rejects when it ends before that. */
const untilReady = (child: ChildProcess, { port, folder, log }: Launch): Promise<() => string> =>
  new Promise((onReady, reject) => {
    let last = 'it said nothing';
    const lines = createInterface({ input: child.stderr ?? process.stdin });
    lines.on('line', (line) => {
      log.debug('Postgres says', { line });
      if (/FATAL|PANIC|could not bind/.test(line)) last = line;
      if (line.includes('database system is ready to accept connections')) onReady(() => last);
    });
    child.once('error', (error) =>
      reject(
        new EmbeddedPostgresFailure('StartFailed', `Postgres does not start: ${error.message}`),
      ),
    );
    child.once('close', () => reject(startFailure(last, port, folder)));
  });

const startFailure = (last: string, port: number, folder: DataFolder): EmbeddedPostgresFailure => {
  if (/could not bind|could not create any TCP/.test(last)) {
    return new EmbeddedPostgresFailure('PortTaken', `port ${port} is taken by another program`);
  }
  if (/permission|could not open|could not access/i.test(last)) {
    return new EmbeddedPostgresFailure(
      'FolderUnreadable',
      `Postgres cannot use ${folder.path}: ${last}`,
    );
  }
  return new EmbeddedPostgresFailure('StartFailed', `Postgres ended at once: ${last}`);
};
