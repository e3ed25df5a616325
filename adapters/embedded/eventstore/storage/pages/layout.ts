/**
 * How LMDB's data file is laid out, as far as it takes to find out whether a file is whole. LMDB
 * itself trusts its file: a wrong number in it ends the process without a message.
 *
 * The file is a row of pages of one size. The first two are meta pages, written in turns: the one
 * with the higher transaction number tells where the trees of that transaction begin. A page:
 *
 *     number u64, transaction u64, pad u16, kind u16, used u16, free u16, offsets u16 ..., nodes
 *
 * `used` is twice the number of nodes; offsets count from the end of this header. A node is
 *
 *     low u16, high u16, flags u16, key length u16, key, value
 *
 * In a branch low, high and flags make the number of a page; in a leaf low and high make the
 * length of the value. A long value is in pages of its own, and the node holds their address.
 * Numbers are in the byte order of the machine, little endian on all that Node supports well.
 */

export const PAGE_HEADER_BYTES = 24;
export const NODE_HEADER_BYTES = 8;
/** The address of a long value: page u64, transaction u64, pages u64. */
export const LONG_VALUE_BYTES = 24;

export const PageKind = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;
export const NodeFlag = { longValue: 1, tree: 2 } as const;

/** Enough of the file to read both meta pages, whatever the page size. */
export const META_PAGES = 2;
export const META_BYTES = 168;
export const PAGE_SIZES = { min: 512, max: 65_536 } as const;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const TREE_BYTES = 48;
const NO_ROOT = -1n;
/** Deeper than any tree in a file that fits on a disk. */
const DEPTH_MAX = 32;

/** One of the trees in the file. */
export interface Tree {
  readonly flags: number;
  /** Levels from the root to the leaves; 0 if the tree is empty. */
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Absent if the tree is empty. */
  readonly root: number | undefined;
}

export interface MetaPage {
  readonly pageSize: number;
  /** Numbers of the pages that were free at this transaction. */
  readonly free: Tree;
  /** The trees of the tables, by name. */
  readonly main: Tree;
  readonly lastPage: number;
  readonly transaction: number;
}

/** Reads a meta page; nothing if it is none of a log's file. */
export function readMetaPage(bytes: Buffer): MetaPage | undefined {
  if (bytes.length < META_BYTES) return undefined;
  const isMeta = bytes.readUInt16LE(18) === PageKind.meta && bytes.readUInt32LE(24) === MAGIC;
  if (!isMeta || (bytes.readUInt32LE(28) & 0xffff) !== VERSION) return undefined;
  const pageSize = bytes.readUInt32LE(48);
  const isPowerOfTwo = (pageSize & (pageSize - 1)) === 0;
  if (!isPowerOfTwo || pageSize < PAGE_SIZES.min || pageSize > PAGE_SIZES.max) return undefined;
  return {
    pageSize,
    free: readTree(bytes, 48),
    main: readTree(bytes, 48 + TREE_BYTES),
    lastPage: readNumber(bytes, 144),
    transaction: readNumber(bytes, 152),
  };
}

export function readTree(bytes: Buffer, at = 0): Tree {
  const root = bytes.readBigInt64LE(at + 40);
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: readNumber(bytes, at + 8),
    leafPages: readNumber(bytes, at + 16),
    overflowPages: readNumber(bytes, at + 24),
    entries: readNumber(bytes, at + 32),
    root: root === NO_ROOT ? undefined : readNumber(bytes, at + 40),
  };
}

export function isTree(value: Buffer): boolean {
  return value.length === TREE_BYTES;
}

/** Whether depth, root and counts go together. */
export function isPlausible(tree: Tree): boolean {
  const { depth, root, entries, leafPages, branchPages, overflowPages } = tree;
  if (root === undefined) return depth === 0 && entries + leafPages + branchPages === 0;
  const pages = leafPages + branchPages + overflowPages;
  return depth > 0 && depth <= DEPTH_MAX && leafPages > 0 && Number.isSafeInteger(pages);
}

export interface PageHeader {
  readonly number: number;
  readonly transaction: number;
  readonly kind: number;
  readonly nodes: number;
  /** Of the first page of a long value: how many pages it has. */
  readonly overflowPages: number;
  /** Where free space begins and ends, from the end of the header. */
  readonly lower: number;
  readonly upper: number;
}

export function readPageHeader(bytes: Buffer): PageHeader {
  const lower = bytes.readUInt16LE(20);
  return {
    number: readNumber(bytes, 0),
    transaction: readNumber(bytes, 8),
    kind: bytes.readUInt16LE(18),
    nodes: lower >> 1,
    overflowPages: bytes.readUInt32LE(20),
    lower,
    upper: bytes.readUInt16LE(22),
  };
}

/** Where in its page a node is; views of the bytes are made only of the few that need them. */
export interface PageNode {
  readonly keyStart: number;
  readonly keyEnd: number;
  /** In a leaf, where the value ends that begins at the key's end, or the address of a long one. */
  readonly end: number;
  /** In a leaf. */
  readonly flags: number;
  /** In a leaf: the length of the value, wherever it is. */
  readonly valueBytes: number;
  /** In a branch: the page below. */
  readonly child: number;
}

/** Reads a node of a branch or a leaf; nothing if it reaches beyond the page. */
export function readNode(page: Buffer, index: number, isLeaf: boolean): PageNode | undefined {
  const start = page.readUInt16LE(PAGE_HEADER_BYTES + 2 * index) + PAGE_HEADER_BYTES;
  if (start + NODE_HEADER_BYTES > page.length) return undefined;
  const low = page.readUInt16LE(start) + page.readUInt16LE(start + 2) * 0x10000;
  const flags = page.readUInt16LE(start + 4);
  const keyStart = start + NODE_HEADER_BYTES;
  const keyEnd = keyStart + page.readUInt16LE(start + 6);
  const isLong = (flags & NodeFlag.longValue) !== 0;
  const end = isLeaf ? keyEnd + (isLong ? LONG_VALUE_BYTES : low) : keyEnd;
  if (end > page.length) return undefined;
  return { keyStart, keyEnd, end, flags, valueBytes: low, child: low + flags * 0x1_0000_0000 };
}

export function keyIn(page: Buffer, node: PageNode): Buffer {
  return page.subarray(node.keyStart, node.keyEnd);
}

export function valueIn(page: Buffer, node: PageNode): Buffer {
  return page.subarray(node.keyEnd, node.end);
}

/** Numbers that do not fit become large enough to be found wrong. */
export function readNumber(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
