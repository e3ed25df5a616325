/** The gRPC server: every service on one port, HTTP/2 in clear text. */

import { once, setMaxListeners } from 'node:events';
import { createServer } from 'node:net';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { supportedMethodsHandler } from './features.js';
import { gossipHandler } from './gossip.js';
import { REQUEST_BYTES_MAX, STOP_GRACE_MS } from './limits.js';
import type { EventLog } from './log/event-log.js';
import { EventStoreStartError } from './start-errors.js';
import { appendHandler } from './streams/append.js';
import { batchAppendHandler } from './streams/batch-append.js';
import { deleteHandler, tombstoneHandler } from './streams/delete.js';
import { readHandler } from './streams/read.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 for one of the system's choice. */
  readonly port: number;
  readonly clock: () => number;
  readonly maxAppendSizeBytes: number;
}

export interface RunningServer {
  readonly port: number;
  /** Ends all calls so that clients reconnect, then closes the port. */
  stop(): Promise<void>;
}

/** Binds the port and serves the log. Rejects with a typed error if the port cannot be had. */
export async function startServer(log: EventLog, options: ServerOptions): Promise<RunningServer> {
  const { maxAppendSizeBytes } = options;
  const stopping = new AbortController();
  // Every call that runs listens; their number has no bound that would mean a leak.
  setMaxListeners(0, stopping.signal);
  const server = new Server({
    'grpc.max_receive_message_length': REQUEST_BYTES_MAX,
    'grpc.max_send_message_length': -1,
  });
  server.addService(StreamsService, {
    read: readHandler(log, stopping.signal),
    append: appendHandler(log, maxAppendSizeBytes),
    batchAppend: batchAppendHandler(log, { maxAppendSizeBytes, stopping: stopping.signal }),
    delete: deleteHandler(log),
    tombstone: tombstoneHandler(log),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsHandler() });
  const endPoint = { clock: options.clock, address: options.host, port: options.port };
  server.addService(GossipService, { read: gossipHandler(endPoint) });
  const port = await bind(server, options);
  endPoint.port = port;
  return {
    port,
    stop: async () => {
      stopping.abort();
      await shutDown(server);
    },
  };
}

async function bind(server: Server, { host, port }: ServerOptions): Promise<number> {
  await probe(host, port);
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else reject(addressError(host, port, error));
    });
  });
}

/** Listens for a moment: the gRPC library would print its own lines about a port it cannot have. */
async function probe(host: string, port: number): Promise<void> {
  const socket = createServer();
  try {
    await once(socket.listen(port, host), 'listening');
  } catch (error) {
    throw addressError(host, port, error);
  }
  await once(socket.close(), 'close');
}

function addressError(host: string, port: number, cause: unknown): EventStoreStartError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (reason.includes('EADDRINUSE')) {
    const message = `port ${port} on ${host} is taken by another program`;
    return new EventStoreStartError('address-in-use', message, { cause });
  }
  const message = `cannot listen on port ${port} of ${host}: ${reason}`;
  return new EventStoreStartError('address-unavailable', message, { cause });
}

/** Waits for calls to end, but not for callers that keep theirs open. */
async function shutDown(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), STOP_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
