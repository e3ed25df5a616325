import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { EventStoreUnavailable } from '../../../ports/event-store.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';

// The client keeps its unanswered appends in one list for all connections of the process, so
// that a lost connection fails them all. Hence serial tests, in a file of their own.

onOwnNode('a store that is away leaves the outcome of an append unknown', async (t) => {
  const node = await startEventStoreNode({ port: 0 });
  const store = connectEventStore(
    { url: `${node.connectionString}&defaultDeadline=500` },
    memoryLog(),
  );
  t.teardown(() => store.close());
  await store.append('wallet-u1', 'no-stream', [proposed('A')]);
  await node.stop();

  const outcome = await store.append('wallet-u1', 0n, [proposed('B')]);

  t.is(outcome.kind, 'unknown');
});

onOwnNode('a subscription survives the loss of its node without gap or duplicate', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'eventstore-'));
  const node = await startEventStoreNode({ port: 0, dataDir });
  const store = connectEventStore({ url: node.connectionString }, memoryLog());
  const abort = new AbortController();
  await store.append('wallet-u1', 'no-stream', [proposed('A')]);
  const types: string[] = [];

  for await (const item of store.subscribeLog({ after: null, signal: abort.signal })) {
    if (item.kind === 'event') types.push(item.event.type);
    if (item.kind === 'event' && item.event.type === 'A') {
      await node.stop();
      const again = await startEventStoreNode({ port: node.port, dataDir });
      t.teardown(async () => {
        await store.close();
        await again.stop();
        await rm(dataDir, { recursive: true });
      });
      const writer = connectEventStore({ url: again.connectionString }, memoryLog());
      await writer.append('wallet-u1', 0n, [proposed('B')]);
      await writer.close();
    }
    if (types.includes('B')) abort.abort();
  }

  t.deepEqual(types, ['A', 'B']);
});

onOwnNode('a store that is away at first is used once it is there', async (t) => {
  const before = await startEventStoreNode({ port: 0 });
  await before.stop();
  const place = { url: before.connectionString, namespace: 'staging' };
  const store = connectEventStore(place, memoryLog());
  t.is((await store.append('wallet-u1', 'no-stream', [proposed('A')])).kind, 'unknown');
  await t.throwsAsync(store.lastPosition(), { instanceOf: EventStoreUnavailable });
  await t.throwsAsync(collect(store.readLog(null)), { instanceOf: EventStoreUnavailable });

  const node = await startEventStoreNode({ port: before.port });
  t.teardown(async () => {
    await store.close();
    await node.stop();
  });
  for (let kind = 'unknown'; kind !== 'done'; ) {
    ({ kind } = await store.append('wallet-u1', 'no-stream', [proposed('B')]));
  }
  t.deepEqual(
    (await collect(store.readLog(null))).map(({ type }) => type),
    ['B'],
  );
});
