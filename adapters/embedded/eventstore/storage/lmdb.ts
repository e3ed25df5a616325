/**
 * Events in an LMDB environment: one file, crash safe without recovery. `tables.ts` says what is
 * in it.
 *
 * Durability: with `overlappingSync: false` LMDB commits in the classic way, off the main thread:
 * data pages, fdatasync, then the meta page through a synchronous descriptor. A write resolves,
 * and can be read, after both: it survives the process being killed and the power failing.
 */
import { open } from 'lmdb';
import type { RecordedEvent } from '../log/types.js';
import type { OwnerRegister } from './folder-lock.js';
import {
  decodeRecord,
  decodeStreamEntry,
  encodeRecord,
  encodeStreamEntry,
} from './record-codec.js';
import type { FirstEvent, PageRequest, Storage, StorageWriter, StreamEntry } from './storage.js';
import {
  BYTES,
  FORMAT,
  FORMAT_KEY,
  idKey,
  indexKey,
  nameKey,
  OWNER_KEY,
  openTables,
  READABLE_FORMATS,
  type Root,
  readIndexKey,
  readU64,
  STREAM_COUNT_KEY,
  TABLES_MAX,
  type Tables,
  u64,
} from './tables.js';

/** Events at the end of the log that are looked at when it is opened. */
const TAIL_EVENTS_MAX = 64;

