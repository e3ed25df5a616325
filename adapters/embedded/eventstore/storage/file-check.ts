/**
 * Looks at a data file before LMDB maps it into memory. Reading a mapped page that the file no
 * longer has ends the process at once, without a message, so a file that was cut short has to be
 * found out first.
 *
 * The file begins with two meta pages, written in turns. In each, at the given byte: 24 a magic
 * number, 48 the page size u32, 144 the number of the last page u64, 152 the transaction u64.
 * Numbers are in the byte order of the machine, little endian on all that Node supports well.
 */
import { appendFile, type FileHandle, open } from 'node:fs/promises';

const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 160;
const PAGE_SIZES = { min: 512, max: 65_536 };
/**
 * A page can be given out and taken back within one transaction and so never be written. That
 * leaves the file a little short, lawfully; such pages are filled in.
 */
const UNWRITTEN_PAGES_MAX = 16;

/** What is wrong with the file, in words; nothing if it looks right, is empty or not there. */
export async function findDamage(path: string): Promise<string | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return await checkFile(file, path);
  } finally {
    await file.close();
  }
}

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

async function checkFile(file: FileHandle, path: string): Promise<string | undefined> {
  const { size } = await file.stat();
  if (size === 0) return undefined;
  const first = await readMeta(file, 0);
  if (first === undefined) return 'it does not begin like a log';
  const second = await readMeta(file, first.pageSize);
  if (second === undefined) return 'its second page is not that of a log';
  const newest = second.transaction > first.transaction ? second : first;
  const expected = (newest.lastPage + 1) * newest.pageSize;
  if (size >= expected) return undefined;
  if (size < expected - UNWRITTEN_PAGES_MAX * newest.pageSize) {
    return `it has ${size} bytes where ${expected} were written`;
  }
  // Appending can neither overwrite nor cut off what another process might add meanwhile.
  await appendFile(path, Buffer.alloc(expected - size));
  return undefined;
}

async function readMeta(file: FileHandle, offset: number): Promise<Meta | undefined> {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, offset);
  if (bytesRead < META_BYTES || bytes.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined;
  const pageSize = bytes.readUInt32LE(PAGE_SIZE_AT);
  if (pageSize < PAGE_SIZES.min || pageSize > PAGE_SIZES.max) return undefined;
  return {
    pageSize,
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    transaction: bytes.readBigUInt64LE(TRANSACTION_AT),
  };
}
