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
const lookedAtEventsMax = 4_096;

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
  for await (const item of oneConnection(access, { after: floor, filter, signal })) {
    if (item.kind === 'caught-up') break;
    const position = item.kind === 'event' ? item.event.position : item.position;
    if (isBeyond(position)) break;
    if (item.kind === 'event') last = position;
  }
  return last;
};

/**
 * Finds the position of the last event that matches. What was looked at once is not looked at
 * again, so a poll costs what was written since the one before, not what is in the log.
 */
export const createLastPosition = (
  access: Access,
): ((filter: LogFilter) => Promise<Position | null>) => {
  const known = new Map<string, Looked>();
  const look = async (filter: LogFilter, before: Looked): Promise<Looked> => {
    const floor = before.upTo ?? (await access.beginning());
    const { upTo, last, isComplete } = await searchBackwards(access, filter, floor);
    const found = isComplete ? last : await searchForwards(access, filter, { floor, upTo });
    return { upTo, last: found ?? before.last };
  };
  return async (filter) => {
    const key = filter.categories?.join() ?? '';
    const before = known.get(key) ?? { upTo: null, last: null };
    try {
      const now = await look(filter, before);
      // Of several searches under way, the one that saw more is remembered.
      if ((now.upTo ?? 0n) >= (known.get(key)?.upTo ?? 0n)) known.set(key, now);
      return now.last;
    } catch (error) {
      throw unavailable(error);
    }
  };
};
