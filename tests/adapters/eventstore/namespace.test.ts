import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test from 'ava';
import fc from 'fast-check';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { namesIn } from '../../../adapters/eventstore/names.js';
import type { EventStore, LogItem, Position } from '../../../ports/event-store.js';
import { openTestLog, uniqueWord } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';

// Connections close only at the end: the client fails all unanswered appends of the process when
// one of them goes away.
const server = await openTestLog();
const bare = EventStoreDBClient.connectionString(server.url);
const stores: EventStore[] = [];
test.after.always(async () => {
  for (const store of stores) await store.close();
  await bare.dispose();
  await server.stop();
});

const storeIn = (namespace: string | null): EventStore => {
  const store = connectEventStore({ url: server.url, namespace }, memoryLog());
  stores.push(store);
  return store;
};

/** Events of the store's other tenants, more than any page that the adapter fetches. */
const writeForeign = async (count: number): Promise<Position> => {
  const stream = `${uniqueWord()}.noise-1`;
  const events = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => jsonEvent({ type: 'N', data: { n: from + n } }));
  let last = 0n;
  for (let from = 0; from < count; from += 1_000) {
    const batch = events(from, Math.min(count, from + 1_000));
    last = (await bare.appendToStream(stream, batch)).position?.commit ?? last;
  }
  return last;
};

/** What a subscription says until it has caught up. */
const untilCaughtUp = async (
  store: EventStore,
  after: Position | null,
): Promise<readonly LogItem[]> => {
  const items: LogItem[] = [];
  const { signal } = new AbortController();
  for await (const item of store.subscribeLog({ after, signal })) {
    if (item.kind === 'caught-up') break;
    items.push(item);
  }
  return items;
};

const typesOf = (items: readonly LogItem[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'event' ? [item.event.type] : []));

test.serial('two namespaces on one server hold the same streams and do not meet', async (t) => {
  const [here, there] = [storeIn(uniqueWord()), storeIn(uniqueWord())];
  t.is((await here.append('wallet-u1', 'no-stream', [proposed('A')])).kind, 'done');
  t.is((await there.append('wallet-u1', 'no-stream', [proposed('B')])).kind, 'done');
  t.is((await here.append('wallet-u1', 0n, [proposed('C')])).kind, 'done');
  t.is((await there.append('points-u1', 'no-stream', [proposed('D')])).kind, 'done');

  const seen = async (store: EventStore) => ({
    stream: (await collect(store.readStream('wallet-u1'))).map(({ type }) => type),
    log: (await collect(store.readLog(null))).map(({ stream, type }) => `${stream} ${type}`),
    wallets: (await collect(store.readLog(null, { categories: ['wallet'] }))).map((e) => e.type),
    page: (await store.readLogPage(null, 100_000)).events.map(({ type }) => type),
    live: typesOf(await untilCaughtUp(store, null)),
  });
  t.deepEqual(await seen(here), {
    stream: ['A', 'C'],
    log: ['wallet-u1 A', 'wallet-u1 C'],
    wallets: ['A', 'C'],
    page: ['A', 'C'],
    live: ['A', 'C'],
  });
  t.deepEqual(await seen(there), {
    stream: ['B'],
    log: ['wallet-u1 B', 'points-u1 D'],
    wallets: ['B'],
    page: ['B', 'D'],
    live: ['B', 'D'],
  });
  const last = async (store: EventStore, ...categories: string[]) =>
    store.lastPosition(categories.length === 0 ? {} : { categories });
  t.is(await last(here), (await collect(here.readStream('wallet-u1', 1n)))[0]?.position ?? null);
  t.is(await last(here, 'points'), null);
  t.true(((await last(there)) ?? 0n) > ((await last(here)) ?? 0n));
});

test.serial('a store without a namespace and one with it do not meet', async (t) => {
  const category = uniqueWord();
  const [plain, named] = [storeIn(null), storeIn(uniqueWord())];
  await named.append(`${category}-1`, 'no-stream', [proposed('Named')]);
  const written = await plain.append(`${category}-1`, 'no-stream', [proposed('Plain')]);
  const after = written.kind === 'done' ? written.position : null;
  await named.append(`${category}-1`, 0n, [proposed('Later')]);

  const ofCategory = { categories: [category] };
  t.deepEqual(
    (await collect(plain.readLog(null, ofCategory))).map(({ type }) => type),
    ['Plain'],
  );
  t.deepEqual(
    (await collect(named.readLog(null, ofCategory))).map(({ type }) => type),
    ['Named', 'Later'],
  );
  // Of everything that comes, too.
  const heard = (await collect(plain.readLog(after))).map(({ stream }) => stream);
  t.deepEqual(
    heard.filter((stream) => stream.includes(category)),
    [],
  );
  t.is(await plain.lastPosition(ofCategory), after);
});

