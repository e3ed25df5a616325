/** `$ce-<category>`: what is linked, how the links look, and in which order they stand. */
import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { onOwnNode } from '../../support/event-store-server.js';
import { untilLinked } from './category-links.js';
import { event, events, failure, runningOn, STORAGES, Transcript } from './support.js';

const withCategories = { categoryStreams: true };

/** The links of a category once there are so many of them, as read. */
async function linksOf(
  client: EventStoreDBClient,
  category: string,
  count: number,
): Promise<ResolvedEvent[]> {
  const said = new Transcript(client.subscribeToStream(`$ce-${category}`));
  await said.until((lines) => lines.filter((line) => line.includes('@')).length >= count);
  await said.subscription.unsubscribe();
  const found: ResolvedEvent[] = [];
  for await (const resolved of client.readStream(`$ce-${category}`, { resolveLinkTos: true })) {
    found.push(resolved);
  }
  return found;
}

const targetOf = (link: ResolvedEvent['link']): string =>
  Buffer.from(link?.data ?? []).toString('utf8');
const targets = (found: readonly ResolvedEvent[]): string[] =>
  found.map(({ link }) => targetOf(link));

for (const storage of STORAGES) {
  onOwnNode(`${storage}: events are linked by what stands before the first dash`, async (t) => {
    const { client } = await runningOn(t, storage, withCategories);
    await client.appendToStream('rental-1', events(2));
    await client.appendToStream('wallet-deepa-2', event(2));
    await client.appendToStream('nodash', event(3));
    await client.appendToStream('-nothing', event(4));
    await client.appendToStream('$system-1', event(5));
    await client.appendToStream('भाडा-१', event(6));
    await client.appendToStream('rental-2', event(7));
    t.deepEqual(targets(await linksOf(client, 'rental', 3)), [
      '0@rental-1',
      '1@rental-1',
      '0@rental-2',
    ]);
    t.deepEqual(targets(await linksOf(client, 'wallet', 1)), ['0@wallet-deepa-2']);
    t.deepEqual(targets(await linksOf(client, 'भाडा', 1)), ['0@भाडा-१']);
    const categories = new Set<string>();
    for await (const { event: one } of client.readAll()) {
      if (one?.streamId.startsWith('$ce-')) categories.add(one.streamId);
    }
    t.deepEqual([...categories].sort(), ['$ce-rental', '$ce-wallet', '$ce-भाडा']);
  });
}

onOwnNode('a link is what the original writes, and leads to the event', async (t) => {
  const { client } = await runningOn(t, 'folder', withCategories);
  const cause = jsonEvent({
    type: 'Started',
    data: { n: 1 },
    metadata: { $correlationId: 'journey-1', note: 'kept' },
  });
  await client.appendToStream('rental-1', [cause, binaryEvent({ type: 'B', data: Buffer.of(7) })]);
  const [first, second] = await linksOf(client, 'rental', 2);
  t.is(first?.event?.id, cause.id);
  t.deepEqual(first?.event?.data, { n: 1 });
  const position = Number(first?.event?.position?.commit);
  t.like(first?.link, {
    type: '$>',
    isJson: false,
    streamId: '$ce-rental',
    revision: 0n,
    metadata: {
      $v: '1:-1:1:4',
      $c: position,
      $p: position,
      $o: 'rental-1',
      $causedBy: cause.id,
      $correlationId: 'journey-1',
    },
  });
  t.is(second?.event?.type, 'B');
  t.deepEqual(Object.keys(second?.link?.metadata ?? {}), ['$v', '$c', '$p', '$o', '$causedBy']);
  const { metadata } = await client.getStreamMetadata('$ce-rental');
  t.deepEqual(metadata?.acl, { readRoles: '$all', metaReadRoles: '$all' });
});

onOwnNode('a link in a stream is linked by its own target', async (t) => {
  const { client } = await runningOn(t, 'memory', withCategories);
  const origin = event(1);
  await client.appendToStream('rental-1', origin);
  const link = binaryEvent({ type: '$>', data: Buffer.from('0@rental-1') });
  await client.appendToStream('list-1', link);
  const [found] = await linksOf(client, 'list', 1);
  t.is(targetOf(found?.link), '0@rental-1');
  t.is(found?.event?.id, origin.id);
  t.like(found?.link?.metadata, { $o: 'list-1', $causedBy: link.id });
});

