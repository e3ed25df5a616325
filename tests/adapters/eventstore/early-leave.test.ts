import test from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { openTestLog } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { proposed } from '../../support/proposed-event.js';

/** More than fits into the buffers on the way, so that the server is still sending. */
const lengths = [2, 5_000];

for (const length of lengths) {
  test.serial(`a store closes although readers have left ${length} events early`, async (t) => {
    const place = await openTestLog();
    const store = connectEventStore(place, memoryLog());
    for (let written = 0; written < length; written += 500) {
      const batch = Array.from({ length: Math.min(length, 500) }, () => proposed('A'));
      await store.append('early-1', 'any', batch);
    }
    for (let round = 0; round < 20; round += 1) {
      for await (const { revision } of store.readStream('early-1', 1n)) {
        t.is(revision, 1n);
        break;
      }
      for await (const { revision } of store.readLog(null, { categories: ['early'] })) {
        t.is(revision, 0n);
        break;
      }
    }
    await t.notThrowsAsync(store.close());
    await place.stop();
  });
}
