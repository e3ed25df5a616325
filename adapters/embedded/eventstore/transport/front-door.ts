/**
 * The one port of the node. Every connection comes in here, is told apart by what it speaks, and
 * is handed to the gRPC server or to the HTTP/1.1 side:
 *
 *     clear text:  first bytes ----+--> h2 --------> gRPC
 *     TLS:         ALPN -----------+--> http/1.1 --> HTTP side
 *
 * After that the connection belongs to its side; nothing of it passes through here any more.
 * gRPC connections that come while the node still opens its log wait until it is there.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { CONNECTIONS_MAX, FIRST_BYTES_MS_MAX } from '../limits.js';
import { EventStoreStartError } from '../start-errors.js';
import type { TlsOptions } from './certificate.js';
import { type HttpVersion, tellVersion } from './first-bytes.js';

export interface FrontDoorOptions {
  readonly host: string;
  /** 0 for one of the system's choice. */
  readonly port: number;
  /** Absent: clear text. */
  readonly tls?: TlsOptions | undefined;
  /** Takes over a connection that speaks HTTP/1.1. */
  readonly onHttp1: (socket: Socket) => void;
}

export class FrontDoor {
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<Socket>();
  private readonly server: Server;
  private onHttp2: ((socket: Socket) => void) | undefined;
  private boundPort: number;

  constructor(private readonly options: FrontDoorOptions) {
    this.boundPort = options.port;
    this.server = options.tls === undefined ? this.clearServer() : this.tlsServer(options.tls);
    this.server.maxConnections = CONNECTIONS_MAX;
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Binds the port. Rejects with a typed error if it cannot be had. */
  async open(): Promise<void> {
    const { host, port } = this.options;
    try {
      await once(this.server.listen(port, host), 'listening');
    } catch (error) {
      throw addressError(host, port, error);
    }
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) this.boundPort = address.port;
  }

  /** The port, once it is bound. */
  get port(): number {
    return this.boundPort;
  }

  /** From now on gRPC connections are handed over, those that wait already at once. */
  serveHttp2(onHttp2: (socket: Socket) => void): void {
    this.onHttp2 = onHttp2;
    for (const socket of this.waiting) onHttp2(socket);
    this.waiting.clear();
  }

  /** Closes the port and cuts the connections that are left. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private clearServer(): Server {
    return createServer((socket) => {
      socket.on('error', () => leave(socket));
      tellVersion(socket, (version) => this.handOver(socket, version));
    });
  }

  private tlsServer({ certificatePem, privateKeyPem }: TlsOptions): Server {
    const options = {
      cert: certificatePem,
      key: privateKeyPem,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: FIRST_BYTES_MS_MAX,
    };
    return createTlsServer(options, (socket: TLSSocket) => {
      socket.on('error', () => leave(socket));
      this.handOver(socket, socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1');
    });
  }

  private handOver(socket: Socket, version: HttpVersion): void {
    if (version === 'http/1.1') {
      this.options.onHttp1(socket);
    } else if (this.onHttp2 !== undefined) {
      this.onHttp2(socket);
    } else {
      this.waiting.add(socket);
      socket.once('close', () => this.waiting.delete(socket));
    }
  }
}

/** That a connection broke concerns its calls only, and they hear of it by themselves. */
function leave(socket: Socket): void {
  socket.destroy();
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
