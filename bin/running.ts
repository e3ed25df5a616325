/** How a short command finds the servers of the program that runs on the same data folder. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

const Running = t.strict({
  esdbUrl: t.string,
  esdbNamespace: t.union([t.string, t.null]),
  databaseUrl: t.string,
  httpUrl: t.string,
  /** `null` when the program sends messages by providers alone. */
  mailbox: t.union([t.strict({ smsUrl: t.string, smtpPort: t.number }), t.null]),
});
export type Running = t.TypeOf<typeof Running>;

/** The database's address holds a password. */
const ownerOnly = 0o600;

const pathIn = (dataDir: string): string => join(dataDir, 'running.json');

export const announceRunning = (dataDir: string, running: Running): Promise<void> =>
  writeFile(pathIn(dataDir), JSON.stringify(running), { mode: ownerOnly });

export const withdrawRunning = (dataDir: string): Promise<void> =>
  rm(pathIn(dataDir), { force: true });

const read = async (dataDir: string): Promise<Running | null> => {
  try {
    const decoded = Running.decode(JSON.parse(await readFile(pathIn(dataDir), 'utf8')));
    return E.isRight(decoded) ? decoded.right : null;
  } catch {
    // No note, or none of ours: nothing runs here, or the next step will say what is wrong.
    return null;
  }
};

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
  });

/**
 * The program on this data folder. A killed one leaves its note behind, and its process number may
 * be somebody else's by now, so its HTTP port is what tells whether it lives.
 */
export const findRunning = async (dataDir: string): Promise<Running | null> => {
  const running = await read(dataDir);
  return running !== null && (await answers(running.httpUrl)) ? running : null;
};
