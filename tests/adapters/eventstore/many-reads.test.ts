import test, { type ExecutionContext } from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import type { EventStore, Position, RecordedEvent } from '../../../ports/event-store.js';
import { openTestLog } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { proposed } from '../../support/proposed-event.js';

/** More than the calls that a client may break off at once before the server ends everything. */
const asks = 1_500;
const atATime = 50;

const connected = async (t: ExecutionContext): Promise<EventStore> => {
  const place = await openTestLog();
  const store = connectEventStore(place, memoryLog());
  t.teardown(async () => {
    await store.close();
    await place.stop();
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

/** Events after a position, page by page: others may have written in between. */
const next = async (
  store: EventStore,
  after: Position | null,
  count: number,
): Promise<readonly RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  let from = after;
  for (let isLast = false; !isLast && found.length < count; ) {
    const page = await store.readLogPage(from, 2);
    found.push(...page.events);
    ({ isLast, upTo: from } = page);
  }
  return found.slice(0, count);
};

test.serial('pages of the log may be read as often as anybody likes', async (t) => {
  const store = await connected(t);
  for (let count = 0; count < 10; count += 1) {
    await store.append(`user-${count}`, 'any', [proposed('Other')]);
  }
  const whole = await next(store, null, 100);
  t.is(whole.length, 10);
  for (let asked = 0; asked < asks; asked += atATime) {
    const answers = Array.from({ length: atATime }, () => {
      return next(store, whole[3]?.position ?? null, 2);
    });
    for (const found of await Promise.all(answers)) t.deepEqual(found, whole.slice(4, 6));
  }
  t.deepEqual(await next(store, whole[9]?.position ?? null, 1), []);
});
