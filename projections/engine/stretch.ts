import type { Category } from '../../domain/registry.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { isAtLeast } from './checkpoints.js';

export interface Stretch {
  readonly categories: readonly Category[];
  readonly after: Position | null;
  /** The last position that is wanted; `null` is the end of the log as it is now. */
  readonly upTo: Position | null;
  readonly signal: AbortSignal;
}

/**
 * The events of a part of the log that concern some categories. A subscription, because the store
 * filters it on its side: a rare event is found without everything in between being sent.
 */
export async function* eventsIn(
  store: EventStore,
  { categories, after, upTo, signal }: Stretch,
): AsyncGenerator<RecordedEvent> {
  const isBeyond = (position: Position): boolean => upTo !== null && position > upTo;
  for await (const item of store.subscribeLog({ after, filter: { categories }, signal })) {
    if (item.kind === 'caught-up') return;
    if (item.kind === 'checkpoint') {
      if (upTo !== null && isAtLeast(item.position, upTo)) return;
      continue;
    }
    if (isBeyond(item.event.position)) return;
    yield item.event;
  }
  signal.throwIfAborted();
}
