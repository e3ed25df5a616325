/**
 * Follows the trees of a data file from page to page, without LMDB, and finds what does not fit:
 * a page that is not the one that was asked for, keys out of order, a page that is used twice or
 * is free and used at once, counts that are not true.
 */
import { readSync } from 'node:fs';
import { PageDamage } from './damage.js';
import { type Bounds, byBytes, byNumber, KeyOrder, type Order } from './key-order.js';
import {
  isPlausible,
  isTree,
  keyIn,
  LONG_VALUE_BYTES,
  META_PAGES,
  type MetaPage,
  NodeFlag,
  PAGE_HEADER_BYTES,
  type PageHeader,
  PageKind,
  type PageNode,
  readNode,
  readNumber,
  readPageHeader,
  readTree,
  type Tree,
  valueIn,
} from './layout.js';

export interface WalkOptions {
  /** Descriptor of the data file. */
  readonly fd: number;
  readonly meta: MetaPage;
  /** Follows the first and the last branch of each tree only; counts nothing then. */
  readonly edgesOnly: boolean;
}

/** A tree with the name of its table. */
export interface NamedTree {
  readonly name: string;
  readonly tree: Tree;
}

type OnLeafNode = (page: Buffer, node: PageNode) => void;

interface Place extends Bounds {
  readonly number: number;
  /** 1 for a leaf. */
  readonly level: number;
}

interface Counted {
  branchPages: number;
  leafPages: number;
  overflowPages: number;
  entries: number;
}

interface Visit {
  readonly tree: Tree;
  readonly order: Order;
  readonly counted: Counted;
  readonly onLeafNode: OnLeafNode;
}

export class PageWalk {
  private readonly used: Uint8Array;
  private readonly buffers: Buffer[] = [];

  constructor(private readonly options: WalkOptions) {
    this.used = new Uint8Array(Math.ceil((options.meta.lastPage + 1) / 8));
    for (let page = 0; page < META_PAGES; page += 1) this.markUsed(page);
  }

  /**
   * Walks through all trees; pauses after each page, so that the caller can let others have
   * their turn. Returns the trees of the tables. Throws `PageDamage`.
   */
  *run(): Generator<void, readonly NamedTree[]> {
    const { meta, edgesOnly } = this.options;
    const tables: NamedTree[] = [];
    yield* this.tree(meta.main, byBytes, (page, node) => tables.push(tableOf(page, node)));
    for (const { tree } of tables) yield* this.tree(tree, byBytes, () => undefined);
    yield* this.tree(meta.free, byNumber, (page, node) => {
      if (!edgesOnly) this.checkFree(page, node);
    });
    return tables;
  }

  private *tree(tree: Tree, order: Order, onLeafNode: OnLeafNode): Generator<void> {
    const { root, depth } = tree;
    if (root === undefined) return;
    const counted = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
    const visit = { tree, order, counted, onLeafNode };
    yield* this.page(visit, { number: root, level: depth, low: undefined, high: undefined });
    if (this.options.edgesOnly) return;
    const isTrue =
      counted.branchPages === tree.branchPages &&
      counted.leafPages === tree.leafPages &&
      counted.overflowPages === tree.overflowPages &&
      counted.entries === tree.entries;
    if (!isTrue) throw new PageDamage(`the tree at page ${root} does not hold what it says`);
  }

  private *page(visit: Visit, place: Place): Generator<void> {
    const { number, level } = place;
    const isLeaf = level === 1;
    const bytes = this.read(number, level);
    const { nodes } = this.checkHeader(bytes, number, isLeaf);
    const order = new KeyOrder(visit.order, place);
    yield;
    if (isLeaf) {
      visit.counted.leafPages += 1;
      for (let index = 0; index < nodes; index += 1) {
        const node = nodeOf(bytes, { number, index, isLeaf });
        order.next({ page: bytes, start: node.keyStart, end: node.keyEnd });
        this.leafNode(visit, bytes, node);
      }
      order.end();
    } else {
      visit.counted.branchPages += 1;
      yield* this.children(visit, { bytes, nodes, place, order });
    }
  }

  private *children(
    visit: Visit,
    branch: {
      readonly bytes: Buffer;
      readonly nodes: number;
      readonly place: Place;
      readonly order: KeyOrder;
    },
  ): Generator<void> {
    const { bytes, nodes, place, order } = branch;
    const { number, level } = place;
    let node = nodeOf(bytes, { number, index: 0, isLeaf: false });
    // The first key of a branch is empty: it stands for everything below the second one.
    let { low } = place;
    for (let index = 0; index < nodes; index += 1) {
      const isLast = index === nodes - 1;
      const next = isLast ? node : nodeOf(bytes, { number, index: index + 1, isLeaf: false });
      const high = isLast ? place.high : { page: bytes, start: next.keyStart, end: next.keyEnd };
      if (!isLast && high !== undefined) order.next(high);
      if (!this.options.edgesOnly || index === 0 || isLast) {
        yield* this.page(visit, { number: node.child, level: level - 1, low, high });
      }
      node = next;
      low = high;
    }
    order.end();
  }

  private leafNode({ counted, onLeafNode }: Visit, page: Buffer, node: PageNode): void {
    counted.entries += 1;
    if ((node.flags & NodeFlag.longValue) !== 0) {
      counted.overflowPages += this.checkLongValue(page, node);
    }
    // Of most tables nothing but the keys matters here.
    onLeafNode(page, node);
  }

