/** Requests built by hand, for what the public client would never send. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { shortName } from './support.js';

const { Options } = streams.ReadReq;

export function identifier(name: string) {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Buffer.from(name));
  return message;
}

export function uuid(text: string) {
  const message = new shared.UUID();
  message.setString(text);
  return message;
}

/** A read of everything in a stream; `change` makes of it what the test needs. */
export function streamRead(
  name: string,
  change: (options: ReadReq.Options, stream: ReadReq.Options.StreamOptions) => void = () =>
    undefined,
): ReadReq {
  const stream = new Options.StreamOptions();
  stream.setStreamIdentifier(identifier(name));
  stream.setStart(new shared.Empty());
  const options = readOptions();
  options.setStream(stream);
  options.setNoFilter(new shared.Empty());
  change(options, stream);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

/** A read of everything there is; `change` makes of it what the test needs. */
export function allRead(
  change: (options: ReadReq.Options, all: ReadReq.Options.AllOptions) => void = () => undefined,
): ReadReq {
  const all = new Options.AllOptions();
  all.setStart(new shared.Empty());
  const options = readOptions();
  options.setAll(all);
  options.setNoFilter(new shared.Empty());
  change(options, all);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

function readOptions(): ReadReq.Options {
  const options = new Options();
  options.setReadDirection(Options.ReadDirection.FORWARDS);
  options.setCount('1000');
  const form = new Options.UUIDOption();
  form.setString(new shared.Empty());
  options.setUuidOption(form);
  return options;
}

/** A filter with a window of 32. */
export function filter(on: 'stream' | 'type', by: { regex?: string; prefixes?: string[] }) {
  const expression = new Options.FilterOptions.Expression();
  if (by.regex !== undefined) expression.setRegex(by.regex);
  if (by.prefixes !== undefined) expression.setPrefixList(by.prefixes);
  const made = new Options.FilterOptions();
  if (on === 'stream') made.setStreamIdentifier(expression);
  else made.setEventType(expression);
  made.setMax(32);
  made.setCheckpointintervalmultiplier(1);
  return made;
}

export interface ReadAnswer {
  readonly messages: ReadResp[];
  readonly error: ServiceError | undefined;
}

/** Everything a read answers, and how it ends. */
export function read(client: StreamsClient, request: ReadReq): Promise<ReadAnswer> {
  return new Promise((resolve) => {
    const messages: ReadResp[] = [];
    const call = client.read(request);
    call.on('data', (message: ReadResp) => messages.push(message));
    call.on('error', (error: ServiceError) => resolve({ messages, error }));
    call.on('end', () => resolve({ messages, error: undefined }));
  });
}

/** `<revision>@<stream>` of the events in an answer. */
export function eventsOf({ messages }: ReadAnswer): string[] {
  return messages.flatMap((message) => {
    const event = message.getEvent()?.getEvent();
    if (event === undefined) return [];
    const name = Buffer.from(event.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
    return [`${event.getStreamRevision()}@${shortName(name)}`];
  });
}

export interface BatchPart {
  readonly correlationId: string;
  /** Of the first part only. */
  readonly options?: { readonly streamName: string; readonly deadlineMs?: number };
  readonly eventIds?: readonly string[];
  readonly isFinal?: boolean;
  /** Properties to leave out of the events. */
  readonly without?: 'type' | 'content-type';
}

export function batchPart(part: BatchPart): BatchAppendReq {
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuid(part.correlationId));
  if (part.options !== undefined) {
    const options = new streams.BatchAppendReq.Options();
    options.setStreamIdentifier(identifier(part.options.streamName));
    options.setAny(new empty.Empty());
    const { deadlineMs } = part.options;
    if (deadlineMs !== undefined) {
      const at = new timestamp.Timestamp();
      at.fromDate(new Date(deadlineMs));
      options.setDeadline(at);
    }
    request.setOptions(options);
  }
  request.setProposedMessagesList((part.eventIds ?? []).map((id) => proposed(id, part.without)));
  request.setIsFinal(part.isFinal ?? true);
  return request;
}

function proposed(id: string, without: string | undefined) {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(id));
  const properties = message.getMetadataMap();
  if (without !== 'type') properties.set('type', 'raw');
  if (without !== 'content-type') properties.set('content-type', 'application/octet-stream');
  return message;
}

/** A batch append call that remembers its answers and lets a test wait for them. */
export class BatchCall {
  readonly answers: BatchAppendResp[] = [];
  readonly ended: Promise<ServiceError | undefined>;
  private readonly call: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
  private wake: () => void = () => undefined;

  constructor(client: StreamsClient) {
    this.call = client.batchAppend();
    this.call.on('data', (answer: BatchAppendResp) => {
      this.answers.push(answer);
      this.wake();
    });
    this.ended = new Promise((resolve) => {
      this.call.on('error', resolve);
      this.call.on('end', () => resolve(undefined));
    });
  }

  send(...parts: readonly BatchPart[]): void {
    for (const part of parts) this.call.write(batchPart(part));
  }

  end(): void {
    this.call.end();
  }

  async untilAnswers(count: number): Promise<readonly BatchAppendResp[]> {
    while (this.answers.length < count) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.answers;
  }
}
