/**
 * The tables of a log in LMDB and the keys of their rows. All keys and values are bytes, numbers
 * big endian so that they sort:
 *
 * | table     | key                             | value                      |
 * |-----------|---------------------------------|----------------------------|
 * | `records` | position u64                    | the record                 |
 * | `streams` | name, or a hash of long ones    | number, last revision, ... |
 * | `index`   | stream number u32, revision u64 | position u64               |
 * | `ids`     | stream number u32, id           | revision u64               |
 * | `meta`    | text                            | text                       |
 */
import { createHash } from 'node:crypto';
import type { Database, RootDatabase } from 'lmdb';
import { uuidToBytes } from '../wire/uuid.js';

/** Name of the data file inside the data folder. */
export const DATA_FILE = 'data.mdb';

/** How LMDB is to treat keys and values of the tables and of the database that holds them. */
export const BYTES = { keyEncoding: 'binary', encoding: 'binary' } as const;

/** Room for more tables than there are. */
export const TABLES_MAX = 12;

/** LMDB keys end at 1978 bytes; longer names are stored under their hash. */
const NAME_KEY_BYTES_MAX = 1024;
/** Starts the keys of hashed names; no UTF-8 text begins with this byte. */
const HASHED_NAME_MARK = 0xff;

export const FORMAT_KEY = Buffer.from('format');
export const OWNER_KEY = Buffer.from('owner');
export const STREAM_COUNT_KEY = Buffer.from('stream-count');

/** Raised when the tables change their meaning. 2: records have checksums, streams a beginning. */
export const FORMAT = '2';
/** What can still be read. */
export const READABLE_FORMATS: readonly string[] = ['1', FORMAT];

export type Table = Database<Buffer, Buffer>;
export type Root = RootDatabase<Buffer, Buffer>;

export const TABLE_NAMES = ['records', 'streams', 'index', 'ids', 'meta'] as const;
export type TableName = (typeof TABLE_NAMES)[number];
export type Tables = Readonly<Record<TableName, Table>>;

/** Opens the tables, and creates those that are not there unless the root is read only. */
export function openTables(root: Root): Tables {
  const table = (name: TableName): Table => root.openDB<Buffer, Buffer>(name, BYTES);
  return {
    records: table('records'),
    streams: table('streams'),
    index: table('index'),
    ids: table('ids'),
    meta: table('meta'),
  };
}

export function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function readU64(bytes: Buffer, offset = 0): number {
  return Number(bytes.readBigUInt64BE(offset));
}

export function indexKey(streamNumber: number, revision: number): Buffer {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeUInt32BE(streamNumber);
  bytes.writeBigUInt64BE(BigInt(revision), 4);
  return bytes;
}

export function readIndexKey(bytes: Buffer): {
  readonly streamNumber: number;
  readonly revision: number;
} {
  return { streamNumber: bytes.readUInt32BE(0), revision: readU64(bytes, 4) };
}

export function idKey(streamNumber: number, id: string): Buffer {
  const bytes = Buffer.allocUnsafe(20);
  bytes.writeUInt32BE(streamNumber);
  uuidToBytes(id).copy(bytes, 4);
  return bytes;
}

export function nameKey(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length <= NAME_KEY_BYTES_MAX) return bytes;
  const hash = createHash('sha256').update(bytes).digest();
  return Buffer.concat([Buffer.of(HASHED_NAME_MARK), hash]);
}
