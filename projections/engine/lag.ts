import { secondsBetween } from '../../domain/shared/instant.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { readCheckpoint } from './checkpoints.js';
import type { EngineContext } from './context.js';
import { countParkedStreams } from './parked.js';
import type { Projection } from './projection.js';
import { eventsIn, type Stretch } from './stretch.js';

/** How far a projection is behind the log, as far as the log concerns it. */
export interface Lag {
  readonly name: string;
  readonly position: Position | null;
  /** Difference of log positions: bytes of the log, roughly; 0 when nothing is missing. */
  readonly positions: number;
  /** Age of the oldest event that it has not projected yet; 0 when nothing is missing. */
  readonly seconds: number;
  readonly parkedStreams: number;
}

/** How long the store may take to say whether anything is missing. */
const askStoreTimeoutMs = 10_000;

/** The first event after `after`, up to `upTo`, that concerns the projection, or `null`. */
export const nextEvent = async (
  store: EventStore,
  { categories }: Projection,
  stretch: Pick<Stretch, 'after' | 'upTo'>,
): Promise<RecordedEvent | null> => {
  const signal = AbortSignal.timeout(askStoreTimeoutMs);
  for await (const event of eventsIn(store, { ...stretch, categories, signal })) return event;
  return null;
};

/** Lag of each projection, in the order in which they are given. */
export const measureLag = async (
  { database, store, clock }: EngineContext,
  projections: readonly Projection[],
): Promise<readonly Lag[]> => {
  const parked = await countParkedStreams(database);
  return Promise.all(
    projections.map(async (projection): Promise<Lag> => {
      const { name, categories } = projection;
      const position = (await readCheckpoint(database, name))?.position ?? null;
      const common = { name, position, parkedStreams: parked.get(name) ?? 0 };
      const next = await nextEvent(store, projection, { after: position, upTo: null });
      if (next === null) return { ...common, positions: 0, seconds: 0 };
      const last = (await store.lastPosition({ categories })) ?? next.position;
      return {
        ...common,
        positions: Number(last - (position ?? 0n)),
        seconds: Math.max(0, secondsBetween(next.recordedAt, clock.now())),
      };
    }),
  );
};
