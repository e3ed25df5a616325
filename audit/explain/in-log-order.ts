import type { RecordedEvent } from '../../ports/event-store.js';

/** Events of several streams in the order of the log; one of each stream is held at a time. */
export async function* inLogOrder(
  streams: readonly AsyncIterable<RecordedEvent>[],
): AsyncGenerator<RecordedEvent> {
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  try {
    for (;;) {
      let first: { readonly index: number; readonly event: RecordedEvent } | null = null;
      for (const [index, head] of heads.entries()) {
        if (head.done === true) continue;
        const event: RecordedEvent = head.value;
        if (first === null || event.position < first.event.position) first = { index, event };
      }
      if (first === null) return;
      yield first.event;
      const next = await readers[first.index]?.next();
      if (next !== undefined) heads[first.index] = next;
    }
  } finally {
    for (const reader of readers) await reader.return?.();
  }
}
