/**
 * Looks at every row of a log: each record decodes, and the tables agree about it in both
 * directions. Rows are looked up from the records' side; that nothing else is in the tables
 * follows from their counts.
 */
import { createHash } from 'node:crypto';
import type { RecordedEvent } from '../log/types.js';
import { decodeRecord, decodeStreamEntry } from '../storage/record-codec.js';
import type { StreamEntry } from '../storage/storage.js';
import {
  FORMAT_KEY,
  idKey,
  indexKey,
  nameKey,
  READABLE_FORMATS,
  readIndexKey,
  readU64,
  STREAM_COUNT_KEY,
  type Table,
  type TableName,
  u64,
} from '../storage/tables.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import { ContentsDamage, type LogSummary } from './contents.js';
import type { WorkMeter } from './progress.js';
import type { LogSnapshot } from './snapshot.js';

export class ContentsCheck {
  private lastPosition = 0;
  private recordBytes = 0;
  /** Rows of `ids` that are about the very event they were looked up for. */
  private idsMatched = 0;

  constructor(
    private readonly snapshot: LogSnapshot,
    private readonly meter: WorkMeter,
  ) {}

  /** Throws `ContentsDamage`. */
  async run(): Promise<LogSummary> {
    const format = this.get('meta', FORMAT_KEY)?.toString('utf8') ?? 'unknown';
    if (!READABLE_FORMATS.includes(format)) fail(`its format ${format} cannot be read`);
    const { events, digest } = await this.checkRecords();
    const rows = await this.checkIndex();
    if (rows !== events) fail(`the index has ${rows} rows for ${events} events`);
    const ids = await this.countIds();
    if (ids !== this.idsMatched) fail(`there are ${ids} ids where ${this.idsMatched} are right`);
    const streams = await this.checkStreams();
    const { lastPosition, recordBytes } = this;
    return { events, streams, lastPosition, recordBytes, digest };
  }

  private async checkRecords(): Promise<{ readonly events: number; readonly digest: string }> {
    const hash = createHash('sha256');
    let events = 0;
    for (const { key, value } of this.rows('records')) {
      const position = readU64(key);
      hash.update(key);
      hash.update(value);
      this.checkRecord(decode(position, value));
      this.lastPosition = position;
      this.recordBytes += value.length;
      events += 1;
      if (this.meter.count()) await this.meter.pause();
    }
    return { events, digest: hash.digest('hex') };
  }

  private checkRecord(event: RecordedEvent): void {
    const { position, streamName, revision, id } = event;
    const bytes = this.get('streams', nameKey(streamName));
    if (bytes === undefined) fail(`the stream of the event at position ${position} is not known`);
    const entry = decodeStreamEntry(bytes);
    const isKept =
      revision === TOMBSTONE_REVISION ||
      (revision >= entry.firstRevision && revision <= entry.lastRevision);
    if (!isKept) fail(`the stream of the event at position ${position} does not reach to it`);
    const indexed = this.get('index', indexKey(entry.number, revision));
    if (indexed === undefined || readU64(indexed) !== position) {
      fail(`the index does not know the event at position ${position}`);
    }
    const known = this.get('ids', idKey(entry.number, id));
    if (known === undefined) fail(`the id of the event at position ${position} is not known`);
    const lastWithId = readU64(known);
    if (lastWithId === revision) this.idsMatched += 1;
    // An id may be used again within a stream; the row is about the last one then.
    else if (this.idAt(entry.number, lastWithId) !== id || lastWithId < revision) {
      fail(`the id of the event at position ${position} leads to another one`);
    }
  }

  private idAt(streamNumber: number, revision: number): string | undefined {
    const position = this.get('index', indexKey(streamNumber, revision));
    const bytes = position && this.get('records', position);
    return position && bytes && decode(readU64(position), bytes).id;
  }

