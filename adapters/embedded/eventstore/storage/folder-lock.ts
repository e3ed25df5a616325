/**
 * Keeps two nodes from writing to one folder.
 *
 * Each node listens on a socket of its own in the folder and enters the socket's name in the
 * database as its owner. The name is replaced in a transaction and only if it is still the one
 * that was looked at, so of two nodes that start together one wins. Whether an owner lives is
 * asked of its socket: the kernel closes it with the process, however that ended, so a killed
 * node needs no cleaning up after it, and process numbers, which repeat, play no part.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the owner's name is kept. */
export interface OwnerRegister {
  owner(): string | undefined;
  /** Replaces the owner if it is the expected one; answers whether it was. */
  replaceOwner(expected: string | undefined, next: string | undefined): boolean;
}

/** A folder that is ours until released. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Systems cut longer socket paths off, some of them without saying so. */
const SOCKET_PATH_BYTES_MAX = 100;
const SOCKET_NAME = /^node-[0-9a-f-]{36}\.sock$/;

/**
 * Whether some node is at work in the folder. Only a first look, for what must not be done to the
 * files of a running node; `lockFolder` decides.
 */
export async function isInUse(folder: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (SOCKET_NAME.test(name) && (await isAlive(folder, name))) return true;
  }
  return false;
}

/** Makes this process the owner of the folder; nothing if another living node owns it. */
export async function lockFolder(
  folder: string,
  register: OwnerRegister,
): Promise<FolderLock | undefined> {
  const name = `node-${randomUUID()}.sock`;
  const server = await viaShortPath(folder, (short) => listen(join(short, name)));
  for (;;) {
    const owner = register.owner();
    if (owner !== undefined && (await isAlive(folder, owner))) {
      await close(server);
      await rm(join(folder, name), { force: true });
      return undefined;
    }
    if (!register.replaceOwner(owner, name)) continue;
    if (owner !== undefined) await rm(join(folder, owner), { force: true });
    return {
      release: async () => {
        register.replaceOwner(name, undefined);
        await close(server);
        await rm(join(folder, name), { force: true });
      },
    };
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((done, failed) => {
    // A connection is the whole answer; nobody says anything.
    const server = createServer((socket) => socket.destroy());
    server.once('error', failed);
    server.listen(path, () => done(server));
    // The lock alone keeps no process alive.
    server.unref();
  });
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
  });
}

function isAlive(folder: string, owner: string): Promise<boolean> {
  return viaShortPath(
    folder,
    (short) =>
      new Promise((done) => {
        const socket = connect(join(short, owner));
        socket.once('connect', () => {
          socket.destroy();
          done(true);
        });
        // Refused or gone: nobody listens, so the owner is dead.
        socket.once('error', () => done(false));
      }),
  );
}

/** Reaches deep folders through a symbolic link that lives as long as the work. */
async function viaShortPath<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  const longest = join(folder, `node-${randomUUID()}.sock`);
  if (Buffer.byteLength(longest) <= SOCKET_PATH_BYTES_MAX) return work(folder);
  const base = await mkdtemp(join(tmpdir(), 'es-'));
  try {
    const link = join(base, 'l');
    await symlink(resolve(folder), link);
    return await work(link);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
