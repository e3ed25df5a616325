import { BACKWARDS, END } from '@eventstore/db-client';
import type { LogFilter, Position } from '../../ports/event-store.js';
import { type Access, unavailable } from './access.js';
import { matches } from './filter.js';
import { toRecorded } from './recorded.js';
import { oneConnection } from './subscribe.js';

/**
 * Events looked at in one page when searching for the last event of a category. The last events
 * of a busy log are of many categories, so most searches end with the first, small page.
 */
const firstPageEvents = 16;
const largestPageEvents = 512;
/**
 * Events that are fetched and looked at here. Of a longer stretch the server is asked to look
 * through the rest itself: others may have written millions of events since our last one.
 */
const lookedAtEventsMax = 1_024;

/** Everything up to `upTo` was looked at, and the last event that matches is at `last`. */
interface Looked {
  readonly upTo: Position | null;
  readonly last: Position | null;
}

type Search = Looked & { readonly isComplete: boolean };

/**
 * Searches backwards, page by page, down to `floor`. Every page is read to its end, found or not:
 * servers count the calls that a client breaks off, and end the whole connection, with all that
 * is under way on it, of one that breaks off more than some tens a second.
 */
const searchBackwards = async (
  { client, names }: Access,
  filter: LogFilter,
  floor: Position | null,
): Promise<Search> => {
  let upTo: Position | null = null;
  let before: Position | null = null;
  let looked = 0;
  for (let maxCount = firstPageEvents; ; maxCount = Math.min(maxCount * 4, largestPageEvents)) {
    const fromPosition: typeof END | { commit: bigint; prepare: bigint } =
      before === null ? END : { commit: before, prepare: before };
    let seen = 0;
    let last: Position | null = null;
    for await (const resolved of client.readAll({ direction: BACKWARDS, fromPosition, maxCount })) {
      seen += 1;
      before = resolved.commitPosition ?? before;
      upTo ??= before;
      const event = toRecorded(resolved, names);
      if (event !== null && matches(filter, event.stream)) last ??= event.position;
    }
    looked += seen;
    const isAtFloor = floor !== null && before !== null && before <= floor;
    if (last !== null || isAtFloor || seen < maxCount) return { upTo, last, isComplete: true };
    if (looked >= lookedAtEventsMax) return { upTo, last, isComplete: false };
  }
};

/** Lets the server look through everything after `floor` and up to `upTo`. */
const searchForwards = async (
  access: Access,
  filter: LogFilter,
  { floor, upTo }: { readonly floor: Position | null; readonly upTo: Position | null },
): Promise<Position | null> => {
  const { signal } = new AbortController();
  const isBeyond = (position: Position): boolean => upTo === null || position > upTo;
  let last: Position | null = null;
  for await (const lot of oneConnection(access, { after: floor, filter, signal })) {
    for (const item of lot) {
      if (item.kind === 'caught-up') return last;
      const position = item.kind === 'event' ? item.event.position : item.position;
      if (isBeyond(position)) return last;
      if (item.kind === 'event') last = position;
    }
  }
  return last;
};

/** The search for one filter: remembers what it has seen, and is run by one caller at a time. */
const createSearch = (access: Access, filter: LogFilter): (() => Promise<Position | null>) => {
  let seen: Looked = { upTo: null, last: null };
  let running: Promise<unknown> | null = null;
  let next: Promise<Position | null> | null = null;

  const look = async (): Promise<Position | null> => {
    const floor = seen.upTo ?? (await access.beginning());
    const { upTo, last, isComplete } = await searchBackwards(access, filter, floor);
    const found = isComplete ? last : await searchForwards(access, filter, { floor, upTo });
    seen = { upTo: upTo ?? seen.upTo, last: found ?? seen.last };
    return seen.last;
  };

  const start = (): Promise<Position | null> => {
    next = null;
    const search = look().finally(() => {
      if (running === search) running = null;
    });
    running = search;
    return search;
  };

  return () => {
    if (running === null) return start();
    // It began before this caller asked, and may have missed what the caller knows to be there.
    next ??= running.then(start, start);
    return next;
  };
};

/**
 * Finds the position of the last event that matches. What was looked at once is not looked at
 * again, so a poll costs what was written since the one before, not what is in the log; and those
 * who ask while a search is under way share the one after it.
 */
export const createLastPosition = (
  access: Access,
): ((filter: LogFilter) => Promise<Position | null>) => {
  const searches = new Map<string, () => Promise<Position | null>>();
  return async (filter) => {
    const key = filter.categories?.join() ?? '';
    const search = searches.get(key) ?? createSearch(access, filter);
    searches.set(key, search);
    try {
      return await search();
    } catch (error) {
      throw unavailable(error);
    }
  };
};