onOwnNode('links stay when their events are deleted, and say that they were', async (t) => {
  const { client } = await runningOn(t, 'folder', withCategories);
  await client.appendToStream('soft-1', event(1));
  await client.appendToStream('hard-1', event(2));
  await client.setStreamMetadata('soft-1', { maxCount: 5 });
  await client.deleteStream('soft-1');
  await client.tombstoneStream('hard-1');
  await client.appendToStream('soft-1', event(3));
  await client.appendToStream('$$nodash', event(0));

  const soft = await linksOf(client, 'soft', 3);
  t.deepEqual(targets(soft), ['0@soft-1', '1@$$soft-1', '1@soft-1']);
  t.is(soft[0]?.event, undefined);
  t.like(soft[1]?.link?.metadata, { $o: 'soft-1', $deleted: -1 });
  t.is(soft[2]?.event?.revision, 1n);

  const hard = await linksOf(client, 'hard', 2);
  t.deepEqual(targets(hard), ['0@hard-1', '9223372036854775807@hard-1']);
  t.deepEqual(
    hard.map((one) => one.event),
    [undefined, undefined],
  );
  t.like(hard[1]?.link?.metadata, { $o: 'hard-1', $deleted: -1 });
});

onOwnNode('links of all categories stand in the order of their events', async (t) => {
  const { client } = await runningOn(t, 'folder', withCategories);
  const total = 3_000;
  const appends = Array.from({ length: total }, (_, n) => {
    return client.appendToStream(`kind${n % 7}-${n % 40}`, event(n));
  });
  await Promise.all(appends);
  const { categorised, linked } = await untilLinked(client, 'kind');
  t.is(categorised.length, total);
  t.deepEqual(linked, categorised);
});

onOwnNode('a subscription to a category is live and brings the events', async (t) => {
  const { client } = await runningOn(t, 'memory', withCategories);
  const said = new Transcript(client.subscribeToStream('$ce-rental', { resolveLinkTos: true }));
  await said.untilLine('caught up');
  await client.appendToStream('rental-1', events(2));
  await client.appendToStream('wallet-1', event(2));
  await client.appendToStream('rental-2', event(3));
  await said.untilLine('2@$ce-rental -> 0@rental-2');
  t.deepEqual(said.lines, [
    'confirmed',
    'caught up',
    '0@$ce-rental -> 0@rental-1',
    '1@$ce-rental -> 1@rental-1',
    '2@$ce-rental -> 0@rental-2',
  ]);
});

onOwnNode('a group consumes from a category stream', async (t) => {
  const { client } = await runningOn(t, 'memory', withCategories);
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({
    resolveLinkTos: true,
    startFrom: START,
  });
  await client.createPersistentSubscriptionToStream('$ce-rental', 'group', settings);
  await client.appendToStream('rental-1', event(1));
  await client.appendToStream('rental-2', event(2));
  const group = client.subscribeToPersistentSubscriptionToStream('$ce-rental', 'group');
  const consumed: string[] = [];
  for await (const resolved of group) {
    consumed.push(`${resolved.event?.revision}@${resolved.event?.streamId}`);
    await group.ack(resolved);
    if (consumed.length === 2) break;
  }
  t.deepEqual(consumed, ['0@rental-1', '0@rental-2']);
});

onOwnNode('a category stream that was tombstoned holds the others not up', async (t) => {
  const { client } = await runningOn(t, 'memory', withCategories);
  await client.appendToStream('rental-1', event(1));
  await linksOf(client, 'rental', 1);
  await client.tombstoneStream('$ce-rental');
  await client.appendToStream('rental-1', event(2));
  await client.appendToStream('wallet-1', event(3));
  t.deepEqual(targets(await linksOf(client, 'wallet', 1)), ['0@wallet-1']);
  const reading = async (): Promise<void> => {
    for await (const _ of client.readStream('$ce-rental'));
  };
  t.is((await failure(reading())).type, 'stream-deleted');
});

onOwnNode('without the option there are no category streams', async (t) => {
  const { client } = await runningOn(t, 'memory');
  await client.appendToStream('rental-1', event(1));
  for await (const { event: one } of client.readAll()) {
    t.false(one?.streamId.startsWith('$ce-') ?? false);
  }
});
