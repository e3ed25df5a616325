import type { EventStore, Revision } from '../../ports/event-store.js';
import { type Pages, pageRecord, pageStream } from '../../ports/snapshots/index.js';
import { proposeRecord } from './propose-record.js';
import type { Shelf, Trail } from './trail.js';

/** Whose pages they are. */
export interface PagesOf {
  readonly store: Pick<EventStore, 'append' | 'readLast' | 'limitStream'>;
  readonly shape: string;
  /** The stream whose keys they hold. */
  readonly stream: string;
}

/** The keys of a page; `null` when it cannot be relied on. */
const readPage = async (
  { store, shape, stream }: PagesOf,
  { count, upTo }: Pages,
  page: number,
): Promise<readonly number[] | null> => {
  const recorded = await store.readLast(pageStream(stream, page));
  const record = recorded === null ? null : pageRecord.decode(recorded);
  const isRight =
    record !== null &&
    record.shape === shape &&
    record.stream === stream &&
    record.page === page &&
    record.pages.count === count &&
    record.pages.upTo >= upTo;
  return isRight ? record.keys : null;
};

/** The same, read once for as long as it stays on the shelf. */
const pageOf = (of: PagesOf, shelf: Shelf, page: number): Promise<readonly number[] | null> => {
  const known = shelf.read.get(page);
  if (known !== undefined) return known;
  const reading = readPage(of, shelf.pages, page);
  shelf.read.set(page, reading);
  // Whoever waits for it hears of a failure; the next one tries again.
  reading.catch(() => shelf.read.delete(page));
  return reading;
};

/** Whether a key may have been seen: false for certain, true perhaps. */
export const mayHaveSeen = async (
  of: PagesOf,
  trail: Trail,
  fingerprint: number,
): Promise<boolean> => {
  for (;;) {
    const { shelf } = trail;
    if (trail.keys.includes(fingerprint)) return true;
    if (shelf === null) return false;
    const keys = await pageOf(of, shelf, fingerprint % shelf.pages.count);
    // If keys were moved into pages meanwhile, this was an old one.
    if (trail.shelf === shelf) return keys === null || keys.includes(fingerprint);
  }
};

/** All keys that are in pages; `null` when one of them cannot be relied on. */
const readPages = async (of: PagesOf, pages: Pages | null): Promise<readonly number[] | null> => {
  const all: number[] = [];
  for (let page = 0; page < (pages?.count ?? 0); page += 1) {
    const keys = pages === null ? null : await readPage(of, pages, page);
    if (keys === null) return null;
    for (const key of keys) all.push(key);
  }
  return all;
};

/** A power of two, and never fewer than there were. */
const countFor = (keys: number, before: number, keysInPageMax: number): number => {
  let count = before;
  while (count * keysInPageMax < keys) count *= 2;
  return count;
};

const writePages = async (
  { store, shape, stream }: PagesOf,
  keys: ReadonlySet<number>,
  { pages, before }: { readonly pages: Pages; readonly before: number },
): Promise<boolean> => {
  const byPage = Array.from({ length: pages.count }, (): number[] => []);
  for (const key of keys) byPage[key % pages.count]?.push(key);
  for (const [page, keysOfPage] of byPage.entries()) {
    const place = pageStream(stream, page);
    if (page >= before) await store.limitStream(place, 1);
    const record = { shape, stream, page, pages, keys: keysOfPage.sort((a, b) => a - b) };
    const proposed = proposeRecord(pageRecord.type, pageRecord.encode(record));
    const outcome = await store.append(place, 'any', [proposed]);
    if (outcome.kind !== 'done') return false;
  }
  return true;
};

export interface Move {
  /** Keys that are in no page yet. */
  readonly keys: readonly number[];
  readonly upTo: Revision;
  readonly keysInPageMax: number;
  /** All keys of the stream from its beginning, for pages that cannot be relied on. */
  readonly anew: () => Promise<readonly number[]>;
}

/** Puts keys into pages, beside those that are there; `null` when that failed. */
export const moveIntoPages = async (
  of: PagesOf,
  before: Pages | null,
  { keys, upTo, keysInPageMax, anew }: Move,
): Promise<Pages | null> => {
  const there = await readPages(of, before);
  const all = new Set(there === null ? await anew() : there);
  for (const key of keys) all.add(key);
  const pages = { count: countFor(all.size, before?.count ?? 1, keysInPageMax), upTo };
  const isWritten = await writePages(of, all, { pages, before: before?.count ?? 0 });
  return isWritten ? pages : null;
};
