/**
 * What listens: one port for gRPC and for HTTP/1.1. It opens before the log, so that health
 * checks hear "starting", and closes after it.
 */
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type Metadata, Server, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { Callers } from './access/callers.js';
import { gate } from './access/gate.js';
import { type Login, NO_LOGIN } from './access/login.js';
import type { Principal } from './access/principal.js';
import { supportedMethodsHandler } from './features.js';
import { type ClusterView, clusterFor, gossipHandler, type NodeAddress } from './gossip.js';
import { HttpSide } from './http/http-side.js';
import type { HttpRoute } from './http/routes.js';
import { scavengeRoutes } from './http/scavenge-routes.js';
import { type NodeState, statusRoutes } from './http/status-routes.js';
import { REQUEST_BYTES_MAX, STOP_GRACE_MS } from './limits.js';
import type { EventLog } from './log/event-log.js';
import { type PersistentSubscriptions, persistentSubscriptions } from './persistent/service.js';
import type { Scavenger } from './scavenge/scavenger.js';
import { appendHandler } from './streams/append.js';
import { batchAppendHandler } from './streams/batch-append.js';
import { deleteHandler, tombstoneHandler } from './streams/delete.js';
import { readHandler } from './streams/read.js';
import type { TlsOptions } from './transport/certificate.js';
import { FrontDoor } from './transport/front-door.js';

export interface ServerOptions {
  readonly host: string;
  /** 0 for one of the system's choice. */
  readonly port: number;
  /** Absent: clear text. */
  readonly tls?: TlsOptions | undefined;
  readonly clock: () => number;
  readonly maxAppendSizeBytes: number;
  /** Absent: everybody may do everything. */
  readonly users?: { readonly login: Login; readonly anonymousStreams: boolean } | undefined;
  /** Another node that is said to lead. */
  readonly leader?: NodeAddress | undefined;
  /** Hears of what nobody expected on the HTTP/1.1 side. */
  readonly onFailure: (error: unknown) => void;
}

/** Answers of a read come as bytes, see `wire/read-response.ts`. */
const STREAMS = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: (bytes: Buffer) => bytes },
};

export class NodeServer {
  private state: NodeState = 'starting';
  private readonly stopping = new AbortController();
  private readonly http: HttpSide;
  private readonly statusRoutes: readonly HttpRoute[];
  private readonly cluster: (authority: string) => ClusterView;
  private grpc: Server | undefined;
  private groups: PersistentSubscriptions | undefined;
  private readonly door: FrontDoor;

  private constructor(private readonly options: ServerOptions) {
    // Every call that runs listens; their number has no bound that would mean a leak.
    setMaxListeners(0, this.stopping.signal);
    const { clock, host, port, tls, users, leader, onFailure } = options;
    const onHttp1 = (socket: Socket): void => this.http.take(socket);
    this.door = new FrontDoor({ host, port, tls, onHttp1 });
    this.cluster = clusterFor({ clock, host, port: () => this.port, leader });
    this.statusRoutes = statusRoutes({
      state: () => this.state,
      cluster: this.cluster,
      hasUsers: users !== undefined,
    });
    const login = users?.login ?? NO_LOGIN;
    this.http = new HttpSide({ routes: this.statusRoutes, login, onFailure });
  }

  /** Binds the port and answers health checks. Rejects with a typed error. */
  static async open(options: ServerOptions): Promise<NodeServer> {
    const server = new NodeServer(options);
    await server.door.open();
    return server;
  }

  /** Messages pass a gate one by one, so there is none where there is nothing to guard. */
  private gates(callers: Callers): ServerInterceptor[] {
    const { users, leader, onFailure } = this.options;
    if (users === undefined && leader === undefined) return [];
    const login = users?.login ?? NO_LOGIN;
    const admit = (metadata: Metadata, principal: Principal): void => {
      callers.admit(metadata, principal);
    };
    return [gate({ login, leader, admit, onFailure })];
  }

  get port(): number {
    return this.door.port;
  }

  /** Serves the log from now on. */
  serve(log: EventLog, scavenger: Scavenger): void {
    const grpc = this.grpcServer(log);
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.grpc = grpc;
    this.http.show([...this.statusRoutes, ...scavengeRoutes(scavenger)]);
    this.door.serveHttp2((socket) => injector.injectConnection(socket));
    this.state = 'ready';
  }

  /** Ends all calls so that clients reconnect; health checks hear "stopping". */
  async endCalls(): Promise<void> {
    this.state = 'stopping';
    this.http.show(this.statusRoutes);
    this.door.serveHttp2((socket) => socket.destroy());
    this.stopping.abort();
    if (this.grpc !== undefined) await shutDown(this.grpc);
    await this.groups?.close();
  }

  /** Closes the port. */
  async close(): Promise<void> {
    await this.door.close();
  }

  private grpcServer(log: EventLog): Server {
    const { maxAppendSizeBytes, users } = this.options;
    const { signal: stopping } = this.stopping;
    const callers = new Callers(log.reader, { users });
    const server = new Server({
      interceptors: this.gates(callers),
      'grpc.max_receive_message_length': REQUEST_BYTES_MAX,
      'grpc.max_send_message_length': -1,
    });
    server.addService(STREAMS, {
      read: readHandler(log, { callers, stopping }),
      append: appendHandler(log, { maxAppendSizeBytes, callers }),
      batchAppend: batchAppendHandler(log, { maxAppendSizeBytes, callers, stopping }),
      delete: deleteHandler(log, callers),
      tombstone: tombstoneHandler(log, callers),
    });
    this.groups = persistentSubscriptions(log, { callers, stopping });
    server.addService(this.groups.service, this.groups.handlers);
    server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsHandler() });
    server.addService(GossipService, { read: gossipHandler(this.cluster) });
    return server;
  }
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