/** Opens or creates the storage in a folder. Throws what LMDB throws. */
export async function openLmdb(folder: string): Promise<LmdbStorage> {
  const root = open<Buffer, Buffer>({
    path: folder,
    ...BYTES,
    maxDbs: TABLES_MAX,
    overlappingSync: false,
    noSubdir: false,
  });
  const storage = new LmdbStorage(root);
  try {
    await storage.checkFormat();
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** See the head of this file. */
export class LmdbStorage implements Storage, StorageWriter, OwnerRegister {
  /** Called when the storage closes, while it can still be used. */
  beforeClose: () => Promise<void> = async () => undefined;
  private readonly tables: Tables;

  constructor(private readonly root: Root) {
    this.tables = openTables(root);
  }

  async checkFormat(): Promise<void> {
    const found = this.tables.meta.get(FORMAT_KEY)?.toString('utf8');
    if (found === FORMAT) return;
    const isNew = found === undefined && this.lastPosition() === 0;
    if (!isNew && !READABLE_FORMATS.includes(found ?? '')) {
      throw new Error(`the log has format ${found ?? 'unknown'}, this node reads ${FORMAT}`);
    }
    await this.tables.meta.put(FORMAT_KEY, Buffer.from(FORMAT));
  }

  owner(): string | undefined {
    return this.tables.meta.get(OWNER_KEY)?.toString('utf8');
  }

  replaceOwner(expected: string | undefined, next: string | undefined): boolean {
    return this.root.transactionSync(() => {
      if (this.owner() !== expected) return false;
      if (next === undefined) this.tables.meta.removeSync(OWNER_KEY);
      else this.tables.meta.putSync(OWNER_KEY, Buffer.from(next));
      return true;
    });
  }

  /** What is wrong at the end of the log, where damage is most likely; nothing if all is well. */
  findDamage(): string | undefined {
    try {
      const last = this.lastPosition();
      const tail = { from: last, backwards: true, eventsMax: TAIL_EVENTS_MAX, bytesMax: Infinity };
      for (const event of this.allPage(tail)) {
        const entry = this.stream(event.streamName);
        const known = entry && this.tables.index.get(indexKey(entry.number, event.revision));
        if (known === undefined || readU64(known) !== event.position) {
          return `the indexes do not know the event at position ${event.position}`;
        }
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  lastPosition(): number {
    for (const key of this.tables.records.getKeys({ reverse: true, limit: 1 })) return readU64(key);
    return 0;
  }

  streamCount(): number {
    return Number(this.tables.meta.get(STREAM_COUNT_KEY)?.toString('utf8') ?? '0');
  }

  stream(name: string): StreamEntry | undefined {
    const bytes = this.tables.streams.get(nameKey(name));
    return bytes === undefined ? undefined : decodeStreamEntry(bytes);
  }

  firstEventFrom(streamNumber: number): FirstEvent | undefined {
    const rows = this.tables.index.getRange({ start: indexKey(streamNumber, 0), limit: 1 });
    for (const { key, value } of rows) {
      const event = this.eventAtPosition(value);
      if (event === undefined) throw new Error(`there is no event at ${readU64(value)}`);
      return { streamNumber: readIndexKey(key).streamNumber, event };
    }
    return undefined;
  }

  revisionOfId(streamNumber: number, id: string): number | undefined {
    const bytes = this.tables.ids.get(idKey(streamNumber, id));
    return bytes === undefined ? undefined : readU64(bytes);
  }

  eventAt(streamNumber: number, revision: number): RecordedEvent | undefined {
    const position = this.tables.index.get(indexKey(streamNumber, revision));
    return position === undefined ? undefined : this.eventAtPosition(position);
  }

  streamPage(streamNumber: number, page: PageRequest): RecordedEvent[] {
    const edge = page.backwards ? 0 : Number.MAX_SAFE_INTEGER;
    const rows = this.tables.index.getRange({
      start: indexKey(streamNumber, page.from),
      end: indexKey(streamNumber, edge),
      inclusiveEnd: true,
      reverse: page.backwards,
      limit: page.eventsMax,
    });
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const { value } of rows) {
      const event = this.eventAtPosition(value);
      if (event === undefined) continue;
      events.push(event);
      bytes += event.data.length + event.customMetadata.length;
      if (bytes >= page.bytesMax) break;
    }
    return events;
  }

  allPage(page: PageRequest): RecordedEvent[] {
    const rows = this.tables.records.getRange({
      start: u64(page.from),
      reverse: page.backwards,
      limit: page.eventsMax,
    });
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const { key, value } of rows) {
      events.push(decodeRecord(readU64(key), value));
      bytes += value.length;
      if (bytes >= page.bytesMax) break;
    }
    return events;
  }

  createStream(name: string): StreamEntry {
    const number = this.streamCount();
    this.tables.meta.putSync(STREAM_COUNT_KEY, Buffer.from(String(number + 1)));
    const entry = {
      number,
      firstRevision: 0,
      lastRevision: -1,
      lastPosition: 0,
      tombstonePosition: 0,
    };
    this.tables.streams.putSync(nameKey(name), encodeStreamEntry(entry));
    return entry;
  }

  append(events: readonly RecordedEvent[], entry: StreamEntry): void {
    const { records, index, ids } = this.tables;
    for (const event of events) {
      const position = u64(event.position);
      records.putSync(position, encodeRecord(event), { append: true });
      index.putSync(indexKey(entry.number, event.revision), position);
      ids.putSync(idKey(entry.number, event.id), u64(event.revision));
    }
    this.saveEntry(events, entry);
  }

  discard(events: readonly RecordedEvent[], entry: StreamEntry): void {
    const { records, index, ids } = this.tables;
    for (const event of events) {
      records.removeSync(u64(event.position));
      index.removeSync(indexKey(entry.number, event.revision));
      // A later event of the stream may have the same id, and the row is about the last one.
      if (this.revisionOfId(entry.number, event.id) === event.revision) {
        ids.removeSync(idKey(entry.number, event.id));
      }
    }
    this.saveEntry(events, entry);
  }

  async write(work: (writer: StorageWriter) => void): Promise<void> {
    // A child transaction is taken back as a whole if the work throws.
    await this.root.childTransaction(() => work(this));
  }

  async close(): Promise<void> {
    const { beforeClose } = this;
    this.beforeClose = async () => undefined;
    await beforeClose();
    await this.root.close();
  }

  private saveEntry(events: readonly RecordedEvent[], entry: StreamEntry): void {
    const [first] = events;
    if (first === undefined) return;
    this.tables.streams.putSync(nameKey(first.streamName), encodeStreamEntry(entry));
  }

  private eventAtPosition(key: Buffer): RecordedEvent | undefined {
    const bytes = this.tables.records.get(key);
    return bytes === undefined ? undefined : decodeRecord(readU64(key), bytes);
  }
}
