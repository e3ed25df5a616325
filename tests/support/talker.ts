import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return address.port;
};

/** Opens a loopback port for a server; both end with the test. */
export const listening = async (t: ExecutionContext<unknown>, server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Clients that hang up in the middle are what some tests are about.
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return portOf(server);
};

/** A server that says what a test wants, to whoever connects. */
export const startTalker = (
  t: ExecutionContext<unknown>,
  talk: (socket: Socket) => void,
): Promise<number> => listening(t, createServer(talk));

/**
 * A port on which nobody listens until the test ends: the local one of a connection, so that it
 * cannot be given to anybody else meanwhile. A port that was merely closed can.
 */
export const closedPort = async (t: ExecutionContext<unknown>): Promise<number> => {
  const socket = connect(await listening(t, createServer()), '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  const { localPort } = socket;
  if (localPort === undefined) throw new Error('the connection has no port');
  return localPort;
};
