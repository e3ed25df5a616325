/** A real Mosquitto with the deployed configuration, as a child process of a test. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { mosquittoPasswordFile } from '../../adapters/mqtt/mosquitto-passwords.js';
import { packageRoot } from '../../bin/package-root.js';

const DEPLOYED = pathToFileURL(`${join(packageRoot, 'deploy', 'mosquitto')}/`);
const START_ATTEMPTS_MAX = 5;
const POLL_INTERVAL_MS = 20;

export interface Mosquitto {
  readonly cabinetUrl: string;
  readonly backendUrl: string;
  readonly stop: () => Promise<void>;
}

/** Debian puts the broker where the path of ordinary users does not lead. */
const findProgram = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

export const isMosquittoInstalled = (): boolean => findProgram('mosquitto') !== undefined;

const programOrThrow = (name: string): string => {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
};

/** Mosquitto cannot choose a port itself, so one is borrowed and given back just before. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
};

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** Puts another value behind a setting that must be there: a renamed one would test nothing. */
const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`mosquitto.conf has no line "${from}"`);
  return text.replace(from, to);
};

interface Ports {
  readonly cabinets: number;
  readonly backend: number;
}

const configure = async (folder: string, ports: Ports): Promise<string> => {
  const deployed = await readFile(new URL('mosquitto.conf', DEPLOYED), 'utf8');
  const settings: readonly (readonly [string, string])[] = [
    ['listener 1883\n', `listener ${ports.cabinets} 127.0.0.1\n`],
    ['listener 1884\n', `listener ${ports.backend} 127.0.0.1\n`],
    ['password_file /mosquitto/config/passwords', `password_file ${join(folder, 'passwords')}`],
    ['acl_file /mosquitto/config/acl', `acl_file ${join(folder, 'acl')}`],
  ];
  const adapted = settings.reduce((text, [from, to]) => replaced(text, from, to), deployed);
  const path = join(folder, 'mosquitto.conf');
  // Started by root it would become another user, who may not read this folder.
  await writeFile(path, `${adapted}\nuser ${userInfo().username}\n`);
  return path;
};

/** Written by our own code, so that every login of the suite proves the format. */
const writePasswords = async (
  folder: string,
  users: Readonly<Record<string, string>>,
): Promise<void> => {
  const file = mosquittoPasswordFile(
    Object.entries(users).map(([username, password]) => ({ username, password })),
  );
  await writeFile(join(folder, 'passwords'), file, { mode: 0o600 });
};

const SIGTERM_EXIT_CODE = 143;
const children = new Set<ChildProcess>();

/** A test run that is cut short runs no teardown; its brokers must not outlive it all the same. */
const killWithThisProcess = (child: ChildProcess): void => {
  if (children.size === 0) {
    process.once('exit', () => {
      for (const each of children) each.kill('SIGKILL');
    });
    process.once('SIGTERM', () => process.exit(SIGTERM_EXIT_CODE));
  }
  children.add(child);
};

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** True once both ports answer, false when the broker gave up (a port was taken meanwhile). */
const isUp = async (child: ChildProcess, ports: Ports): Promise<boolean> => {
  while (isRunning(child)) {
    if ((await accepts(ports.cabinets)) && (await accepts(ports.backend))) return isRunning(child);
    await delay(POLL_INTERVAL_MS);
  }
  return false;
};

const stopChild = async (child: ChildProcess): Promise<void> => {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
};

/** Starts a broker that knows `users` (name to password); the caller must stop it. */
export const startMosquitto = async (
  users: Readonly<Record<string, string>>,
): Promise<Mosquitto> => {
  const folder = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  await writePasswords(folder, users);
  await writeFile(join(folder, 'acl'), await readFile(new URL('acl', DEPLOYED)), { mode: 0o600 });
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
    const ports = { cabinets: await freePort(), backend: await freePort() };
    const config = await configure(folder, ports);
    const child = spawn(programOrThrow('mosquitto'), ['-c', config], { stdio: 'ignore' });
    killWithThisProcess(child);
    if (await isUp(child, ports)) {
      return {
        cabinetUrl: `mqtt://127.0.0.1:${ports.cabinets}`,
        backendUrl: `mqtt://127.0.0.1:${ports.backend}`,
        stop: async () => {
          await stopChild(child);
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
  }
  await rm(folder, { recursive: true, force: true });
  throw new Error(`mosquitto did not start in ${START_ATTEMPTS_MAX} attempts`);
};
