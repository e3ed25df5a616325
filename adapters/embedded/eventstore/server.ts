/** The gRPC server: every service on one port, HTTP/2 in clear text. */

import { setMaxListeners } from 'node:events';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { supportedMethodsHandler } from './features.js';
import { gossipHandler } from './gossip.js';
import { FLOW_CONTROL_WINDOW_BYTES, REQUEST_BYTES_MAX, STOP_GRACE_MS } from './limits.js';
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
    'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
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

function bind(server: Server, { host, port }: ServerOptions): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) {
        resolve(boundPort);
        return;
      }
      const inUse = error.message.includes('EADDRINUSE');
      reject(
        new EventStoreStartError(
          inUse ? 'address-in-use' : 'address-unavailable',
          inUse
            ? `port ${port} on ${host} is taken by another program`
            : `cannot listen on ${address}: ${error.message}`,
          { cause: error },
        ),
      );
    });
  });
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
