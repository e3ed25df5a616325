/** A history, put into a store as it is: ids and metadata stay, positions are the store's own. */

import { EventMetadata } from '../../ports/event-metadata.js';
import type { EventStore, ProposedEvent, RecordedEvent } from '../../ports/event-store.js';

/** Events of one append; whatever stands side by side in one stream goes together. */
const eventsAtOnceMax = 500;

const asProposed = ({ id, type, data, metadata }: RecordedEvent): ProposedEvent => {
  if (!EventMetadata.is(metadata)) throw new Error(`${type} ${id} has no metadata of ours`);
  return { id, type, data, metadata };
};

const write = async (
  store: Pick<EventStore, 'append'>,
  events: readonly RecordedEvent[],
): Promise<void> => {
  const [first] = events;
  if (first === undefined) return;
  const { stream, revision } = first;
  const expected = revision === 0n ? 'no-stream' : revision - 1n;
  const outcome = await store.append(stream, expected, events.map(asProposed));
  if (outcome.kind !== 'done') throw new Error(`${stream}: ${outcome.kind}`);
};

/** Appends a history in the order of its log. */
export const writeHistory = async (
  store: Pick<EventStore, 'append'>,
  history: Iterable<RecordedEvent>,
): Promise<void> => {
  let waiting: RecordedEvent[] = [];
  for (const event of history) {
    const isFull = waiting.length >= eventsAtOnceMax;
    if (isFull || (waiting[0] !== undefined && waiting[0].stream !== event.stream)) {
      await write(store, waiting);
      waiting = [];
    }
    waiting.push(event);
  }
  await write(store, waiting);
};
