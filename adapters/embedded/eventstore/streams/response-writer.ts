/**
 * Writes the answers of a streaming call, no faster than the caller takes them, and knows when
 * the call is over: cancelled by the caller, or ended because the node stops.
 */
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { StreamsPb } from '../wire/messages.js';
import { type CallError, unavailable, unknownError } from './errors.js';

/** Given to every `abort`, which makes an error with a stack, at each call, when it gets none. */
const overReason = 'the call is over';

type ReadCall = ServerWritableStream<StreamsPb.ReadReq, Buffer>;

export class ResponseWriter {
  private readonly over = new AbortController();

  /** @param stopping aborts when the node stops. */
  constructor(
    private readonly call: ReadCall,
    private readonly stopping: AbortSignal,
  ) {
    call.once('cancelled', this.stop);
    call.once('close', this.stop);
    if (stopping.aborted) this.stop();
    else stopping.addEventListener('abort', this.stop, { once: true });
  }

  /** Aborts when nothing more may be written. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Whether nothing more may be written. */
  get isOver(): boolean {
    return this.over.signal.aborted;
  }

  /** Writes one message; resolves when there is room for the next one. */
  async write(message: Buffer): Promise<void> {
    if (this.isOver || this.call.write(message)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.call.removeListener('drain', done);
        this.over.signal.removeEventListener('abort', done);
        resolve();
      };
      this.call.once('drain', done);
      this.over.signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Ends the call, with an error if there is one. A call that is over already stays as it is. */
  end(error?: CallError): void {
    this.stopping.removeEventListener('abort', this.stop);
    const status = error ?? (this.stopping.aborted ? unavailable() : undefined);
    if (!this.call.cancelled && !this.call.destroyed) {
      if (status === undefined) this.call.end();
      else this.call.emit('error', status);
    }
    this.stop();
  }

  /** Ends the call after a bug; the caller gets to see its message. */
  fail(error: unknown): void {
    this.end(unknownError(error instanceof Error ? error.message : String(error)));
  }

  private readonly stop = (): void => this.over.abort(overReason);
}
