/**
 * Appends to the target, many under way at once, in one call of one connection: a server works
 * such a call off in the order in which it was sent, across all streams. What is under way is
 * bounded in number and size.
 */
import { randomUUID } from 'node:crypto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { type ProposedRaw, uuidOf } from './event.js';
import {
  BatchAppendReq,
  GoogleEmpty,
  MaximumAppendSizeExceeded,
  type SharedPb,
  type StatusPb,
  StreamIdentifier,
  type StreamsPb,
  Timestamp,
  UUID,
  WrongExpectedVersion,
} from './messages.js';
import { ServerTrouble } from './server.js';

/** Appends under way; servers collect what waits into one write to the disk. */
const windowAppendsMax = 1_024;
/** Their data. A server that needs longer than two seconds for it would answer with a timeout. */
const windowBytesMax = 8 * 1024 * 1024;
/** A server's own limit is shorter; this one only must not come first. */
const deadlineMs = 10 * 60_000;
const bytesPerLetterOfType = 2;
const errorPackage = 'event_store.client.';

export interface Append {
  readonly stream: string;
  /** The revision that the stream has before; -1 for a stream that does not exist. */
  readonly after: bigint;
  readonly events: readonly ProposedRaw[];
}

/** Why the server did not write: a matter of what it holds, not of trouble. */
export type Refusal =
  | { readonly kind: 'wrong-revision'; readonly stream: string; readonly last: bigint }
  | { readonly kind: 'stream-deleted'; readonly stream: string }
  | { readonly kind: 'too-large'; readonly stream: string; readonly bytesMax: number };

/** The target does not take an append; what was sent after it may or may not be there. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';

  constructor(readonly refusal: Refusal) {
    super(`${refusal.stream}: ${refusal.kind}`);
  }
}

interface Pending {
  readonly append: Append;
  readonly bytes: number;
  readonly answered?: (refusal: Refusal | null) => void;
}

type Call = ClientDuplexStream<StreamsPb.BatchAppendReq, StreamsPb.BatchAppendResp>;

/** What an event counts for against a server's limit for one append. */
export const sizeOf = ({ data, metadata, type }: ProposedRaw): number =>
  data.length + metadata.length + bytesPerLetterOfType * type.length;

/** See the head of this file. For one caller at a time. */
export class Appends {
  readonly #pending = new Map<string, Pending>();
  #bytes = 0;
  #failure: Error | null = null;
  #isWritable = true;
  #wake: () => void = () => undefined;

  constructor(readonly call: Call) {
    call.on('data', (response) => this.#answered(response));
    call.on('drain', () => {
      this.#isWritable = true;
      this.#wake();
    });
    call.on('error', (error) => this.#fail(new ServerTrouble('target', error)));
    call.on('end', () => this.#fail(new ServerTrouble('target', 'it ended the call')));
  }

  /**
   * Sends an append; resolves when there is room for the next one.
   *
   * @throws AppendRefused, ServerTrouble of this append or of one before it.
   */
  async add(append: Append): Promise<void> {
    this.#send(append);
    await this.#until(
      () =>
        this.#isWritable && this.#pending.size < windowAppendsMax && this.#bytes < windowBytesMax,
    );
  }

  /** Resolves when everything was answered. @throws AppendRefused, ServerTrouble */
  async drain(): Promise<void> {
    await this.#until(() => this.#pending.size === 0);
  }

  /** Sends an append that may be refused. @throws ServerTrouble */
  async attempt(append: Append): Promise<Refusal | null> {
    await this.drain();
    let result: Refusal | null | undefined;
    this.#send(append, (refusal) => {
      result = refusal;
    });
    await this.drain();
    return result ?? null;
  }

  /** Ends the call; what is under way is answered before. */
  close(): void {
    this.call.end();
  }

  #send(append: Append, answered?: Pending['answered']): void {
    if (this.#failure !== null) throw this.#failure;
    const id = randomUUID();
    const bytes = append.events.reduce((sum, event) => sum + sizeOf(event), 0);
    this.#pending.set(id, { append, bytes, ...(answered !== undefined && { answered }) });
    this.#bytes += bytes;
    if (!this.call.write(requestOf(id, append))) this.#isWritable = false;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#failure === null && !condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #answered(response: StreamsPb.BatchAppendResp): void {
    const id = uuidOf(response.getCorrelationId());
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#bytes -= pending.bytes;
    const error = response.getError();
    const refusal = error === undefined ? null : refusalOf(error, pending.append);
    if (refusal instanceof Error) this.#fail(refusal);
    else if (pending.answered !== undefined) pending.answered(refusal);
    else if (refusal !== null) this.#fail(new AppendRefused(refusal));
    this.#wake();
  }

  /** The first failure counts; those of later appends follow from it. */
  #fail(failure: Error): void {
    this.#failure ??= failure;
    this.#wake();
  }
}

const refusalOf = (status: StatusPb.Status, { stream }: Append): Refusal | ServerTrouble => {
  const details = status.getDetails();
  const kind = details?.getTypeName().replace(errorPackage, '') ?? '';
  const value = details?.getValue_asU8() ?? new Uint8Array(0);
  switch (kind) {
    case 'WrongExpectedVersion': {
      const wrong = WrongExpectedVersion.deserializeBinary(value);
      const last = wrong.hasCurrentStreamRevision()
        ? BigInt(wrong.getCurrentStreamRevision())
        : -1n;
      return { kind: 'wrong-revision', stream, last };
    }
    case 'StreamDeleted':
      return { kind: 'stream-deleted', stream };
    case 'MaximumAppendSizeExceeded': {
      const bytesMax = MaximumAppendSizeExceeded.deserializeBinary(value).getMaxappendsize();
      return { kind: 'too-large', stream, bytesMax };
    }
    case 'AccessDenied':
      return new ServerTrouble('target', `access to ${stream} is denied`);
    case 'Timeout':
      return new ServerTrouble('target', 'an append took too long');
    default:
      return new ServerTrouble('target', `${stream}: ${status.getMessage() || kind}`);
  }
};

const requestOf = (id: string, append: Append): StreamsPb.BatchAppendReq => {
  const request = new BatchAppendReq();
  request.setCorrelationId(uuidMessage(id));
  request.setOptions(optionsOf(append));
  request.setIsFinal(true);
  request.setProposedMessagesList(append.events.map(proposedOf));
  return request;
};

const optionsOf = ({ stream, after }: Append): StreamsPb.BatchAppendReq.Options => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(identifier);
  options.setDeadline(Timestamp.fromDate(new Date(Date.now() + deadlineMs)));
  if (after < 0n) options.setNoStream(new GoogleEmpty());
  else options.setStreamPosition(String(after));
  return options;
};

const proposedOf = (event: ProposedRaw): StreamsPb.BatchAppendReq.ProposedMessage => {
  const message = new BatchAppendReq.ProposedMessage();
  message.setId(uuidMessage(event.id));
  message.getMetadataMap().set('type', event.type).set('content-type', event.contentType);
  message.setData(event.data);
  message.setCustomMetadata(event.metadata);
  return message;
};

const uuidMessage = (id: string): SharedPb.UUID => {
  const message = new UUID();
  message.setString(id);
  return message;
};
