import type { EventStore } from '../../ports/event-store.js';
import { snapshotCategory, snapshotDropped } from '../../ports/snapshots/index.js';
import { proposeRecord } from './propose-record.js';

export interface DropTools {
  readonly store: Pick<EventStore, 'append' | 'readLog'>;
  /** Ends it by throwing its reason; what was dropped by then is dropped. */
  readonly signal: AbortSignal;
}

/**
 * Puts an event that is no snapshot in the place of every snapshot of these aggregates. Whoever
 * reads such a stream next folds it from its beginning and keeps a new one, pages included.
 *
 * @returns how many were dropped.
 * @throws EventStoreUnavailable, and an error when the store does not take one of these events.
 */
export const dropSnapshots = async (
  { store, signal }: DropTools,
  categories: readonly string[],
): Promise<number> => {
  const streams = new Set<string>();
  const filter = { categories: categories.map(snapshotCategory) };
  for await (const { stream, type } of store.readLog(null, filter)) {
    signal.throwIfAborted();
    if (type === snapshotDropped) streams.delete(stream);
    else streams.add(stream);
  }
  for (const stream of streams) {
    signal.throwIfAborted();
    const proposed = proposeRecord(snapshotDropped, {});
    const outcome = await store.append(stream, 'any', [proposed]);
    if (outcome.kind !== 'done') throw new Error(`${stream} was not dropped: ${outcome.kind}`);
  }
  return streams.size;
};
