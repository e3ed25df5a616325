/**
 * Events in an LMDB environment: one file, crash safe without recovery.
 *
 * Tables (all keys and values are bytes, numbers big endian so that they sort):
 *
 * | table     | key                          | value                      |
 * |-----------|------------------------------|----------------------------|
 * | `records` | position u64                 | the record                 |
 * | `streams` | name, or a hash of long ones | number, last revision, ... |
 * | `index`   | stream number u32, revision u64 | position u64            |
 * | `ids`     | stream number u32, id        | revision u64               |
 * | `meta`    | text                         | text                       |
 *
 * Durability: with `overlappingSync: false` LMDB commits in the classic way, off the main thread:
 * data pages, fdatasync, then the meta page through a synchronous descriptor. A write resolves,
 * and can be read, after both: it survives the process being killed and the power failing.
 */
import { createHash } from 'node:crypto';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { RecordedEvent } from '../log/types.js';
import { uuidToBytes } from '../wire/uuid.js';
import type { OwnerRegister } from './folder-lock.js';
import {
  decodeRecord,
  decodeStreamEntry,
  encodeRecord,
  encodeStreamEntry,
} from './record-codec.js';
import type { PageRequest, Storage, StorageWriter, StreamEntry } from './storage.js';

/** Name of the data file inside the data folder. */
export const DATA_FILE = 'data.mdb';

const BYTES = { keyEncoding: 'binary', encoding: 'binary' } as const;
const TABLES_MAX = 12;
/** LMDB keys end at 1978 bytes; longer names are stored under their hash. */
const NAME_KEY_BYTES_MAX = 1024;
/** Starts the keys of hashed names; no UTF-8 text begins with this byte. */
const HASHED_NAME_MARK = 0xff;
const FORMAT_KEY = Buffer.from('format');
const OWNER_KEY = Buffer.from('owner');
const STREAM_COUNT_KEY = Buffer.from('stream-count');
/** Raised when the tables change their meaning. */
const FORMAT = '1';

type Table = Database<Buffer, Buffer>;

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
  private readonly records: Table;
  private readonly streams: Table;
  private readonly index: Table;
  private readonly ids: Table;
  private readonly meta: Table;

  constructor(private readonly root: RootDatabase<Buffer, Buffer>) {
    const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, BYTES);
    this.records = table('records');
    this.streams = table('streams');
    this.index = table('index');
    this.ids = table('ids');
    this.meta = table('meta');
  }

  async checkFormat(): Promise<void> {
    const found = this.meta.get(FORMAT_KEY)?.toString('utf8');
    if (found === FORMAT) return;
    if (found !== undefined || this.lastPosition() > 0) {
      throw new Error(`the log has format ${found ?? 'unknown'}, this node reads ${FORMAT}`);
    }
    await this.meta.put(FORMAT_KEY, Buffer.from(FORMAT));
  }

  owner(): string | undefined {
    return this.meta.get(OWNER_KEY)?.toString('utf8');
  }

  replaceOwner(expected: string | undefined, next: string | undefined): boolean {
    return this.root.transactionSync(() => {
      if (this.owner() !== expected) return false;
      if (next === undefined) this.meta.removeSync(OWNER_KEY);
      else this.meta.putSync(OWNER_KEY, Buffer.from(next));
      return true;
    });
  }

  /** What is wrong at the end of the log, where damage is most likely; nothing if all is well. */
  findDamage(): string | undefined {
    try {
      const position = this.lastPosition();
      if (position === 0) return undefined;
      const bytes = this.records.get(u64(position));
      const event = bytes && decodeRecord(position, bytes);
      const entry = event && this.stream(event.streamName);
      const known = entry && this.index.get(indexKey(entry.number, event.revision));
      const agrees = known !== undefined && readU64(known) === position;
      return agrees ? undefined : `the indexes do not know the last event, at ${position}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  lastPosition(): number {
    for (const key of this.records.getKeys({ reverse: true, limit: 1 })) return readU64(key);
    return 0;
  }

  stream(name: string): StreamEntry | undefined {
    const bytes = this.streams.get(nameKey(name));
    return bytes === undefined ? undefined : decodeStreamEntry(bytes);
  }

  revisionOfId(streamNumber: number, id: string): number | undefined {
    const bytes = this.ids.get(idKey(streamNumber, id));
    return bytes === undefined ? undefined : readU64(bytes);
  }

  eventAt(streamNumber: number, revision: number): RecordedEvent | undefined {
    const position = this.index.get(indexKey(streamNumber, revision));
    return position === undefined ? undefined : this.eventAtPosition(position);
  }

  streamPage(streamNumber: number, page: PageRequest): RecordedEvent[] {
    const edge = page.backwards ? 0 : Number.MAX_SAFE_INTEGER;
    const rows = this.index.getRange({
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
    const rows = this.records.getRange({
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
    const number = Number(this.meta.get(STREAM_COUNT_KEY)?.toString('utf8') ?? '0');
    this.meta.putSync(STREAM_COUNT_KEY, Buffer.from(String(number + 1)));
    const entry = { number, lastRevision: -1, lastPosition: 0, tombstonePosition: 0 };
    this.streams.putSync(nameKey(name), encodeStreamEntry(entry));
    return entry;
  }

  append(event: RecordedEvent, entry: StreamEntry): void {
    this.records.putSync(u64(event.position), encodeRecord(event), { append: true });
    this.index.putSync(indexKey(entry.number, event.revision), u64(event.position));
    this.ids.putSync(idKey(entry.number, event.id), u64(event.revision));
    this.streams.putSync(nameKey(event.streamName), encodeStreamEntry(entry));
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

  private eventAtPosition(key: Buffer): RecordedEvent | undefined {
    const bytes = this.records.get(key);
    return bytes === undefined ? undefined : decodeRecord(readU64(key), bytes);
  }
}

function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function readU64(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(0));
}

function indexKey(streamNumber: number, revision: number): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeUInt32BE(streamNumber);
  bytes.writeBigUInt64BE(BigInt(revision), 4);
  return bytes;
}

function idKey(streamNumber: number, id: string): Buffer {
  const bytes = Buffer.allocUnsafe(20);
  bytes.writeUInt32BE(streamNumber);
  uuidToBytes(id).copy(bytes, 4);
  return bytes;
}

function nameKey(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= NAME_KEY_BYTES_MAX) return bytes;
  const hash = createHash('sha256').update(bytes).digest();
  return Buffer.concat([Buffer.of(HASHED_NAME_MARK), hash]);
}
