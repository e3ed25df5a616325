import test, { type ExecutionContext } from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { memoryLog } from '../../support/log.js';
import { proposed } from '../../support/proposed-event.js';

/** More than the calls that a client may break off at once before the server ends everything. */
const asks = 1_500;
const atATime = 50;

const connected = async (t: ExecutionContext): Promise<EventStore> => {
  const node = await startEventStoreNode({ port: 0 });
  const store = connectEventStore({ url: node.connectionString }, memoryLog());
  t.teardown(async () => {
    await store.close();
    await node.stop();
  });
  return store;
};

const eventsIn = async (store: EventStore, stream: string): Promise<number> => {
  let events = 0;
  for await (const _event of store.readStream(stream)) events += 1;
  return events;
};

test.serial('streams that nobody wrote may be read as often as anybody likes', async (t) => {
  const store = await connected(t);
  for (let asked = 0; asked < asks; asked += atATime) {
    const answers = Array.from({ length: atATime }, () => eventsIn(store, 'user-nobody'));
    t.deepEqual(new Set(await Promise.all(answers)), new Set([0]));
  }
});

test.serial('the last position may be asked for as often as anybody likes', async (t) => {
  const store = await connected(t);
  t.is(await store.lastPosition(), null);
  await store.append('settings-network', 'any', [proposed('Other')]);
  const oldest = await store.lastPosition();
  for (let count = 0; count < 100; count += 1) {
    await store.append(`user-${count}`, 'any', [proposed('Other')]);
  }
  const newest = await store.lastPosition();
  for (let asked = 0; asked < asks; asked += atATime) {
    const answers = Array.from({ length: atATime }, () =>
      store.lastPosition({ categories: ['user'] }),
    );
    t.deepEqual(new Set(await Promise.all(answers)), new Set([newest]));
  }
  t.is(await store.lastPosition({ categories: ['settings'] }), oldest, 'many pages back');
  t.is(await store.lastPosition({ categories: ['points'] }), null);
});

test.serial('pages of the log may be read as often as anybody likes', async (t) => {
  const store = await connected(t);
  for (let count = 0; count < 10; count += 1) {
    await store.append(`user-${count}`, 'any', [proposed('Other')]);
  }
  const whole = await store.readLogPage(null, 1_000);
  t.is(whole.events.length, 10);
  t.true(whole.isLast);
  for (let asked = 0; asked < asks; asked += atATime) {
    const answers = Array.from({ length: atATime }, () =>
      store.readLogPage(whole.events[3]?.position ?? null, 2),
    );
    for (const { events, upTo, isLast } of await Promise.all(answers)) {
      t.deepEqual(events, whole.events.slice(4, 6));
      t.is(upTo, whole.events[5]?.position ?? null);
      t.false(isLast);
    }
  }
  t.deepEqual(await store.readLogPage(whole.upTo, 5), { ...whole, events: [] });
});
