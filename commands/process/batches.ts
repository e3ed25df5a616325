import type { LogItem } from '../../ports/event-store.js';

/**
 * Groups what has already arrived, at most `max` items, without waiting for more: alone when it
 * is quiet, in large rounds when much is coming. The source is read ahead by one batch only, so
 * its own back pressure works.
 */
export async function* inBatches(
  items: AsyncIterable<LogItem>,
  max: number,
): AsyncGenerator<readonly LogItem[]> {
  const iterator = items[Symbol.asyncIterator]();
  let batch: LogItem[] = [];
  let next = iterator.next();
  try {
    for (;;) {
      const arrived = await (batch.length === 0 ? next : Promise.race([next, arrivedByNow()]));
      if (arrived === 'nothing') {
        yield batch;
        batch = [];
        continue;
      }
      if (arrived.done) {
        if (batch.length > 0) yield batch;
        return;
      }
      batch.push(arrived.value);
      next = iterator.next();
      if (batch.length >= max) {
        yield batch;
        batch = [];
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** A macro task later, everything that is already buffered has been delivered. */
const arrivedByNow = (): Promise<'nothing'> =>
  new Promise((resolve) => setImmediate(() => resolve('nothing')));
