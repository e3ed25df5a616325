/** Ports that nobody outside of this machine can reach. */

import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';

export const loopback = '127.0.0.1';

/** Why a port cannot be had, in a line for the operator. */
export interface MailboxStartError {
  readonly kind: 'portTaken' | 'cannotListen';
  readonly message: string;
}

/** @returns the port that was given for 0. */
export const listenOnLoopback = (
  server: Server,
  port: number,
): Promise<E.Either<MailboxStartError, number>> =>
  new Promise((resolve) => {
    const failed = (error: Error): void => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      const message = isTaken
        ? `port ${port} on ${loopback} is taken; stop its owner or choose another port`
        : `port ${port} on ${loopback} cannot be opened: ${error.message}`;
      resolve(E.left({ kind: isTaken ? 'portTaken' : 'cannotListen', message }));
    };
    server.once('error', failed);
    server.listen(port, loopback, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(E.right(address !== null && typeof address === 'object' ? address.port : port));
    });
  });

/** Ends all connections, whatever is under way on them. */
export const closeHttp = (server: HttpServer): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
