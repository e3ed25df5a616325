/** Bytes on a connection, for requests that no client library would send. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

/** Writes bytes, and answers what the server sent until it closed the connection. */
export const sendRaw = (port: number, bytes: string | Buffer): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return readAll(socket);
};

/** A connection of the test's own; whatever happens to it is no error of the test. */
export const openSocket = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

/** The head of a request whose body is still to come. */
export const headOf = (request: string, headers: Readonly<Record<string, string>> = {}): string => {
  const fields = Object.entries({ Host: 'x', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${request} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`;
};
