import { secondsBetween } from '../../domain/shared/instant.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { isAtLeast, readCheckpoints } from './checkpoints.js';
import type { EngineContext } from './context.js';
import { countParkedStreams } from './parked.js';
import type { Projection } from './projection.js';

/** How far a projection is behind the log, as far as the log concerns it. */
export interface Lag {
  readonly name: string;
  readonly position: Position | null;
  /**
   * Difference of log positions, 0 when nothing is missing. A projection that is further behind
   * than is looked ahead has at least this lag; nothing that concerns it may be in it, since one
   * that runs tells its place long before.
   */
  readonly positions: number;
  /** Age of the oldest event that it has not projected yet; 0 when nothing is missing. */
  readonly seconds: number;
  readonly parkedStreams: number;
}

/**
 * How much of the log is looked at: several times as much as may pass before a projection that
 * runs tells how far it is, whatever concerns it. Beyond that the exact lag matters to nobody.
 */
const pageEvents = 500;
const pagesMax = 4;

/** What one projection is missing, as far as it was looked for. */
interface Search {
  readonly projection: Projection;
  readonly checkpoint: Position | null;
  first: RecordedEvent | null;
  last: RecordedEvent | null;
}

const note = (search: Search, event: RecordedEvent, category: string): void => {
  if (isAtLeast(search.checkpoint, event.position)) return;
  if (!search.projection.categories.some((each) => each === category)) return;
  search.first ??= event;
  search.last = event;
};

/**
 * Looks for what is missing, for all projections at once: most stand close to one another, so a
 * page that one has to look at is a page for all. Each page is read to its end: stores end the
 * connection of whoever breaks off calls again and again.
 */
const search = async (
  store: Pick<EventStore, 'readLogPage'>,
  searches: readonly Search[],
): Promise<void> => {
  const inOrder = searches.toSorted((left, right) =>
    isAtLeast(left.checkpoint, right.checkpoint) ? 1 : -1,
  );
  const [hindmost] = inOrder;
  if (hindmost === undefined) return;
  let after = hindmost.checkpoint;
  const isNotReached = ({ checkpoint }: Search): boolean => !isAtLeast(after, checkpoint);
  let looked: RecordedEvent | null = null;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await store.readLogPage(after, pageEvents);
    for (const event of page.events) {
      const category = event.stream.slice(0, event.stream.indexOf('-'));
      for (const each of inOrder) note(each, event, category);
    }
    if (page.isLast) return;
    after = page.upTo;
    looked = page.events.at(-1) ?? looked;
  }
  for (const each of inOrder) {
    if (isNotReached(each)) continue;
    each.first ??= looked;
    each.last ??= looked;
  }
  await search(store, inOrder.filter(isNotReached));
};

/** Lag of each projection, in the order in which they are given. */
export const measureLag = async (
  { database, store, clock }: Pick<EngineContext, 'database' | 'store' | 'clock'>,
  projections: readonly Projection[],
): Promise<readonly Lag[]> => {
  const parked = await countParkedStreams(database);
  const checkpoints = new Map((await readCheckpoints(database)).map((each) => [each.name, each]));
  const searches = projections.map(
    (projection): Search => ({
      projection,
      checkpoint: checkpoints.get(projection.name)?.position ?? null,
      first: null,
      last: null,
    }),
  );
  await search(store, searches);
  return searches.map(({ projection: { name }, checkpoint: position, first, last }): Lag => {
    const common = { name, position, parkedStreams: parked.get(name) ?? 0 };
    if (first === null || last === null) return { ...common, positions: 0, seconds: 0 };
    return {
      ...common,
      positions: Number(last.position - (position ?? 0n)),
      seconds: Math.max(0, secondsBetween(first.recordedAt, clock.now())),
    };
  });
};
