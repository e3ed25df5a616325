/** Keys where they are stored, and whether they stand in order. */
import { PageDamage } from './damage.js';
import { readNumber } from './layout.js';

/** A key where it is stored. */
export interface Key {
  readonly page: Buffer;
  readonly start: number;
  readonly end: number;
}

export type Order = (left: Key, right: Key) => number;
/** Keys of the branch above that embrace those of a page. */
export interface Bounds {
  readonly low: Key | undefined;
  readonly high: Key | undefined;
}

/** Sees to it that the keys of a page go up, between those that embrace it. */
export class KeyOrder {
  private before: Key | undefined;

  constructor(
    private readonly order: Order,
    private readonly page: Bounds & { readonly number: number },
  ) {}

  next(key: Key): void {
    const { low } = this.page;
    const inOrder =
      this.before === undefined
        ? low === undefined || this.order(low, key) <= 0
        : this.order(this.before, key) < 0;
    if (!inOrder) this.fail();
    this.before = key;
  }

  end(): void {
    const { high } = this.page;
    if (this.before === undefined || high === undefined) return;
    if (this.order(this.before, high) >= 0) this.fail();
  }

  private fail(): never {
    throw new PageDamage(`page ${this.page.number} holds keys out of order`);
  }
}

export function byBytes(left: Key, right: Key): number {
  const length = Math.min(left.end - left.start, right.end - right.start);
  for (let index = 0; index < length; index += 1) {
    const difference =
      (left.page[left.start + index] ?? 0) - (right.page[right.start + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.end - left.start - (right.end - right.start);
}

/** Keys of the free pages are numbers in the byte order of the machine. */
export function byNumber(left: Key, right: Key): number {
  if (left.end - left.start !== 8 || right.end - right.start !== 8) {
    throw new PageDamage('a list of free pages has no number');
  }
  return readNumber(left.page, left.start) - readNumber(right.page, right.start);
}
