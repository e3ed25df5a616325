/**
 * An MQTT 3.1.1 broker inside this process, for one machine without servers and for tests. The
 * rest of the system reaches it by MQTT only, like any other broker.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import * as E from 'fp-ts/lib/Either.js';
import type { FindBrokerAccount } from '../../../ports/cabinet-credentials.js';
import type { Log } from '../../../ports/log.js';
import { uplinkFilters } from '../../mqtt/family-a/topics.js';
import { accessRules } from './access.js';
import { Audience } from './audience.js';
import {
  authenticate,
  authorizeForward,
  authorizePublish,
  authorizeSubscribe,
  type Guard,
} from './hooks.js';

export interface EmbeddedBrokerOptions {
  /** Loopback unless said otherwise: cabinets on a network need it opened on purpose. */
  readonly host?: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly productKey: string;
  readonly findAccount: FindBrokerAccount;
  readonly log: Log;
  /** How long messages of cabinets wait for the back end; then they are refused. */
  readonly audienceWaitMsMax?: number;
}

export interface EmbeddedBroker {
  readonly port: number;
  readonly url: string;
  /** Ends all sessions and frees the port. */
  readonly stop: () => Promise<void>;
}

/** Why the broker did not start, with one line for the operator. */
export interface BrokerStartError {
  readonly kind: 'portTaken' | 'cannotListen';
  readonly message: string;
}

const LOOPBACK = '127.0.0.1';

/** Open sockets, logged in or not; scanners must not use up the process's file handles. */
const CONNECTIONS_MAX = 10_000;

/** Time for the first packet after the socket is open. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The back end tries every two seconds, and may be one of thousands who connect. */
const AUDIENCE_WAIT_MS_MAX = 20_000;

const createBroker = async (guard: Guard, productKey: string): Promise<Aedes> => {
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    // No queue between publishers and subscribers: every connection waits until its own message is
    // passed on, which is bound enough. The library empties its queue by calling itself for each
    // message, and thousands of cabinets that speak at once would end the process.
    concurrency: 0,
    // No session outlives its connection: an eject that waited in one could be carried out in
    // front of nobody, hours later (protocol §9).
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    authenticate: authenticate(guard),
    authorizePublish: authorizePublish(guard),
    authorizeSubscribe: authorizeSubscribe(guard),
    authorizeForward: authorizeForward(guard),
  });
  const uplinks = new Set(uplinkFilters(productKey));
  broker.on('subscribe', (subscriptions, client) => {
    const hears = subscriptions.some(({ topic }) => uplinks.has(topic));
    if (hears && guard.identities.get(client)?.kind === 'backend') guard.audience.joined(client);
  });
  broker.on('clientDisconnect', (client) => guard.audience.left(client));
  broker.on('clientError', (client, error) => {
    guard.log.debug('broker client error', { clientId: client.id, error: error.message });
  });
  broker.on('connectionError', (_client, error) => {
    guard.log.debug('broker connection error', { error: error.message });
  });
  return broker;
};

const startError = (host: string, port: number, error: Error): BrokerStartError => {
  const where = `MQTT port ${port} on ${host}`;
  return 'code' in error && error.code === 'EADDRINUSE'
    ? { kind: 'portTaken', message: `${where} is taken; stop its owner or choose another port` }
    : { kind: 'cannotListen', message: `${where} cannot be opened: ${error.message}` };
};

const listen = (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<E.Either<BrokerStartError, number>> =>
  new Promise((resolve) => {
    const failed = (error: Error): void => resolve(E.left(startError(host, port, error)));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(E.right(address !== null && typeof address === 'object' ? address.port : port));
    });
  });

const closeAll = async (
  server: Server,
  broker: Aedes,
  sockets: ReadonlySet<Socket>,
): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  // Sockets that have not logged in are unknown to the broker and would hold the server open.
  for (const socket of sockets) socket.destroy();
  await closed;
};

/** Starts the broker; left when it cannot listen, with a message fit for the console. */
export const startEmbeddedBroker = async ({
  host = LOOPBACK,
  port,
  productKey,
  findAccount,
  log,
  audienceWaitMsMax = AUDIENCE_WAIT_MS_MAX,
}: EmbeddedBrokerOptions): Promise<E.Either<BrokerStartError, EmbeddedBroker>> => {
  const guard: Guard = {
    rules: accessRules(productKey),
    identities: new WeakMap(),
    audience: new Audience(audienceWaitMsMax),
    findAccount,
    log,
  };
  const broker = await createBroker(guard, productKey);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  const listening = await listen(server, { host, port });
  if (E.isLeft(listening)) {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    return listening;
  }
  server.on('error', (error) => log.error('broker server error', { error: error.message }));
  return E.right({
    port: listening.right,
    url: `mqtt://${host}:${listening.right}`,
    stop: () => closeAll(server, broker, sockets),
  });
};
