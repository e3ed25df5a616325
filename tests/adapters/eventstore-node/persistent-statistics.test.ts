/** What groups tell about themselves. */
import { END, EventStoreDBClient } from '@eventstore/db-client';
import test from 'ava';
import {
  allSettings,
  createGroup,
  eventually,
  join,
  joinAll,
  ownNode,
  TestClock,
  untilConsumers,
} from './group-support.js';
import { event, events, patient, running } from './support.js';

const MEASUREMENTS = [
  'mean',
  'median',
  'fastest',
  'quintile 1',
  'quintile 2',
  'quintile 3',
  'quintile 4',
  'quintile 5',
  '90%',
  '95%',
  '99%',
  '99.5%',
  '99.9%',
  'highest',
];

const infoOf = (client: EventStoreDBClient) =>
  client.getPersistentSubscriptionToStreamInfo('s', 'g');

test.serial('a group that nobody used has nothing to tell', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 's');
  const { stats, connections } = await infoOf(client);
  t.deepEqual(connections, []);
  t.deepEqual(stats, {
    averagePerSecond: 0,
    totalItems: 0n,
    countSinceLastMeasurement: 0n,
    readBufferCount: 0,
    liveBufferCount: 0n,
    retryBufferCount: 0,
    totalInFlightMessages: 0,
    outstandingMessagesCount: 0,
    parkedMessageCount: 0n,
    lastCheckpointedEventRevision: undefined,
    lastKnownEventRevision: undefined,
  });
});

test.serial('what waits, what is under way and what is done is counted', async (t) => {
  const clock = new TestClock();
  const { client, node } = await running(t, { clock: clock.now });
  await client.appendToStream('s', events(25));
  await createGroup(client, 's');
  const named = EventStoreDBClient.connectionString(
    `${patient(node.connectionString)}&connectionName=worker`,
  );
  t.teardown(() => named.dispose());
  const inbox = await join(named, 's');
  await inbox.untilCount(10);
  clock.advance(2000);
  const first = await infoOf(client);
  t.like(first.stats, {
    totalItems: 10n,
    countSinceLastMeasurement: 10n,
    averagePerSecond: 5,
    readBufferCount: 15,
    totalInFlightMessages: 10,
    outstandingMessagesCount: 10,
    lastKnownEventRevision: 24n,
  });
  t.like(first.connections[0], {
    username: 'system',
    connectionName: 'worker',
    totalItems: 10n,
    countSinceLastMeasurement: 10n,
    averageItemsPerSecond: 5,
    availableSlots: 0,
    inFlightMessages: 10,
  });
  t.regex(first.connections[0]?.from ?? '', /127\.0\.0\.1:\d+$/);
  clock.advance(1000);
  await inbox.nack('retry', inbox.event('3@s'));
  await inbox.untilLine('3@s #1');
  const second = await infoOf(client);
  t.like(second.stats, { totalItems: 11n, countSinceLastMeasurement: 1n, averagePerSecond: 1 });
  await inbox.ack(...inbox.events.slice(4));
  await inbox.untilCount(18);
  t.like((await infoOf(client)).stats, { totalItems: 18n, readBufferCount: 8 });
  await inbox.subscription.unsubscribe();
  await untilConsumers(client, 's', 0);
  const { stats } = await infoOf(client);
  t.like(stats, { totalInFlightMessages: 0, outstandingMessagesCount: 0, retryBufferCount: 10 });
});

test.serial('what came live is counted apart from what was read', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(3));
  await createGroup(client, 's');
  await eventually(
    () => infoOf(client),
    ({ status, stats }) => status === 'Live' && stats.readBufferCount === 3,
  );
  for (let n = 3; n < 5; n += 1) await client.appendToStream('s', event(n));
  const { stats } = await eventually(
    () => infoOf(client),
    (info) => info.stats.liveBufferCount === 2n,
  );
  t.like(stats, { readBufferCount: 3, lastKnownEventRevision: 4n });
});

test.serial('a group that cannot keep up is behind, and live again later', async (t) => {
  const { client } = await ownNode(t);
  const small = {
    liveBufferSize: 2,
    readBatchSize: 2,
    historyBufferSize: 4,
    startFrom: END,
  } as const;
  await createGroup(client, 's', small);
  await eventually(
    () => infoOf(client),
    ({ status }) => status === 'Live',
  );
  await client.appendToStream('s', events(10));
  const behind = await eventually(
    () => infoOf(client),
    ({ status, stats }) => status === 'Behind' && stats.readBufferCount > 0,
  );
  t.true(behind.stats.readBufferCount + Number(behind.stats.liveBufferCount) <= 4);
  t.is(behind.stats.lastKnownEventRevision, 9n);
  const inbox = await join(client, 's', { bufferSize: 100 });
  await inbox.untilCount(10);
  const live = await eventually(
    () => infoOf(client),
    ({ status }) => status === 'Live',
  );
  t.is(live.status, 'Live');
});

test.serial('the time that consumers take is measured if the group asks for it', async (t) => {
  const clock = new TestClock();
  const { client } = await running(t, { clock: clock.now });
  await client.appendToStream('s', events(4));
  await createGroup(client, 's', { extraStatistics: true });
  await createGroup(client, 's', {}, 'plain');
  const inbox = await join(client, 's');
  const plain = await join(client, 's', { groupName: 'plain' });
  await Promise.all([inbox.untilCount(4), plain.untilCount(4)]);
  t.is((await infoOf(client)).connections[0]?.extraStatistics, undefined);
  for (const one of inbox.events) {
    clock.advance(10);
    await inbox.ack(one);
    await plain.ack(plain.event(`${one.event?.revision}@s`));
    const left = BigInt(3) - (one.event?.revision ?? 0n);
    await eventually(
      () => infoOf(client),
      ({ stats }) => BigInt(stats.outstandingMessagesCount) === left,
    );
  }
  const measured = (await infoOf(client)).connections[0]?.extraStatistics ?? new Map();
  t.deepEqual([...measured.keys()], MEASUREMENTS);
  t.is(measured.get('fastest'), 10n);
  t.is(measured.get('highest'), 40n);
  t.is(measured.get('mean'), 25n);
  const other = await client.getPersistentSubscriptionToStreamInfo('s', 'plain');
  t.is(other.connections[0]?.extraStatistics, undefined);
});

test.serial('of a group on $all places are positions', async (t) => {
  const { client } = await ownNode(t);
  await client.createPersistentSubscriptionToAll('g', allSettings({ startFrom: END }));
  const { position } = await client.appendToStream('s', event(0));
  const { stats } = await eventually(
    () => client.getPersistentSubscriptionToAllInfo('g'),
    (info) => info.stats.lastKnownEventPosition?.commit === position?.commit,
  );
  t.deepEqual(stats.lastKnownEventPosition, position);
  t.is(stats.lastCheckpointedEventPosition, undefined);
  const inbox = await joinAll(client);
  await inbox.untilLine('0@s');
  const [listed] = await client.listPersistentSubscriptionsToAll();
  t.is(listed?.connections.length, 1);
});
