/**
 * Events in memory, for tests: gone when the node stops.
 *
 * A write that throws must leave nothing behind, so `write` collects undo steps while the work
 * runs and takes them back, last first, if it fails.
 */
import type { RecordedEvent } from '../log/types.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import type { PageRequest, Storage, StorageWriter, StreamEntry } from './storage.js';

interface MemoryStream {
  entry: StreamEntry;
  /** Events by revision. */
  readonly events: RecordedEvent[];
  tombstone: RecordedEvent | undefined;
  readonly revisionsById: Map<string, number>;
}

/** An empty storage. */
export function memoryStorage(): Storage {
  return new MemoryStorage();
}

class MemoryStorage implements Storage, StorageWriter {
  /** Events by position - 1: the log hands out positions without gaps. */
  private readonly log: RecordedEvent[] = [];
  private readonly numbersByName = new Map<string, number>();
  private readonly streams: MemoryStream[] = [];
  private undo: (() => void)[] = [];

  lastPosition(): number {
    return this.log.at(-1)?.position ?? 0;
  }

  stream(name: string): StreamEntry | undefined {
    const number = this.numbersByName.get(name);
    return number === undefined ? undefined : this.streams[number]?.entry;
  }

  revisionOfId(streamNumber: number, id: string): number | undefined {
    return this.streams[streamNumber]?.revisionsById.get(id);
  }

  eventAt(streamNumber: number, revision: number): RecordedEvent | undefined {
    const stream = this.streams[streamNumber];
    return revision === TOMBSTONE_REVISION ? stream?.tombstone : stream?.events[revision];
  }

  streamPage(streamNumber: number, page: PageRequest): RecordedEvent[] {
    const stream = this.streams[streamNumber];
    if (stream === undefined) return [];
    const events = takePage(stream.events, page);
    const { tombstone } = stream;
    // Only readers that go forwards ever meet a tombstone: subscriptions.
    if (tombstone === undefined || page.backwards || events.length === page.eventsMax)
      return events;
    const atEnd = (events.at(-1)?.revision ?? page.from) >= stream.entry.lastRevision;
    return atEnd ? [...events, tombstone] : events;
  }

  allPage(page: PageRequest): RecordedEvent[] {
    return takePage(this.log, { ...page, from: page.from - 1 });
  }

  createStream(name: string): StreamEntry {
    const entry: StreamEntry = {
      number: this.streams.length,
      lastRevision: -1,
      lastPosition: 0,
      tombstonePosition: 0,
    };
    this.numbersByName.set(name, entry.number);
    this.streams.push({ entry, events: [], tombstone: undefined, revisionsById: new Map() });
    this.undo.push(() => {
      this.streams.pop();
      this.numbersByName.delete(name);
    });
    return entry;
  }

  append(event: RecordedEvent, entry: StreamEntry): void {
    const stream = this.streams[entry.number];
    if (stream === undefined) throw new Error(`no stream has the number ${entry.number}`);
    const before = stream.entry;
    const revisionBefore = stream.revisionsById.get(event.id);
    this.log.push(event);
    if (event.revision === TOMBSTONE_REVISION) stream.tombstone = event;
    else stream.events.push(event);
    stream.revisionsById.set(event.id, event.revision);
    stream.entry = entry;
    this.undo.push(() => {
      this.log.pop();
      if (event.revision === TOMBSTONE_REVISION) stream.tombstone = undefined;
      else stream.events.pop();
      if (revisionBefore === undefined) stream.revisionsById.delete(event.id);
      else stream.revisionsById.set(event.id, revisionBefore);
      stream.entry = before;
    });
  }

  async write(work: (writer: StorageWriter) => void): Promise<void> {
    // Yielding first lets writes that were requested in the same turn join one group.
    await Promise.resolve();
    this.undo = [];
    try {
      work(this);
    } catch (error) {
      for (const step of this.undo.reverse()) step();
      throw error;
    } finally {
      this.undo = [];
    }
  }

  async close(): Promise<void> {
    this.log.length = 0;
    this.streams.length = 0;
    this.numbersByName.clear();
  }
}

function takePage(events: readonly RecordedEvent[], page: PageRequest): RecordedEvent[] {
  const taken: RecordedEvent[] = [];
  const step = page.backwards ? -1 : 1;
  let bytes = 0;
  let index = page.backwards ? Math.min(page.from, events.length - 1) : Math.max(page.from, 0);
  while (taken.length < page.eventsMax && (bytes < page.bytesMax || taken.length === 0)) {
    const event = events[index];
    if (event === undefined) break;
    taken.push(event);
    bytes += event.data.length + event.customMetadata.length;
    index += step;
  }
  return taken;
}
