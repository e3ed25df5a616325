/** Events that a group could not handle are set aside, and delivered again when somebody asks. */
import {
  binaryEvent,
  type EventStoreDBClient,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import {
  ackAll,
  allSettings,
  createGroup,
  eventually,
  type Inbox,
  join,
  joinAll,
  lines,
  ownNode,
  PLACES,
  rawGroupClient,
} from './group-support.js';
import { replayOnStream } from './group-wire.js';
import {
  clientOf,
  event,
  events,
  failure,
  revisions,
  running,
  temporaryFolder,
} from './support.js';

const PARKED = '$persistentsubscription-s::g-parked';

/** Parks the first events of the stream "s" by its group; resolves when all are parked. */
async function park(
  client: EventStoreDBClient,
  count: number,
  settings: Partial<PersistentSubscriptionToStreamSettings> = {},
): Promise<Inbox> {
  await client.appendToStream('s', events(count));
  await createGroup(client, 's', settings);
  const inbox = await join(client, 's', { bufferSize: count });
  await inbox.untilCount(count);
  await inbox.nack('park', ...inbox.events);
  await untilParked(client, count);
  return inbox;
}

async function untilParked(client: EventStoreDBClient, count: number): Promise<void> {
  await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
    ({ stats }) => stats.parkedMessageCount === BigInt(count),
  );
}

/** The revisions in the parked stream; none if it shows nothing. */
async function parkedRevisions(client: EventStoreDBClient): Promise<number[]> {
  return revisions(client, PARKED).catch(() => []);
}

for (const storage of PLACES) {
  test.serial(`${storage}: what is parked is replayed, and then no longer parked`, async (t) => {
    const { client } = await ownNode(t, storage);
    const inbox = await park(client, 3);
    await client.replayParkedMessagesToStream('s', 'g');
    const again = (await inbox.untilCount(6)).slice(3);
    t.deepEqual(
      again,
      [0, 1, 2].map((n) => `${n}@${PARKED} -> ${n}@s`),
    );
    const { stats } = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
    t.is(stats.parkedMessageCount, 0n);
    // In the stream until they are dealt with, so that a crash loses none of them.
    t.deepEqual(await parkedRevisions(client), [0, 1, 2]);
    await inbox.ack(...inbox.events.slice(3));
    await eventually(
      () => parkedRevisions(client),
      (left) => left.length === 0,
    );
    await client.appendToStream('s', event(3));
    await inbox.untilLine('3@s');
    await inbox.nack('park', inbox.event('3@s'));
    await untilParked(client, 1);
    t.deepEqual(await parkedRevisions(client), [3]);
  });
}

test.serial('a parked event is a link to the event, with the reason', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(2));
  await createGroup(client, 's');
  const inbox = await join(client, 's');
  await inbox.untilCount(2);
  await inbox.subscription.nack('park', 'cannot be read: größe', inbox.event('1@s'));
  await untilParked(client, 1);
  for await (const { event: link } of client.readStream(PARKED)) {
    t.is(link?.type, '$>');
    t.is(Buffer.from(link?.isJson === false ? link.data : []).toString(), '1@s');
    t.like(link?.metadata, { reason: 'cannot be read: größe', subscriptionEventNumber: 1 });
  }
});

test.serial('a replay may stop before a revision of the parked stream', async (t) => {
  const { client } = await ownNode(t);
  const inbox = await park(client, 5);
  await client.replayParkedMessagesToStream('s', 'g', { stopAt: 2 });
  const again = (await inbox.untilCount(7)).slice(5);
  t.deepEqual(
    again,
    [0, 1].map((n) => `${n}@${PARKED} -> ${n}@s`),
  );
  await inbox.ack(...inbox.events.slice(5));
  await eventually(
    () => parkedRevisions(client),
    (left) => left[0] === 2,
  );
  t.deepEqual(await parkedRevisions(client), [2, 3, 4]);
  await client.replayParkedMessagesToStream('s', 'g');
  t.deepEqual(
    (await inbox.untilCount(10)).slice(7),
    [2, 3, 4].map((n) => `${n}@${PARKED} -> ${n}@s`),
  );
});

test.serial('a replay that asks for nothing, or for what cannot be', async (t) => {
  const { client, node } = await ownNode(t);
  await createGroup(client, 's');
  await client.replayParkedMessagesToStream('s', 'g');
  await client.replayParkedMessagesToStream('s', 'g', { stopAt: 0 });
  const error = await failure(client.replayParkedMessagesToStream('s', 'g', { stopAt: -1 }));
  t.like(error, { type: 'persistent-subscription-failed', streamName: 's', groupName: 'g' });
  const raw = rawGroupClient(t, node);
  const code = await new Promise((resolve) => {
    raw.replayParked(replayOnStream('', '1'), (refused) => resolve(refused?.code));
  });
  t.is(code, status.INVALID_ARGUMENT);
});

