/** Two event stores, a copy from one to the other, and what each of them holds to the byte. */
import { randomUUID } from 'node:crypto';
import type { EventStoreDBClient, ReadStreamOptions } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ExecutionContext } from 'ava';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import {
  type EventStoreNode,
  type EventStoreNodeOptions,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import {
  type CopyProgress,
  type CopyResult,
  copyEventStore,
} from '../../../adapters/eventstore/copy/index.js';
import { clientOf, rawClient } from '../eventstore-node/support.js';
import { allRead, identifier, read, uuid } from '../eventstore-node/wire.js';

export interface Side {
  readonly node: EventStoreNode;
  readonly url: string;
  readonly client: EventStoreDBClient;
}

/** An event store of its own, gone when the test ends. */
export const openSide = async (
  t: ExecutionContext,
  options: Partial<EventStoreNodeOptions> = {},
): Promise<Side> => {
  const node = await startEventStoreNode({ port: 0, ...options });
  t.teardown(() => node.stop());
  return { node, url: node.connectionString, client: clientOf(t, node) };
};

export interface Copying {
  readonly verifyOnly?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

export const copy = (
  { url: from }: Pick<Side, 'url'>,
  { url: to }: Pick<Side, 'url'>,
  { signal = new AbortController().signal, onProgress = () => undefined, ...rest }: Copying = {},
): Promise<CopyResult> => copyEventStore({ from, to, signal, onProgress, ...rest });

/** Copies, and fails the test unless both are the same then. */
export const copied = async (t: ExecutionContext, from: Side, to: Side) => {
  const result = await copy(from, to);
  if (result.kind !== 'same') {
    const shown = (_key: string, value: unknown): unknown =>
      typeof value === 'bigint' ? String(value) : value;
    throw new Error(`the copy came to this: ${JSON.stringify(result, shown)}`);
  }
  const { source, target } = result.verification;
  t.deepEqual(source, target);
  return result;
};

/** An event as text, with all that a copy has to keep. */
interface Kept {
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly id: string;
  readonly contentType: string;
  readonly data: string;
  readonly metadata: string;
}

/** Everything in the log but what is the server's own, in its order. */
export const contents = async (t: ExecutionContext, { node }: Side): Promise<readonly Kept[]> => {
  const request = allRead((options) => options.setCount(String(Number.MAX_SAFE_INTEGER)));
  const { messages } = await read(rawClient(t, node), request);
  return messages.flatMap((message) => {
    const event = message.getEvent()?.getEvent();
    const stream = textOf(event?.getStreamIdentifier()?.getStreamName_asU8());
    if (event === undefined || !/^(\$\$)?[^$]/.test(stream)) return [];
    const properties = event.getMetadataMap();
    return {
      stream,
      revision: event.getStreamRevision(),
      type: properties.get('type') ?? '',
      id: event.getId()?.getString() ?? '',
      contentType: properties.get('content-type') ?? '',
      data: Buffer.from(event.getData_asU8()).toString('base64'),
      metadata: Buffer.from(event.getCustomMetadata_asU8()).toString('base64'),
    };
  });
};

/** Without the ids of events that servers write themselves, each with one of its own. */
export const withoutServersIds = (kept: readonly Kept[]): readonly Partial<Kept>[] =>
  kept.map(({ id, ...rest }) => {
    const isServers = rest.type === '$streamDeleted' || rest.type === '$metadata';
    return isServers ? rest : { id, ...rest };
  });

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** `<revision>` or, for what is no stream any more, why it cannot be read. */
export const readable = async (
  { client }: Side,
  stream: string,
  options: ReadStreamOptions = {},
): Promise<readonly string[]> => {
  const found: string[] = [];
  try {
    for await (const { event } of client.readStream(stream, options)) {
      found.push(`${event?.revision} ${event?.id}`);
    }
  } catch (error) {
    return [error instanceof Error && 'type' in error ? String(error.type) : String(error)];
  }
  return found;
};

export interface RawEvent {
  readonly type?: string;
  readonly contentType?: 'application/json' | 'application/octet-stream';
  readonly data?: string | Uint8Array;
  readonly metadata?: string | Uint8Array;
}

/** Appends bytes as they are, which the public client would write anew. */
export const appendRaw = (
  t: ExecutionContext,
  { node }: Side,
  stream: string,
  events: readonly RawEvent[],
): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = rawClient(t, node).batchAppend();
    call.on('error', reject);
    call.on('data', (response) => {
      if (response.hasError()) reject(new Error(response.getError()?.getMessage()));
    });
    call.on('end', resolve);
    const options = new streams.BatchAppendReq.Options();
    options.setStreamIdentifier(identifier(stream));
    options.setAny(new empty.Empty());
    const request = new streams.BatchAppendReq();
    request.setCorrelationId(uuid(randomUUID()));
    request.setOptions(options);
    request.setIsFinal(true);
    request.setProposedMessagesList(events.map(proposedOf));
    call.write(request);
    call.end();
  });

const proposedOf = ({ type = 'raw', contentType, data = '', metadata = '' }: RawEvent) => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(randomUUID()));
  message.getMetadataMap().set('type', type);
  message.getMetadataMap().set('content-type', contentType ?? 'application/json');
  message.setData(bytesOf(data));
  message.setCustomMetadata(bytesOf(metadata));
  return message;
};

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
