import test from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { openTestLog } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { followingSuite } from './suite.js';

// A log for each test; connections close only at the end, because the client fails all unanswered
// appends of the process when one of its connections goes away.
const closings: (() => Promise<void>)[] = [];
test.after.always(async () => {
  for (const close of closings) await close();
});

followingSuite(test, async () => {
  const place = await openTestLog();
  const store = connectEventStore(place, memoryLog());
  closings.push(async () => {
    await store.close();
    await place.stop();
  });
  return store;
});
