/**
 * Events in memory, for tests: gone when the node stops.
 *
 * A write that throws must leave nothing behind, so `write` collects undo steps while the work
 * runs and takes them back, last first, if it fails. What it discards is let go only when nothing
 * can fail any more.
 */
import type { RecordedEvent } from '../log/types.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import { MemoryLog } from './memory-log.js';
import type { FirstEvent, PageRequest, Storage, StorageWriter, StreamEntry } from './storage.js';

interface MemoryStream {
  entry: StreamEntry;
  /** Events by revision, from the first one that is kept. */
  readonly events: RecordedEvent[];
  tombstone: RecordedEvent | undefined;
  readonly revisionsById: Map<string, number>;
}

/** An empty storage. */
export function memoryStorage(): Storage {
  return new MemoryStorage();
}

class MemoryStorage implements Storage, StorageWriter {
  private readonly log = new MemoryLog();
  private readonly numbersByName = new Map<string, number>();
  private readonly streams: MemoryStream[] = [];
  private undo: (() => void)[] = [];
  private afterwards: (() => void)[] = [];

  lastPosition(): number {
    return this.log.lastPosition();
  }

  streamCount(): number {
    return this.streams.length;
  }

  stream(name: string): StreamEntry | undefined {
    const number = this.numbersByName.get(name);
    return number === undefined ? undefined : this.streams[number]?.entry;
  }

  firstEventFrom(streamNumber: number): FirstEvent | undefined {
    for (let number = streamNumber; number < this.streams.length; number += 1) {
      const stream = this.streams[number];
      const event = stream?.events[0] ?? stream?.tombstone;
      if (event !== undefined) return { streamNumber: number, event };
    }
    return undefined;
  }

  revisionOfId(streamNumber: number, id: string): number | undefined {
    return this.streams[streamNumber]?.revisionsById.get(id);
  }

  eventAt(streamNumber: number, revision: number): RecordedEvent | undefined {
    const stream = this.streams[streamNumber];
    if (revision === TOMBSTONE_REVISION) return stream?.tombstone;
    return stream?.events[revision - stream.entry.firstRevision];
  }

  streamPage(streamNumber: number, page: PageRequest): RecordedEvent[] {
    const stream = this.streams[streamNumber];
    if (stream === undefined) return [];
    const from = page.from - stream.entry.firstRevision;
    const events = takePage(stream.events, { ...page, from });
    const { tombstone } = stream;
    // Only readers that go forwards ever meet a tombstone: subscriptions.
    if (tombstone === undefined || page.backwards || events.length === page.eventsMax)
      return events;
    const last = stream.events.at(-1)?.revision ?? -1;
    const atEnd = (events.at(-1)?.revision ?? page.from) >= last;
    return atEnd ? [...events, tombstone] : events;
  }

  allPage(page: PageRequest): RecordedEvent[] {
    return this.log.page(page);
  }

  createStream(name: string): StreamEntry {
    const entry: StreamEntry = {
      number: this.streams.length,
      firstRevision: 0,
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

  append(events: readonly RecordedEvent[], entry: StreamEntry): void {
    const stream = this.streamOf(entry);
    const before = stream.entry;
    for (const event of events) this.appendOne(stream, event);
    stream.entry = entry;
    this.undo.push(() => {
      stream.entry = before;
    });
  }

  discard(events: readonly RecordedEvent[], entry: StreamEntry): void {
    const stream = this.streamOf(entry);
    this.afterwards.push(() => {
      stream.events.splice(0, events.length);
      for (const { id, revision } of events) {
        if (stream.revisionsById.get(id) === revision) stream.revisionsById.delete(id);
      }
      stream.entry = entry;
      this.log.remove(events);
    });
  }

  async write(work: (writer: StorageWriter) => void): Promise<void> {
    // Yielding first lets writes that were requested in the same turn join one group.
    await Promise.resolve();
    this.undo = [];
    this.afterwards = [];
    try {
      work(this);
    } catch (error) {
      for (const step of this.undo.reverse()) step();
      throw error;
    } finally {
      this.undo = [];
    }
    for (const step of this.afterwards) step();
  }

  async close(): Promise<void> {
    this.log.clear();
    this.streams.length = 0;
    this.numbersByName.clear();
  }

  private streamOf(entry: StreamEntry): MemoryStream {
    const stream = this.streams[entry.number];
    if (stream === undefined) throw new Error(`no stream has the number ${entry.number}`);
    return stream;
  }

  private appendOne(stream: MemoryStream, event: RecordedEvent): void {
    const revisionBefore = stream.revisionsById.get(event.id);
    this.log.push(event);
    if (event.revision === TOMBSTONE_REVISION) stream.tombstone = event;
    else stream.events.push(event);
    stream.revisionsById.set(event.id, event.revision);
    this.undo.push(() => {
      this.log.pop();
      if (event.revision === TOMBSTONE_REVISION) stream.tombstone = undefined;
      else stream.events.pop();
      if (revisionBefore === undefined) stream.revisionsById.delete(event.id);
      else stream.revisionsById.set(event.id, revisionBefore);
    });
  }
}

/** A page of a list without gaps; `from` is an index and may lie outside. */
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
