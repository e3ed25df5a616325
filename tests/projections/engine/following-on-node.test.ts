import test from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { memoryLog } from '../../support/log.js';
import { followingSuite } from './suite.js';

// A log for each test; connections close only at the end, because the client fails all unanswered
// appends of the process when one of its connections goes away.
const closings: (() => Promise<void>)[] = [];
test.after.always(async () => {
  for (const close of closings) await close();
});

followingSuite(test, async () => {
  const node = await startEventStoreNode({ port: 0 });
  const store = connectEventStore({ url: node.connectionString }, memoryLog());
  closings.push(async () => {
    await store.close();
    await node.stop();
  });
  return store;
});
