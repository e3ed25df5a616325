import test from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { memoryLog } from '../../support/log.js';
import { proposed } from '../../support/proposed-event.js';

test('a store closes although a reader has left before the end', async (t) => {
  const node = await startEventStoreNode({ port: 0 });
  const store = connectEventStore({ url: node.connectionString }, memoryLog());
  await store.append('early-1', 'no-stream', [proposed('A'), proposed('B')]);
  for (let round = 0; round < 20; round += 1) {
    for await (const { type } of store.readStream('early-1', 1n)) {
      t.is(type, 'B');
      break;
    }
    for await (const { type } of store.readLog(null, { categories: ['early'] })) {
      t.is(type, 'A');
      break;
    }
  }
  await t.notThrowsAsync(store.close());
  await node.stop();
});
