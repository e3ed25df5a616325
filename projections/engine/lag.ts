import { secondsBetween } from '../../domain/shared/instant.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { readCheckpoint } from './checkpoints.js';
import type { EngineContext } from './context.js';
import { countParkedStreams } from './parked.js';
import type { Projection } from './projection.js';

/** How far a projection is behind the log, as far as the log concerns it. */
export interface Lag {
  readonly name: string;
  readonly position: Position | null;
  /**
   * Difference of log positions, 0 when nothing is missing. A projection that is further behind
   * than is looked ahead has at least this lag.
   */
  readonly positions: number;
  /** Age of the oldest event that it has not projected yet; 0 when nothing is missing. */
  readonly seconds: number;
  readonly parkedStreams: number;
}

/** How much of the log is looked at; beyond that the exact lag matters to nobody. */
const pageEvents = 500;
const pagesMax = 20;

/**
 * The first and the last event that the projection is missing, as far as is looked ahead. Pages,
 * each read to its end: stores end the connection of whoever breaks off calls again and again.
 */
const missingEvents = async (
  store: Pick<EventStore, 'readLogPage'>,
  { categories }: Projection,
  checkpoint: Position | null,
): Promise<{ readonly first: RecordedEvent; readonly last: RecordedEvent } | null> => {
  const concernsIt = ({ stream }: RecordedEvent): boolean =>
    categories.some((category) => stream.startsWith(`${category}-`));
  let after = checkpoint;
  let first: RecordedEvent | null = null;
  let last: RecordedEvent | null = null;
  // Something missing is found wherever it is; how much of it there is, as far as is looked.
  for (let pages = 0; pages < pagesMax || first === null; pages += 1) {
    const page = await store.readLogPage(after, pageEvents);
    const missing = page.events.filter(concernsIt);
    first ??= missing[0] ?? null;
    last = missing.at(-1) ?? last;
    if (page.isLast) break;
    after = page.upTo;
  }
  return first === null || last === null ? null : { first, last };
};

/** Lag of each projection, in the order in which they are given. */
export const measureLag = async (
  { database, store, clock }: EngineContext,
  projections: readonly Projection[],
): Promise<readonly Lag[]> => {
  const parked = await countParkedStreams(database);
  return Promise.all(
    projections.map(async (projection): Promise<Lag> => {
      const { name } = projection;
      const position = (await readCheckpoint(database, name))?.position ?? null;
      const common = { name, position, parkedStreams: parked.get(name) ?? 0 };
      const missing = await missingEvents(store, projection, position);
      if (missing === null) return { ...common, positions: 0, seconds: 0 };
      return {
        ...common,
        positions: Number(missing.last.position - (position ?? 0n)),
        seconds: Math.max(0, secondsBetween(missing.first.recordedAt, clock.now())),
      };
    }),
  );
};
