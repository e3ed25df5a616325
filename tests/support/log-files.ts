/** The files of an event store, written past the store: as somebody with access to them can. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { startEventStoreNode } from '../../adapters/embedded/eventstore/index.js';
import { openFolder } from '../../adapters/embedded/eventstore/storage/folder.js';
import type {
  StorageWriter,
  StreamEntry,
} from '../../adapters/embedded/eventstore/storage/storage.js';
import type { LogPlace } from '../../adapters/eventstore/index.js';
import { toMs } from '../../domain/shared/instant.js';
import type { RecordedEvent } from '../../ports/event-store.js';

/** An event as bytes, so that one of them can be flipped. */
export interface StoredEvent extends Omit<RecordedEvent, 'data' | 'metadata' | 'bytes'> {
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export const asStored = ({ data, metadata, ...event }: RecordedEvent): StoredEvent => ({
  ...event,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from(JSON.stringify(metadata)),
});

/** Writes one event with whatever position and revision it says. */
export const putStored = (writer: StorageWriter, event: StoredEvent): void => {
  const { stream: streamName, id, type, data, metadata: customMetadata } = event;
  const position = Number(event.position);
  const revision = Number(event.revision);
  const entry: StreamEntry = writer.stream(streamName) ?? writer.createStream(streamName);
  const createdMs = toMs(event.recordedAt);
  const record = { streamName, id, type, data, customMetadata, position, revision, createdMs };
  writer.append([{ ...record, isJson: true }], {
    ...entry,
    lastRevision: revision,
    lastPosition: position,
  });
};

/** Writes a log with whatever positions and revisions its events say, checksums included. */
export const writeLogFiles = async (
  folder: string,
  events: readonly StoredEvent[],
): Promise<void> => {
  const storage = await openFolder(folder);
  try {
    await storage.write((writer) => {
      for (const event of events) putStored(writer, event);
    });
  } finally {
    await storage.close();
  }
};

/** Serves such files with a node that knows nothing of it, until the test ends. */
export const serveLogFiles = async (
  t: ExecutionContext<unknown>,
  events: readonly StoredEvent[],
): Promise<LogPlace> => {
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-files-'));
  await writeLogFiles(folder, events);
  const node = await startEventStoreNode({ dataDir: folder, port: 0 });
  t.teardown(async () => {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { url: node.connectionString };
};
