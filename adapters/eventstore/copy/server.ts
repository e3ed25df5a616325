/**
 * One end of a copy: a server by its connection string.
 *
 * The client reads JSON and writes it anew, which changes spaces, the order of keys and numbers
 * beyond 2^53. So events go through its connection as they are on the wire; finding the node of a
 * cluster, TLS and credentials stay the client's.
 */
import type { Readable } from 'node:stream';
import { type EventStoreDBClient, StreamDeletedError } from '@eventstore/db-client';
import type { CallOptions, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { clientOf } from '../access.js';
import { type LogPosition, type RawEvent, rawEventOf } from './event.js';
import { StreamsClient, type StreamsGrpc, type StreamsPb } from './messages.js';
import { type AllRequest, allRequest, type StreamRequest, streamRequest } from './requests.js';

/** Which of the two servers of a copy. */
export type End = 'source' | 'target';

/** A server does not answer, or does not want to; the same copy may be started again. */
export class ServerTrouble extends Error {
  override readonly name = 'ServerTrouble';

  constructor(
    readonly end: End,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** What a look at a stream finds. `nothing`: it is there, but the wanted events are not seen. */
export type StreamLook =
  | { readonly kind: 'event'; readonly event: RawEvent }
  | { readonly kind: 'nothing' | 'absent' | 'deleted' };

/** What a call is made with. */
type Arguments = [Metadata, CallOptions];

/** See the head of this file. Nothing connects before the first call. */
export class Server {
  readonly #client: EventStoreDBClient;

  /** @throws ConnectionStringUnusable */
  constructor(
    url: string,
    readonly end: End,
  ) {
    this.#client = clientOf(url);
  }

  /** Events of `$all`. @throws ServerTrouble */
  async *readAll(request: AllRequest): AsyncGenerator<RawEvent> {
    for await (const response of this.#read(allRequest(request))) {
      const event = rawEventOf(response);
      if (event !== null) yield event;
    }
  }

  /**
   * A first look, for the last position. The wrong node of a cluster refuses it and names the
   * leader, which the client turns to by itself for what follows. @throws ServerTrouble
   */
  async reach(): Promise<LogPosition> {
    try {
      return await this.lastPosition();
    } catch (error) {
      const isElsewhere = error instanceof ServerTrouble && says(error.cause, 'not-leader');
      if (!isElsewhere) throw error;
      return this.lastPosition();
    }
  }

  /** The last position of `$all`. @throws ServerTrouble */
  async lastPosition(): Promise<LogPosition> {
    let last: LogPosition | null = null;
    for await (const { position } of this.readAll({ backwards: true, count: 1 })) last = position;
    if (last === null) throw new ServerTrouble(this.end, 'its log is empty, or cannot be read');
    return last;
  }

  /** The first event that a read of a stream answers. @throws ServerTrouble */
  async lookAt(request: StreamRequest): Promise<StreamLook> {
    let look: StreamLook = { kind: 'nothing' };
    try {
      for await (const response of this.#read(streamRequest(request))) {
        const event = rawEventOf(response);
        if (event !== null) look = { kind: 'event', event };
        if (response.hasStreamNotFound()) look = { kind: 'absent' };
      }
    } catch (error) {
      if (error instanceof ServerTrouble && says(error.cause, 'stream-deleted'))
        return { kind: 'deleted' };
      throw error;
    }
    return look;
  }

  /** A call for appends of any streams, answered one by one. @throws ServerTrouble */
  openAppends(): Promise<ClientDuplexStream<StreamsPb.BatchAppendReq, StreamsPb.BatchAppendResp>> {
    return this.#open((calls, options) => calls.batchAppend(...options));
  }

  /** @throws ServerTrouble */
  async softDelete(stream: string): Promise<void> {
    await this.#tried(() => this.#client.deleteStream(stream));
  }

  /** False when the stream has ended already. @throws ServerTrouble */
  async tombstone(stream: string): Promise<boolean> {
    return this.#tried(async () => {
      try {
        await this.#client.tombstoneStream(stream);
        return true;
      } catch (error) {
        if (error instanceof StreamDeletedError) return false;
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#client.dispose();
  }

  async *#read(request: StreamsPb.ReadReq): AsyncGenerator<StreamsPb.ReadResp> {
    const call = await this.#open((calls, options) => calls.read(request, ...options));
    let isOver = false;
    // A call that is broken off fails; by then nobody listens any more.
    call.on('error', () => {
      isOver = true;
    });
    try {
      for await (const response of call) yield response;
      isOver = true;
    } catch (error) {
      isOver = true;
      throw new ServerTrouble(this.end, error);
    } finally {
      if (!isOver) call.cancel();
    }
  }

  /** Makes a call on the client's connection, in the way in which it makes its own. */
  #open<Call extends Readable>(
    make: (calls: StreamsGrpc.StreamsClient, options: Arguments) => Call,
  ): Promise<Call> {
    const client = this.#client;
    // What the target holds decides what is written, and followers may be behind.
    const requiresLeader = this.end === 'target';
    // The client offers no raw calls, but all that they need, to those who extend it.
    // biome-ignore lint/complexity/useLiteralKeys: protected members are reached so only
    const options = client['callArguments']({ requiresLeader }, { deadline: Infinity });
    // biome-ignore lint/complexity/useLiteralKeys: as above
    const open = client['GRPCStreamCreator'](StreamsClient, 'copy', (calls) =>
      make(calls, options),
    );
    return this.#tried(open);
  }

  async #tried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new ServerTrouble(this.end, error);
    }
  }
}

/** Whether a server gave this reason. Raw calls have its trailers, not the client's errors. */
const says = (error: unknown, exception: string): boolean =>
  error instanceof Error &&
  'metadata' in error &&
  isTrailers(error.metadata) &&
  error.metadata.get('exception').includes(exception);

const isTrailers = (value: unknown): value is Pick<Metadata, 'get'> =>
  typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function';