  private checkHeader(bytes: Buffer, number: number, isLeaf: boolean): PageHeader {
    const header = readPageHeader(bytes);
    const room = bytes.length - PAGE_HEADER_BYTES;
    const fits =
      header.number === number &&
      header.kind === (isLeaf ? PageKind.leaf : PageKind.branch) &&
      header.transaction <= this.options.meta.transaction &&
      header.lower % 2 === 0 &&
      header.lower <= header.upper &&
      header.upper <= room &&
      header.nodes > 0;
    if (!fits) throw new PageDamage(`page ${number} is not the page that should be there`);
    return header;
  }

  private checkLongValue(page: Buffer, node: PageNode): number {
    const { pageSize, lastPage } = this.options.meta;
    const address = addressOf(page, node);
    const pages = Math.ceil((PAGE_HEADER_BYTES + node.valueBytes) / pageSize);
    const last = address.number + pages - 1;
    if (address.pages !== pages || !Number.isSafeInteger(last) || last > lastPage) {
      throw new PageDamage(
        `page ${readPageHeader(page).number} leads to a value that is not there`,
      );
    }
    for (let number = address.number; number <= last; number += 1) this.markUsed(number);
    const header = readPageHeader(this.bytesAt(address.number, LONG_VALUE_BYTES));
    const fits =
      header.number === address.number &&
      header.kind === PageKind.overflow &&
      header.overflowPages === pages;
    if (!fits) throw new PageDamage(`page ${address.number} is not the value that should be there`);
    return pages;
  }

  /**
   * A list of free pages: its length, then pages, or a negative count of pages and the first one
   * of them. A page that is in use must not be in it: it would be overwritten.
   */
  private checkFree(page: Buffer, node: PageNode): void {
    const list = this.value(page, node);
    const length = readNumber(list, 0);
    if (length * 8 + 8 > list.length) throw new PageDamage('the list of free pages is cut short');
    for (let index = 1; index <= length; index += 1) {
      let count = 1;
      let entry = Number(list.readBigInt64LE(index * 8));
      if (entry < 0 && index < length) {
        count = -entry;
        index += 1;
        entry = Number(list.readBigInt64LE(index * 8));
      }
      if (entry <= 0) continue;
      for (let page = entry; page < entry + count; page += 1) {
        if (page > this.options.meta.lastPage || this.isUsed(page)) {
          throw new PageDamage(`page ${page} is in use and free at once`);
        }
      }
    }
  }

  private value(page: Buffer, node: PageNode): Buffer {
    if ((node.flags & NodeFlag.longValue) === 0) return valueIn(page, node);
    const { number } = addressOf(page, node);
    const start = number * this.options.meta.pageSize + PAGE_HEADER_BYTES;
    return this.bytesFrom(start, node.valueBytes);
  }

  private read(number: number, level: number): Buffer {
    const { pageSize, lastPage } = this.options.meta;
    if (!Number.isSafeInteger(number) || number > lastPage) {
      throw new PageDamage(`a page leads to page ${number}, beyond the end of the file`);
    }
    this.markUsed(number);
    // A page is needed no longer than its children are looked at, so one buffer a level will do.
    const buffer = this.buffers[level] ?? Buffer.alloc(pageSize);
    this.buffers[level] = buffer;
    return this.fill(buffer, number * pageSize);
  }

  private bytesAt(number: number, length: number): Buffer {
    return this.bytesFrom(number * this.options.meta.pageSize, length);
  }

  private bytesFrom(start: number, length: number): Buffer {
    return this.fill(Buffer.alloc(length), start);
  }

  private fill(buffer: Buffer, start: number): Buffer {
    const bytesRead = readSync(this.options.fd, buffer, 0, buffer.length, start);
    if (bytesRead < buffer.length) throw new PageDamage(`the file ends within byte ${start}`);
    return buffer;
  }

  private markUsed(page: number): void {
    // Following edges only, the same page is both the first and the last one of a small tree.
    if (this.isUsed(page) && !this.options.edgesOnly) {
      throw new PageDamage(`page ${page} is used twice`);
    }
    const at = Math.floor(page / 8);
    this.used[at] = (this.used[at] ?? 0) | (1 << (page % 8));
  }

  private isUsed(page: number): boolean {
    return ((this.used[Math.floor(page / 8)] ?? 0) & (1 << (page % 8))) !== 0;
  }
}

function nodeOf(
  bytes: Buffer,
  at: { readonly number: number; readonly index: number; readonly isLeaf: boolean },
): PageNode {
  const node = readNode(bytes, at.index, at.isLeaf);
  if (node === undefined) throw new PageDamage(`page ${at.number} holds an entry that is cut off`);
  return node;
}

function tableOf(page: Buffer, node: PageNode): NamedTree {
  // Names of tables end with a zero byte.
  const name = keyIn(page, node).toString('latin1').replace(/\0$/, '');
  const value = valueIn(page, node);
  const tree = isTree(value) ? readTree(value) : undefined;
  const isTable = (node.flags & NodeFlag.tree) !== 0 && tree !== undefined && tree.flags === 0;
  if (!isTable || !isPlausible(tree)) throw new PageDamage(`its table ${name} is no table`);
  return { name, tree };
}

function addressOf(
  page: Buffer,
  node: PageNode,
): { readonly number: number; readonly pages: number } {
  const address = valueIn(page, node);
  return { number: readNumber(address, 0), pages: readNumber(address, 16) };
}
