import type { ExecutionContext } from 'ava';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { type EventStore, EventStoreUnavailable } from '../../../ports/event-store.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';
import { ADMIN, ALICE, type SecureNode, secureNode } from '../eventstore-node/secure.js';

const connected = (t: ExecutionContext, url: string): EventStore => {
  const store = connectEventStore({ url, namespace: 'staging' }, memoryLog());
  t.teardown(() => store.close());
  return store;
};

/** Everything that reads, each as an attempt of its own. */
const readings = (store: EventStore): readonly (() => Promise<unknown>)[] => [
  () => collect(store.readStream('wallet-u1')),
  () => collect(store.readLog(null)),
  () => store.readLogPage(null, 1),
  () => store.lastPosition(),
];

/** A namespace that is open already, so that who may not write into it can be told apart. */
const opened = async (t: ExecutionContext): Promise<SecureNode> => {
  const node = await secureNode(t);
  const store = connected(t, node.urlFor(ADMIN));
  const outcome = await store.append('wallet-u1', 'no-stream', [proposed('A')]);
  t.is(outcome.kind, 'done');
  return node;
};

onOwnNode('a store with TLS and users is used like any other', async (t) => {
  const { urlFor } = await opened(t);
  const store = connected(t, urlFor(ADMIN));
  t.is((await store.append('wallet-u1', 0n, [proposed('B')])).kind, 'done');
  await store.limitStream('telemetry-1', 2);
  const types = (await collect(store.readLog(null))).map(({ type }) => type);
  t.deepEqual(types, ['A', 'B']);
  const { signal } = new AbortController();
  for await (const item of store.subscribeLog({ after: null, signal })) {
    if (item.kind === 'event') types.push(item.event.type);
    if (item.kind === 'caught-up') break;
  }
  t.deepEqual(types, ['A', 'B', 'A', 'B']);
  t.is(await store.lastPosition({ categories: ['points'] }), null);
});

onOwnNode('with a wrong password nothing is read, and an append is rejected', async (t) => {
  const { urlFor } = await opened(t);
  const store = connected(t, urlFor({ ...ADMIN, password: 'wrong' }));
  for (const read of readings(store)) {
    await t.throwsAsync(read, { instanceOf: EventStoreUnavailable, message: /allowed to read/ });
  }
  t.is((await store.append('wallet-u1', 0n, [proposed('B')])).kind, 'rejected');
  const admin = connected(t, urlFor(ADMIN));
  t.is((await collect(admin.readStream('wallet-u1'))).length, 1);
});

onOwnNode('an account that may not read the whole log is told so', async (t) => {
  const { urlFor } = await opened(t);
  const [stream, ...ofTheLog] = readings(connected(t, urlFor(ALICE)));
  await t.notThrowsAsync(async () => stream?.());
  for (const read of ofTheLog) {
    await t.throwsAsync(read, { instanceOf: EventStoreUnavailable, message: /read \$all/ });
  }
});

onOwnNode('a server that cannot be trusted is as good as none', async (t) => {
  const { urlFor } = await opened(t);
  const store = connected(t, urlFor(ADMIN).replace(/[?&]tlsCAFile=[^&]*/, ''));
  for (const read of readings(store)) {
    await t.throwsAsync(read, { instanceOf: EventStoreUnavailable, message: /certificate/ });
  }
  t.is((await store.append('wallet-u1', 0n, [proposed('B')])).kind, 'unknown');
});
