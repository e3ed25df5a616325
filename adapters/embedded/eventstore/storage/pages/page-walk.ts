/**
 * Follows the trees of a data file from page to page, without LMDB, and finds what does not fit:
 * a page that is not the one that was asked for, keys out of order, a page that is used twice or
 * is free and used at once, counts that are not true.
 */
import { PageDamage } from './damage.js';
import { type Bounds, byBytes, byNumber, KeyOrder, type Order } from './key-order.js';
import {
  isPlausible,
  isTree,
  keyIn,
  META_PAGES,
  type MetaPage,
  NODE_HEADER_BYTES,
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
import { PageFile } from './page-file.js';

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
  readonly order: Order;
  readonly counted: Counted;
  /** What all entries of the tree are marked with. */
  readonly flags: number;
  readonly onLeafNode: OnLeafNode;
}

export class PageWalk {
  private readonly used: Uint8Array;
  private readonly file: PageFile;

  constructor(private readonly options: WalkOptions) {
    this.file = new PageFile(options.fd, options.meta);
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
    const addTable = (page: Buffer, node: PageNode): void => {
      tables.push(tableOf(page, node));
    };
    yield* this.tree(meta.main, { order: byBytes, flags: NodeFlag.tree, onLeafNode: addTable });
    const plain = { order: byBytes, flags: 0, onLeafNode: () => undefined };
    for (const { tree } of tables) yield* this.tree(tree, plain);
    const onLeafNode = (page: Buffer, node: PageNode): void => {
      if (!edgesOnly) this.checkFree(page, node);
    };
    yield* this.tree(meta.free, { order: byNumber, flags: 0, onLeafNode });
    return tables;
  }

  private *tree(tree: Tree, rules: Omit<Visit, 'counted'>): Generator<void> {
    const { root, depth } = tree;
    if (root === undefined) return;
    const counted = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
    const visit = { ...rules, counted };
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
    const bytes = this.file.page(number, level);
    this.markUsed(number);
    const header = this.checkHeader(bytes, number, isLeaf);
    const nodes = nodesOf(bytes, header, isLeaf);
    const order = new KeyOrder(visit.order, place);
    yield;
    if (isLeaf) {
      visit.counted.leafPages += 1;
      for (const node of nodes) {
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
      readonly nodes: readonly PageNode[];
      readonly place: Place;
      readonly order: KeyOrder;
    },
  ): Generator<void> {
    const { bytes, nodes, place, order } = branch;
    const { level } = place;
    // The first key of a branch is empty: it stands for everything below the second one.
    let { low } = place;
    for (const [index, node] of nodes.entries()) {
      const next = nodes[index + 1];
      const key = next && { page: bytes, start: next.keyStart, end: next.keyEnd };
      if (key !== undefined) order.next(key);
      const high = key ?? place.high;
      if (!this.options.edgesOnly || index === 0 || next === undefined) {
        yield* this.page(visit, { number: node.child, level: level - 1, low, high });
      }
      low = high;
    }
    order.end();
  }

  private leafNode({ counted, flags, onLeafNode }: Visit, page: Buffer, node: PageNode): void {
    counted.entries += 1;
    const isLong = (node.flags & NodeFlag.longValue) !== 0;
    if ((node.flags & ~NodeFlag.longValue) !== flags) {
      throw new PageDamage(`page ${readPageHeader(page).number} holds an entry of a wrong kind`);
    }
    if (isLong) counted.overflowPages += this.checkLongValue(page, node);
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
    const header = readPageHeader(this.file.bytes(address.number, 0, PAGE_HEADER_BYTES));
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
          throw new PageDamage(`page ${page} is free although it is in use, or twice`);
        }
        this.markUsed(page);
      }
    }
  }

  private value(page: Buffer, node: PageNode): Buffer {
    if ((node.flags & NodeFlag.longValue) === 0) return valueIn(page, node);
    const { number } = addressOf(page, node);
    return this.file.bytes(number, PAGE_HEADER_BYTES, node.valueBytes);
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

/** The nodes of a page; they and the free space fill it exactly. */
function nodesOf(bytes: Buffer, header: PageHeader, isLeaf: boolean): readonly PageNode[] {
  const nodes: PageNode[] = [];
  let used = 0;
  for (let index = 0; index < header.nodes; index += 1) {
    const node = readNode(bytes, index, isLeaf);
    if (node === undefined) {
      throw new PageDamage(`page ${header.number} holds an entry that is cut off`);
    }
    nodes.push(node);
    const size = NODE_HEADER_BYTES + node.end - node.keyStart;
    used += size + (size % 2);
  }
  if (used !== bytes.length - PAGE_HEADER_BYTES - header.upper) {
    throw new PageDamage(`page ${header.number} is not filled as it says`);
  }
  return nodes;
}

function tableOf(page: Buffer, node: PageNode): NamedTree {
  // Names of tables end with a zero byte.
  const name = keyIn(page, node).toString('latin1').replace(/\0$/, '');
  const value = valueIn(page, node);
  const tree = isTree(value) ? readTree(value) : undefined;
  if (tree === undefined || tree.flags !== 0 || !isPlausible(tree)) {
    throw new PageDamage(`its table ${name} is no table`);
  }
  return { name, tree };
}

function addressOf(
  page: Buffer,
  node: PageNode,
): { readonly number: number; readonly pages: number } {
  const address = valueIn(page, node);
  return { number: readNumber(address, 0), pages: readNumber(address, 16) };
}
