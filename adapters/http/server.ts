/** The HTTP server: middlewares from the outside in, and an orderly start and end. */

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import Koa from 'koa';
import { Bug } from '../../domain/shared/assert.js';
import type { SessionGate } from '../../ports/accounts/session-gate.js';
import type { StaffRequests } from '../../ports/audit-log.js';
import type { Clock } from '../../ports/clock.js';
import type { RateLimiter } from '../../ports/http/rate-limit.js';
import type { Route } from '../../ports/http/route.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import { addressLimit } from './address-limit.js';
import { answerBrokenRequests } from './broken-requests.js';
import { cors } from './cors.js';
import { type DispatchDependencies, dispatcherOf, type UnfitAnswers } from './dispatch.js';
import type { HttpState } from './http-state.js';
import type { IdempotencyStore } from './idempotency-store.js';
import { type ListenFailure, listenFailureOf } from './listen-failure.js';
import { accessLog, answerErrors, correlate } from './observe.js';
import { type RawRoute, serveRaw } from './raw-route.js';
import { type Endpoint, serveEndpoints } from './router.js';
import { securityHeaders } from './security-headers.js';
import type { HttpSettings } from './settings.js';
import type { Tokens } from './tokens.js';

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly rawRoutes?: readonly RawRoute[];
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tokens: Tokens;
  /** Stops tokens that were revoked. */
  readonly gate: Pick<SessionGate, 'judge'>;
  /** Is told from where staff ask for what may change something. */
  readonly staffRequests: Pick<StaffRequests, 'record'>;
  readonly idempotencyStore: IdempotencyStore;
  readonly rateLimiter: RateLimiter;
  /** Keys the hashes by which repeated requests are recognised; the same on all instances. */
  readonly fingerprintSecret: string;
  readonly settings: HttpSettings;
  /** `report` when absent. */
  readonly unfitAnswers?: UnfitAnswers;
}

export interface HttpServer {
  /** Port 0 takes any free one. Left when the address cannot be had. */
  listen(address: {
    readonly host: string;
    readonly port: number;
  }): Promise<E.Either<ListenFailure, { readonly host: string; readonly port: number }>>;
  /** Takes no more requests, lets those under way end (bounded), then closes. */
  close(): Promise<void>;
}

/** Idle connections are kept longer than the 60 s after which load balancers drop them. */
const keepAliveMs = 65_000;
/** Headers are short; who needs longer is slow on purpose. */
const headersSeconds = 10;
/** Open sockets; beyond that the process would run out of file handles for its stores. */
const connectionsMax = 10_000;
/** How often the server looks for connections that are past these limits. */
const connectionsCheckMs = 1_000;

/** @throws Bug when routes clash, or a route contradicts itself. */
export const createHttpServer = (options: HttpServerOptions): HttpServer => {
  const { settings, log } = options;
  const app = createApp(options);
  const handle = app.callback();
  const underWay = new Set<ServerResponse>();
  const server = createServer(
    {
      headersTimeout: Math.min(headersSeconds, settings.receiveSeconds) * 1_000,
      requestTimeout: settings.receiveSeconds * 1_000,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: connectionsCheckMs,
    },
    (request, response) => {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      // Koa answers all errors itself; its promise never rejects.
      void handle(request, response);
    },
  );
  server.maxConnections = connectionsMax;
  // Nothing moved in either direction for longer than any request takes: the client has stopped
  // reading its answer, which would otherwise keep the connection for ever.
  server.timeout = (settings.receiveSeconds + settings.requestSeconds) * 1_000;
  answerBrokenRequests(server, options.newId);
  return {
    listen: (address) => listen(server, address),
    close: async () => {
      // A client that keeps its connection after the answer would hold up the closing.
      for (const response of underWay) {
        if (!response.headersSent) response.setHeader('connection', 'close');
      }
      log.info('http server is closing', { drainSeconds: settings.drainSeconds });
      await drain(server, settings.drainSeconds);
    },
  };
};

const createApp = (options: HttpServerOptions): Koa<HttpState> => {
  const { settings, log, metrics, newId } = options;
  const app = new Koa<HttpState>({
    proxy: settings.trustedProxies > 0,
    maxIpsCount: settings.trustedProxies,
  });
  app.on('error', (error: unknown) => log.warn('an answer could not be sent', { error }));
  app
    .use(correlate(newId))
    .use(accessLog(log, metrics))
    .use(securityHeaders)
    .use(cors(settings.corsOrigins))
    .use(answerErrors(log))
    .use(addressLimit(settings.requestsPerMinuteMax))
    .use(serveEndpoints(endpointsOf(options)));
  return app;
};

const endpointsOf = (options: HttpServerOptions): readonly Endpoint[] => {
  const dependencies = dispatchDependenciesOf(options);
  const { clock, log, routes, rawRoutes = [] } = options;
  return [
    ...routes.map((route): Endpoint => {
      refuseContradictions(route);
      const { operation, method, path } = route;
      return { operation, method, path, serve: dispatcherOf(route, dependencies) };
    }),
    ...rawRoutes.map((route): Endpoint => {
      const { operation, method, path } = route;
      const { limits } = dependencies;
      const serve: Endpoint['serve'] = (request) =>
        serveRaw(route, request, { clock, limits, log });
      return { operation, method, path, serve };
    }),
  ];
};

/** What the types of a route cannot say. */
const refuseContradictions = ({ operation, who, idempotency, method }: Route): void => {
  if (idempotency !== 'required') return;
  // The keys of all anonymous callers would share one scope, and so their answers.
  if (who.kind === 'public') throw new Bug(`${operation} is public and wants an Idempotency-Key`);
  if (method === 'GET') throw new Bug(`${operation} only reads and wants an Idempotency-Key`);
};

const dispatchDependenciesOf = (options: HttpServerOptions): DispatchDependencies => {
  const { settings, clock, log } = options;
  return {
    clock,
    log,
    newId: options.newId,
    tokens: options.tokens,
    gate: options.gate,
    staffRequests: options.staffRequests,
    rateLimiter: options.rateLimiter,
    fingerprintSecret: options.fingerprintSecret,
    unfitAnswers: options.unfitAnswers ?? 'report',
    idempotency: {
      store: options.idempotencyStore,
      clock,
      log,
      settings: {
        waitSeconds: Math.floor(settings.requestSeconds / 2),
        claimSeconds: settings.requestSeconds * 2,
        retentionSeconds: settings.idempotencyRetentionSeconds,
      },
    },
    limits: {
      bodyBytesMax: settings.bodyBytesMax,
      bodySeconds: settings.receiveSeconds,
      waitSecondsMax: settings.waitSecondsMax,
      requestSeconds: settings.requestSeconds,
    },
  };
};

const listen: (
  server: Server,
  address: { readonly host: string; readonly port: number },
) => ReturnType<HttpServer['listen']> = (server, { host, port }) =>
  new Promise((resolve, reject) => {
    const failed = (error: unknown): void => {
      const failure = listenFailureOf(error, { host, port });
      if (failure === null) reject(error);
      else resolve(E.left(failure));
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      resolve(E.right({ host, port: boundPort(server.address()) }));
    });
  });

const boundPort = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Bug('listening without a port');
  return address.port;
};

const drain = (server: Server, seconds: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), seconds * 1_000);
    server.close((error) => {
      clearTimeout(cutOff);
      const wasNeverOpen = error !== undefined && 'code' in error;
      if (error === undefined || wasNeverOpen) resolve();
      else reject(error);
    });
  });