test.serial('streams carry their namespace on the server, and keep their category', async (t) => {
  const namespace = uniqueWord();
  const store = storeIn(namespace);
  const stored = `${namespace}.wallet-u1-2`;
  await store.limitStream('wallet-u1-2', 2);
  for (const type of ['A', 'B', 'C']) await store.append('wallet-u1-2', 'any', [proposed(type)]);

  const types: unknown[] = [];
  for await (const { event } of bare.readStream(stored)) types.push(event?.type);
  t.deepEqual(types, ['B', 'C']);
  t.is((await bare.getStreamMetadata(stored)).metadata?.maxCount, 2);
  t.deepEqual(
    (await collect(store.readLog(null, { categories: ['wallet'] }))).map(({ stream }) => stream),
    ['wallet-u1-2', 'wallet-u1-2', 'wallet-u1-2'],
  );
  t.is(stored.slice(0, stored.indexOf('-')), `${namespace}.wallet`);
});

test.serial('what was there before a namespace costs its readers nothing', async (t) => {
  const before = await writeForeign(3_000);
  const store = storeIn(uniqueWord());
  await store.append('wallet-u1', 'no-stream', [proposed('A')]);
  const items = await untilCaughtUp(store, null);
  t.deepEqual(typesOf(items), ['A']);
  // The server tells of progress every 500 events: it has not looked at the 3000.
  const looked = items.flatMap((item) => (item.kind === 'checkpoint' ? [item.position] : []));
  t.true(looked.every((position) => position > before));
  t.true(((await store.readLogPage(null, 1)).upTo ?? 0n) > before);
});

test.serial('instances that open a namespace at the same moment see all of it', async (t) => {
  const namespace = uniqueWord();
  const instances = Array.from({ length: 5 }, () => storeIn(namespace));
  await Promise.all(
    instances.map((store, n) => store.append(`wallet-u${n}`, 'no-stream', [proposed(`T${n}`)])),
  );
  for (const store of instances) {
    const types = (await collect(store.readLog(null))).map(({ type }) => type);
    t.deepEqual([...types].sort(), ['T0', 'T1', 'T2', 'T3', 'T4']);
  }
  let marks = 0;
  for await (const { event } of bare.readStream(`${namespace}.namespace`)) {
    if (event?.type === 'NamespaceOpened') marks += 1;
  }
  t.is(marks, 1);
});

for (const how of ['deleteStream', 'tombstoneStream'] as const) {
  test.serial(`no event is lost when the mark of a namespace is lost: ${how}`, async (t) => {
    const namespace = uniqueWord();
    await storeIn(namespace).append('wallet-u1', 'no-stream', [proposed('A')]);
    await bare[how](`${namespace}.namespace`);
    // One writes the mark anew, which is too late; the other finds that one.
    for (const type of ['B', 'C']) {
      const store = storeIn(namespace);
      t.is((await store.append('wallet-u1', 'any', [proposed(type)])).kind, 'done');
      const [first] = await collect(store.readLog(null));
      t.is(first?.type, 'A');
    }
  });
}

test.serial('the last position is found behind a long stretch of others', async (t) => {
  const store = storeIn(uniqueWord());
  await store.append('wallet-u1', 'no-stream', [proposed('A')]);
  await store.append('points-u1', 'no-stream', [proposed('B')]);
  const [wallet, points] = await collect(store.readLog(null));
  await writeForeign(6_000);
  const last = (category: string) => store.lastPosition({ categories: [category] });
  t.is(await last('wallet'), wallet?.position ?? null);
  t.is(await last('points'), points?.position ?? null);
  t.is(await last('rental'), null);
  t.is(await store.lastPosition(), points?.position ?? null);

  await writeForeign(6_000);
  const outcome = await store.append('wallet-u1', 0n, [proposed('C')]);
  await writeForeign(100);
  t.is(await last('wallet'), outcome.kind === 'done' ? outcome.position : null);
  t.is(await last('points'), points?.position ?? null);
  t.is(await last('rental'), null);
});

const namespaces = fc.option(fc.stringMatching(/^[a-z0-9]{1,32}$/), { nil: null });
const streams = fc
  .tuple(fc.stringMatching(/^[a-z]{1,12}$/), fc.string({ minLength: 1 }))
  .map(([category, id]) => `${category}-${id}`);

test('a stored name belongs to exactly one namespace, under the name it was given', (t) => {
  const property = fc.property(namespaces, namespaces, streams, (one, other, stream) => {
    const stored = namesIn(one).stored(stream);
    const expected = one === other ? stream : null;
    return namesIn(one).ours(stored) === stream && namesIn(other).ours(stored) === expected;
  });
  // A failure says its seed.
  t.notThrows(() => fc.assert(property));
});

test('streams of the server, and the mark of a namespace, are nobody’s aggregates', (t) => {
  const foreign = [
    '$settings',
    '$$wallet-u1',
    '$ce-wallet',
    'no dash',
    'a.namespace',
    '-x',
    '.a-b',
  ];
  for (const namespace of [null, 'a']) {
    const names = namesIn(namespace);
    for (const name of foreign) t.is(names.ours(name), null, name);
    t.is(names.ours(names.stored('$$wallet-u1')), null);
  }
});

test('other names than the setting allows are refused', (t) => {
  for (const name of ['', 'A', 'a-b', 'a.b', '$a', 'a'.repeat(33)]) {
    t.throws(() => namesIn(name), { instanceOf: RangeError }, name);
  }
});
