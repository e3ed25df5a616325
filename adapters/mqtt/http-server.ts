/** A port of its own for the cabinets' HTTP calls. */

import { createServer, type Server } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import Koa from 'koa';
import {
  type CabinetHttpOptions,
  cabinetHttpCalls,
  unknownCabinetPath,
} from './http-middleware.js';

export interface CabinetHttpServer {
  readonly port: number;
  /** Takes no more calls and ends those under way. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** Proxies of ours in front, whose word on the caller's address counts. */
  readonly trustedProxies: number;
}

/** The port cannot be had, with one line for the operator. */
export interface CabinetListenFailure {
  readonly kind: 'portTaken' | 'cannotListen';
  readonly message: string;
}

/** Cabinets are slow, scanners are slower. */
const headersSeconds = 10;
const requestSeconds = 30;
/** Sockets open at once; scanners must not use up the process's file handles. */
const connectionsMax = 5_000;

const listen = (
  server: Server,
  { host, port }: ListenOptions,
): Promise<E.Either<CabinetListenFailure, number>> =>
  new Promise((resolve) => {
    const failed = (error: Error): void => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      const kind = isTaken ? 'portTaken' : 'cannotListen';
      const message = `port ${port} on ${host} for cabinets' HTTP calls: ${error.message}`;
      resolve(E.left({ kind, message }));
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(E.right(address !== null && typeof address === 'object' ? address.port : port));
    });
  });

/** Serves cabinets on a port of its own; left when it cannot be had. */
export const startCabinetHttpServer = async (
  tools: CabinetHttpOptions,
  options: ListenOptions,
): Promise<E.Either<CabinetListenFailure, CabinetHttpServer>> => {
  const { log } = tools;
  const app = new Koa({
    proxy: options.trustedProxies > 0,
    maxIpsCount: options.trustedProxies,
  });
  app.on('error', (error: unknown) => log.warn('an answer to a cabinet was not sent', { error }));
  app.use(cabinetHttpCalls(tools)).use(unknownCabinetPath(tools));
  const handle = app.callback();
  const server = createServer(
    { headersTimeout: headersSeconds * 1_000, requestTimeout: requestSeconds * 1_000 },
    // Koa answers all errors itself; its promise never rejects.
    (request, response) => void handle(request, response),
  );
  server.maxConnections = connectionsMax;
  const listening = await listen(server, options);
  if (E.isLeft(listening)) return listening;
  server.on('error', (error) => log.error('the port of cabinets has trouble', { error }));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return E.right({ port: listening.right, close });
};
