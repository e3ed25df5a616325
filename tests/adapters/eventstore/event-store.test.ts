import test from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import type { EventStore, LogItem } from '../../../ports/event-store.js';
import { openTestLog, withOption } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';

// One node for the file: the client fails all unanswered appends of the process when one of its
// connections goes away. Each test writes to a category of its own.
const place = await openTestLog();
const store: EventStore = connectEventStore(place, memoryLog());
const closings = [() => store.close()];
test.after.always(async () => {
  for (const close of closings) await close();
  await place.stop();
});

/** Reads a subscription until `enough` says so. */
const collectUntil = async (
  source: AsyncIterable<LogItem>,
  enough: (items: readonly LogItem[]) => boolean,
): Promise<readonly LogItem[]> => {
  const items: LogItem[] = [];
  for await (const item of source) {
    items.push(item);
    if (enough(items)) break;
  }
  return items;
};

test('what is appended is read back with revision, position and metadata', async (t) => {
  const event = proposed('FundsCredited', { amount: 1 });

  const outcome = await store.append('plain-u1', 'no-stream', [event]);

  t.is(outcome.kind, 'done');
  const [read] = await collect(store.readStream('plain-u1'));
  t.like(read, { id: event.id, type: 'FundsCredited', revision: 0n, stream: 'plain-u1' });
  t.deepEqual(read?.data, { amount: 1 });
  t.deepEqual(read?.metadata, event.metadata);
  t.is(outcome.kind === 'done' ? outcome.position : null, read?.position ?? null);
});

test('a stream that nobody wrote is empty', async (t) => {
  t.deepEqual(await collect(store.readStream('nobody-u1')), []);
  t.is(await store.lastPosition({ categories: ['nobody'] }), null);
});

test('an append on another revision is a conflict that names the actual one', async (t) => {
  await store.append('conflict-u1', 'no-stream', [proposed('A')]);

  t.deepEqual(await store.append('conflict-u1', 'no-stream', [proposed('B')]), {
    kind: 'conflict',
    actual: 0n,
  });
  t.deepEqual(await store.append('conflict-u2', 5n, [proposed('B')]), {
    kind: 'conflict',
    actual: 'no-stream',
  });
});

test('a conflict is one although the connection string asks for no errors', async (t) => {
  const url = withOption(place.url, 'throwOnAppendFailure', 'false');
  const quiet = connectEventStore({ ...place, url }, memoryLog());
  await quiet.append('quiet-u1', 'no-stream', [proposed('A')]);
  t.deepEqual(await quiet.append('quiet-u1', 'no-stream', [proposed('B')]), {
    kind: 'conflict',
    actual: 'unknown',
  });
  closings.push(() => quiet.close());
});

test('a repeated append with the same event ids writes nothing', async (t) => {
  const events = [proposed('A'), proposed('B')];
  const first = await store.append('repeat-u1', 'no-stream', events);
  t.deepEqual(await store.append('repeat-u1', 'no-stream', events), first);
  t.is((await collect(store.readStream('repeat-u1'))).length, 2);
});

test('the log is read after a position, filtered by category, without system streams', async (t) => {
  await store.append('log-u1', 'no-stream', [proposed('A')]);
  await store.append('logother-r1', 'no-stream', [proposed('B')]);
  await store.append('log-u1', 0n, [proposed('C')]);

  const all = await collect(store.readLog(null, { categories: ['log', 'logother'] }));
  t.deepEqual(
    all.map(({ type }) => type),
    ['A', 'B', 'C'],
  );
  const rest = await collect(store.readLog(all[0]?.position ?? null, { categories: ['log'] }));
  t.deepEqual(
    rest.map(({ type }) => type),
    ['C'],
  );
  t.is(await store.lastPosition({ categories: ['logother'] }), all[1]?.position ?? null);
});

test('a subscription delivers history, says that it caught up, and goes on live', async (t) => {
  await store.append('live-u1', 'no-stream', [proposed('A'), proposed('B')]);
  const abort = new AbortController();
  const types: string[] = [];

  for await (const item of store.subscribeLog({
    after: null,
    filter: { categories: ['live'] },
    signal: abort.signal,
  })) {
    if (item.kind === 'event') types.push(item.event.type);
    if (item.kind === 'caught-up') {
      types.push('caught-up');
      await store.append('live-u1', 1n, [proposed('C')]);
    }
    if (types.includes('C')) abort.abort();
  }

  t.deepEqual(types, ['A', 'B', 'caught-up', 'C']);
});

test('a slow subscriber gets everything once and in order', async (t) => {
  const count = 5_000;
  for (let start = 0; start < count; start += 500) {
    const events = Array.from({ length: 500 }, (_, index) => proposed('N', { n: start + index }));
    const outcome = await store.append(
      'slow-many',
      start === 0 ? 'no-stream' : BigInt(start - 1),
      events,
    );
    t.is(outcome.kind, 'done');
  }
  const abort = new AbortController();
  const revisions: bigint[] = [];

  for await (const item of store.subscribeLog({
    after: null,
    filter: { categories: ['slow'] },
    signal: abort.signal,
  })) {
    if (item.kind === 'event') {
      revisions.push(item.event.revision);
      if (revisions.length % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (revisions.length === count) abort.abort();
  }

  t.is(revisions.length, count);
  t.true(revisions.every((revision, index) => revision === BigInt(index)));
});

test('marks of a filtered subscription never come before the events that they follow', async (t) => {
  for (let index = 0; index < 1_200; index += 400) {
    const events = Array.from({ length: 400 }, () => proposed('N'));
    await store.append('marks-w', index === 0 ? 'no-stream' : BigInt(index - 1), events);
  }
  const abort = new AbortController();
  const items = await collectUntil(
    store.subscribeLog({ after: null, filter: { categories: ['marks'] }, signal: abort.signal }),
    (seen) => seen.at(-1)?.kind === 'caught-up',
  );
  abort.abort();

  let last = -1n;
  for (const item of items) {
    if (item.kind === 'event') {
      t.true(item.event.position > last);
      last = item.event.position;
    }
    if (item.kind === 'checkpoint') {
      t.true(item.position >= last);
      last = item.position;
    }
  }
  t.is(items.filter(({ kind }) => kind === 'event').length, 1_200);
});
