/** Reads a log byte for byte, over the calls that copies are made with. */

import { instantOfMs } from '../../domain/shared/instant.js';
import {
  EventStoreUnavailable,
  type LogFilter,
  type Position,
  type RawLog,
  type RecordedEvent,
} from '../../ports/event-store.js';
import { jsonContentType, type RawEvent, textOf } from './copy/event.js';
import { Server, ServerTrouble } from './copy/server.js';
import { matches } from './filter.js';
import type { LogPlace } from './index.js';
import { type Names, namesIn } from './names.js';

/** As the client parses; `otherwise` is what it hands out for what is no JSON. */
const parsed = (text: string, otherwise: unknown): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
};

/** The event as `toRecorded` hands it out, and its bytes; `null` for what is not ours. */
const toRawRecorded = (raw: RawEvent, names: Names): RecordedEvent | null => {
  const { id, type, revision, position, data, metadata, createdMs } = raw;
  const stream = names.ours(raw.stream);
  if (stream === null || position === null || raw.contentType !== jsonContentType) return null;
  const text = textOf(data);
  return {
    id,
    stream,
    revision,
    position: position.commit,
    type,
    data: parsed(text, text),
    metadata: metadata.length === 0 ? undefined : parsed(textOf(metadata), metadata),
    recordedAt: instantOfMs(createdMs),
    bytes: { data, metadata },
  };
};

async function* readRaw(
  server: Server,
  names: Names,
  after: Position | null,
): AsyncGenerator<RecordedEvent> {
  const from = after === null ? {} : { from: { commit: after, prepare: after } };
  try {
    for await (const raw of server.readAll({ streams: names.storedPattern, ...from })) {
      const event = toRawRecorded(raw, names);
      if (event !== null && event.position !== after) yield event;
    }
  } catch (error) {
    if (!(error instanceof ServerTrouble)) throw error;
    throw new EventStoreUnavailable(error.message, { cause: error });
  }
}

async function* matching(
  events: AsyncIterable<RecordedEvent>,
  filter: LogFilter,
): AsyncGenerator<RecordedEvent> {
  for await (const event of events) if (matches(filter, event.stream)) yield event;
}

/**
 * Connects when it is used.
 *
 * @throws ConnectionStringUnusable
 */
export const openRawLog = ({ url, namespace = null }: LogPlace): RawLog => {
  const server = new Server(url, 'source');
  const names = namesIn(namespace);
  return {
    readLog: (after, filter = {}) => matching(readRaw(server, names, after), filter),
    close: () => server.close(),
  };
};
