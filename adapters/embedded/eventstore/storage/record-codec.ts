/**
 * How a record and a stream entry look as bytes. Records name their stream in full, so the log
 * can be read, and every index rebuilt, from the records alone.
 *
 * Record: format u8, flags u8 (bit 0: data is JSON), revision u64, created f64, id 16 bytes,
 * then stream name and type, each as length u32 and UTF-8, then data with its length u32, then
 * custom metadata, then the CRC-32 of all that. All numbers are big endian. Format 1 was the same
 * without the checksum; such records stay readable.
 */
import { crc32 } from 'node:zlib';
import type { RecordedEvent } from '../log/types.js';
import { uuidFromHex, uuidToBytes } from '../wire/uuid.js';
import type { StreamEntry } from './storage.js';

const RECORD_FORMAT = 2;
const FORMAT_WITHOUT_CHECKSUM = 1;
const FLAG_JSON = 1;
const FIXED_BYTES = 34;
const LENGTH_BYTES = 4;
const CHECKSUM_BYTES = 4;
const ENTRY_BYTES = 36;
/** Entries were this long when no stream could lose its first events. */
const ENTRY_BYTES_WITHOUT_FIRST = 28;

/** The bytes of an event, without its position, which is the key they are stored under. */
export function encodeRecord(event: RecordedEvent): Buffer {
  const name = Buffer.from(event.streamName, 'utf8');
  const type = Buffer.from(event.type, 'utf8');
  const { data, customMetadata } = event;
  const texts = name.length + type.length;
  const end = FIXED_BYTES + 3 * LENGTH_BYTES + texts + data.length + customMetadata.length;
  const bytes = Buffer.allocUnsafe(end + CHECKSUM_BYTES);
  bytes[0] = RECORD_FORMAT;
  bytes[1] = event.isJson ? FLAG_JSON : 0;
  bytes.writeBigUInt64BE(BigInt(event.revision), 2);
  bytes.writeDoubleBE(event.createdMs, 10);
  uuidToBytes(event.id).copy(bytes, 18);
  let offset = FIXED_BYTES;
  for (const part of [name, type, data]) {
    bytes.writeUInt32BE(part.length, offset);
    bytes.set(part, offset + LENGTH_BYTES);
    offset += LENGTH_BYTES + part.length;
  }
  bytes.set(customMetadata, offset);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

/** How many bytes `encodeRecord` makes of an event. */
export function recordBytes(event: RecordedEvent): number {
  const texts = Buffer.byteLength(event.streamName, 'utf8') + Buffer.byteLength(event.type, 'utf8');
  const contents = event.data.length + event.customMetadata.length;
  return FIXED_BYTES + 3 * LENGTH_BYTES + texts + contents + CHECKSUM_BYTES;
}

/** The event that `encodeRecord` wrote. Throws if the bytes are not what was written. */
export function decodeRecord(position: number, stored: Buffer): RecordedEvent {
  const bytes = checked(stored);
  const damaged = (): Error => new Error(`the record at position ${position} is damaged`);
  if (bytes === undefined || bytes.length < FIXED_BYTES + 3 * LENGTH_BYTES) throw damaged();
  let offset = FIXED_BYTES;
  /** Goes on to the end of the next part, and says where it begins. */
  const nextPart = (): number => {
    const start = offset + LENGTH_BYTES;
    if (start > bytes.length) throw damaged();
    offset = start + bytes.readUInt32BE(offset);
    if (offset > bytes.length) throw damaged();
    return start;
  };
  // A text is read from where it stands: a view of its bytes would cost more than the text itself.
  const text = (): string => {
    const start = nextPart();
    return bytes.toString('utf8', start, offset);
  };
  const content = (): Buffer => {
    const start = nextPart();
    return bytes.subarray(start, offset);
  };
  return {
    position,
    revision: Number(bytes.readBigUInt64BE(2)),
    createdMs: bytes.readDoubleBE(10),
    isJson: ((bytes[1] ?? 0) & FLAG_JSON) !== 0,
    id: uuidFromHex(bytes.toString('hex', 18, FIXED_BYTES)),
    streamName: text(),
    type: text(),
    data: content(),
    customMetadata: bytes.subarray(offset),
  };
}

/** The record without its checksum; nothing if the bytes are not the ones that were written. */
function checked(stored: Buffer): Buffer | undefined {
  if (stored[0] === FORMAT_WITHOUT_CHECKSUM) return stored;
  const end = stored.length - CHECKSUM_BYTES;
  if (stored[0] !== RECORD_FORMAT || end < 0) return undefined;
  const bytes = stored.subarray(0, end);
  return crc32(bytes) === stored.readUInt32BE(end) ? bytes : undefined;
}

/**
 * Number u32, last revision i64, last position u64, tombstone position u64, first revision u64.
 */
export function encodeStreamEntry(entry: StreamEntry): Buffer {
  const bytes = Buffer.allocUnsafe(ENTRY_BYTES);
  bytes.writeUInt32BE(entry.number, 0);
  bytes.writeBigInt64BE(BigInt(entry.lastRevision), 4);
  bytes.writeBigUInt64BE(BigInt(entry.lastPosition), 12);
  bytes.writeBigUInt64BE(BigInt(entry.tombstonePosition), 20);
  bytes.writeBigUInt64BE(BigInt(entry.firstRevision), 28);
  return bytes;
}

/** The entry that `encodeStreamEntry` wrote. */
export function decodeStreamEntry(bytes: Buffer): StreamEntry {
  return {
    number: bytes.readUInt32BE(0),
    firstRevision:
      bytes.length === ENTRY_BYTES_WITHOUT_FIRST ? 0 : Number(bytes.readBigUInt64BE(28)),
    lastRevision: Number(bytes.readBigInt64BE(4)),
    lastPosition: Number(bytes.readBigUInt64BE(12)),
    tombstonePosition: Number(bytes.readBigUInt64BE(20)),
  };
}