test.serial('what fails again is parked again, and no replay brings it twice', async (t) => {
  const { client } = await ownNode(t);
  const inbox = await park(client, 2);
  await Promise.all([
    client.replayParkedMessagesToStream('s', 'g'),
    client.replayParkedMessagesToStream('s', 'g'),
  ]);
  await inbox.untilCount(4);
  const [first, second] = inbox.events.slice(2);
  t.truthy(first && second);
  if (first === undefined || second === undefined) return;
  await inbox.nack('retry', first);
  t.deepEqual((await inbox.untilCount(5)).at(-1), `0@${PARKED} -> 0@s #1`);
  await inbox.nack('park', first);
  await inbox.ack(second);
  await eventually(
    () => parkedRevisions(client),
    (left) => left[0] === 2,
  );
  t.deepEqual(await parkedRevisions(client), [2]);
  await client.replayParkedMessagesToStream('s', 'g');
  t.is((await inbox.untilCount(6)).at(-1), `2@${PARKED} -> 0@s`);
});

test.serial('many parked events are replayed no faster than they are taken', async (t) => {
  const { client } = await ownNode(t);
  const inbox = await park(client, 120, { readBatchSize: 5, historyBufferSize: 20 });
  await inbox.subscription.unsubscribe();
  await client.replayParkedMessagesToStream('s', 'g');
  const { stats } = await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
    (info) => info.stats.retryBufferCount === 20,
  );
  t.is(stats.parkedMessageCount, 100n);
  const last = await join(client, 's', { onEvent: ackAll });
  await last.untilCount(120);
  t.is(new Set(last.lines).size, 120);
});

test.serial('what was replayed but not dealt with is parked after a restart', async (t) => {
  const dataDir = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  const inbox = await park(client, 3);
  await client.replayParkedMessagesToStream('s', 'g');
  await inbox.untilCount(6);
  await inbox.ack(...inbox.events.slice(3, 4));
  await eventually(
    () => parkedRevisions(client),
    (left) => left[0] === 1,
  );
  await client.dispose();
  await node.stop();
  const again = await running(t, { dataDir });
  await untilParked(again.client, 2);
  const after = await join(again.client, 's');
  await again.client.replayParkedMessagesToStream('s', 'g');
  t.deepEqual(
    await after.untilCount(2),
    [1, 2].map((n) => `${n}@${PARKED} -> ${n}@s`),
  );
});

test.serial('a link is parked by its target, or as it is if the target is gone', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(1));
  const links = ['0@s', '7@s'].map((text) => {
    return binaryEvent({ type: '$>', data: Buffer.from(text) });
  });
  await client.appendToStream('links', links);
  await createGroup(client, 'links', { resolveLinkTos: true });
  const inbox = await join(client, 'links');
  await inbox.untilCount(2);
  await inbox.nack('park', ...inbox.events);
  const parked = '$persistentsubscription-links::g-parked';
  await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('links', 'g'),
    ({ stats }) => stats.parkedMessageCount === 2n,
  );
  await client.replayParkedMessagesToStream('links', 'g');
  const again = (await inbox.untilCount(4)).slice(2);
  t.deepEqual(again, [`0@${parked} -> 0@s`, `1@${parked} -> gone`]);
});

test.serial('a group on $all parks in a stream that $all does not show', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(2));
  await client.createPersistentSubscriptionToAll('g', allSettings());
  const inbox = await joinAll(client);
  await inbox.untilLine('1@s');
  await inbox.nack('park', inbox.event('0@s'));
  await inbox.ack(...inbox.events.filter((one) => one.event?.id !== inbox.event('0@s').event?.id));
  const parked = '$persistentsubscription-$all::g-parked';
  await eventually(
    () => client.getPersistentSubscriptionToAllInfo('g'),
    ({ stats }) => stats.parkedMessageCount === 1n,
  );
  await client.replayParkedMessagesToAll('g');
  await inbox.untilLine(`0@${parked} -> 0@s`);
  for await (const { event: one } of client.readAll()) t.not(one?.streamId, parked);
  t.deepEqual(
    lines('s', 0, 1).every((line) => inbox.lines.includes(line)),
    true,
  );
});