  /** Within each stream revisions have no gaps, and positions go up with them. */
  private async checkIndex(): Promise<number> {
    let rows = 0;
    let before: { streamNumber: number; revision: number; position: number } | undefined;
    for (const { key, value } of this.rows('index')) {
      const { streamNumber, revision } = readIndexKey(key);
      const position = readU64(value);
      if (before?.streamNumber === streamNumber) {
        const follows = revision === before.revision + 1 || revision === TOMBSTONE_REVISION;
        if (!follows || position <= before.position) {
          fail(`revisions have a gap before the event at position ${position}`);
        }
      }
      before = { streamNumber, revision, position };
      rows += 1;
      if (this.meter.count()) await this.meter.pause();
    }
    return rows;
  }

  private async checkStreams(): Promise<number> {
    const numbers = new Set<number>();
    for (const { key, value } of this.rows('streams')) {
      const entry = decodeStreamEntry(value);
      if (numbers.has(entry.number)) fail(`two streams have the number ${entry.number}`);
      numbers.add(entry.number);
      this.checkEntry(key, entry);
      if (this.meter.count()) await this.meter.pause();
    }
    const streams = Number(this.get('meta', STREAM_COUNT_KEY)?.toString('utf8') ?? '0');
    const isRight = streams === numbers.size && [...numbers].every((number) => number < streams);
    if (!isRight) fail(`${numbers.size} streams are known where ${streams} were counted`);
    return streams;
  }

  private checkEntry(key: Buffer, entry: StreamEntry): void {
    const { number, firstRevision, lastRevision, lastPosition, tombstonePosition } = entry;
    const where = `the entry of stream number ${number}`;
    const first = this.firstRow(number);
    const tombstone = this.get('index', indexKey(number, TOMBSTONE_REVISION));
    if ((tombstone === undefined ? 0 : readU64(tombstone)) !== tombstonePosition) {
      fail(`${where} is wrong about the end of the stream`);
    }
    if (firstRevision > lastRevision) {
      const keepsNone = first === undefined || first.revision === TOMBSTONE_REVISION;
      if (firstRevision !== lastRevision + 1 || !keepsNone) {
        fail(`${where} is wrong about its first event`);
      }
    } else {
      if (first?.revision !== firstRevision) fail(`${where} is wrong about its first event`);
      const last = this.get('index', indexKey(number, lastRevision));
      if (last === undefined || readU64(last) !== lastPosition) {
        fail(`${where} is wrong about its last event`);
      }
    }
    const bytes = first && this.get('records', u64(first.position));
    if (first !== undefined && bytes !== undefined) {
      const { streamName } = decode(first.position, bytes);
      if (!nameKey(streamName).equals(key)) fail(`${where} has another name than its events`);
    }
  }

  private firstRow(
    streamNumber: number,
  ): { readonly revision: number; readonly position: number } | undefined {
    const { tables, transaction } = this.snapshot;
    const start = indexKey(streamNumber, 0);
    for (const { key, value } of tables.index.getRange({ transaction, start, limit: 1 })) {
      const row = readIndexKey(key);
      if (row.streamNumber !== streamNumber) return undefined;
      return { revision: row.revision, position: readU64(value) };
    }
    return undefined;
  }

  private async countIds(): Promise<number> {
    const { tables, transaction } = this.snapshot;
    let ids = 0;
    for (const _ of tables.ids.getKeys({ transaction })) {
      ids += 1;
      if (this.meter.count()) await this.meter.pause();
    }
    return ids;
  }

  private rows(name: TableName): ReturnType<Table['getRange']> {
    return this.snapshot.tables[name].getRange({ transaction: this.snapshot.transaction });
  }

  private get(name: TableName, key: Buffer): Buffer | undefined {
    return this.snapshot.tables[name].get(key, { transaction: this.snapshot.transaction });
  }
}

function decode(position: number, bytes: Buffer): RecordedEvent {
  try {
    return decodeRecord(position, bytes);
  } catch (error) {
    throw new ContentsDamage(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function fail(problem: string): never {
  throw new ContentsDamage(problem);
}
