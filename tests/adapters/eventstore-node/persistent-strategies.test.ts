/** Which consumer gets which event. */
import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import test from 'ava';
import {
  ackAll,
  allSettings,
  createGroup,
  type Delivered,
  eventually,
  type Inbox,
  join,
  joinAll,
  lines,
  ownNode,
  rawGroupClient,
} from './group-support.js';
import { created, createOnStream } from './group-wire.js';
import { event, events } from './support.js';

const filter = streamNameFilter({ prefixes: ['p-'] });
const STREAMS = Array.from({ length: 40 }, (_, n) => `p-${n}`);

async function appendToEach(client: EventStoreDBClient, streams = STREAMS): Promise<void> {
  for (const stream of streams) await client.appendToStream(stream, event(0));
}

/** The streams a consumer got events of. */
function streamsOf(inbox: Inbox): Set<string> {
  return new Set(inbox.events.map(({ event: one }) => one?.streamId ?? ''));
}

/** Resolves when the consumers together have so many lines. */
async function untilTogether(inboxes: readonly Inbox[], count: number): Promise<void> {
  const together = () => inboxes.reduce((sum, { lines: each }) => sum + each.length, 0);
  await Promise.race(inboxes.map((inbox) => inbox.until(() => together() >= count)));
}

test.serial('RoundRobin takes consumers in turn, and passes over a full one', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 's', { consumerStrategyName: 'RoundRobin' });
  const [small, large] = [await join(client, 's', { bufferSize: 2 }), await join(client, 's')];
  await client.appendToStream('s', events(6));
  t.deepEqual(await small.untilCount(2), ['0@s', '2@s']);
  t.deepEqual(await large.untilCount(4), ['1@s', '3@s', '4@s', '5@s']);
});

test.serial('DispatchToSingle fills one consumer before it turns to the next', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 's', { consumerStrategyName: 'DispatchToSingle' });
  const first = await join(client, 's', { bufferSize: 2 });
  const second = await join(client, 's', { bufferSize: 3 });
  await client.appendToStream('s', events(4));
  t.deepEqual(await first.untilCount(2), lines('s', 0, 1));
  t.deepEqual(await second.untilCount(2), lines('s', 2, 3));
  // The second one has a free slot and its turn: being free again is not enough.
  await first.ack(...first.events);
  await client.appendToStream('s', event(4));
  t.deepEqual(await second.untilCount(3), lines('s', 2, 4));
});

test.serial('Pinned gives each stream to one consumer, and streams to all', async (t) => {
  const { client } = await ownNode(t);
  const settings = allSettings({ consumerStrategyName: 'Pinned' });
  await client.createPersistentSubscriptionToAll('g', settings, { filter });
  const inboxes = await Promise.all(
    Array.from({ length: 3 }, () => joinAll(client, { onEvent: ackAll })),
  );
  for (let round = 0; round < 3; round += 1) await appendToEach(client);
  await untilTogether(inboxes, 3 * STREAMS.length);
  const seen = inboxes.map(streamsOf);
  t.is(
    seen.reduce((sum, { size }) => sum + size, 0),
    STREAMS.length,
  );
  for (const { size } of seen)
    t.true(size >= Math.floor(STREAMS.length / 3) - 1, `${size} streams`);
  // Whoever stays takes over from whoever leaves.
  const [leaver, ...stayers] = inboxes;
  await leaver?.subscription.unsubscribe();
  const before = stayers.reduce((sum, { lines: each }) => sum + each.length, 0);
  await appendToEach(client);
  await untilTogether(stayers, before + STREAMS.length);
  t.is(new Set(stayers.flatMap((inbox) => [...streamsOf(inbox)])).size, STREAMS.length);
});

test.serial('Pinned: an event for a full consumer waits while others pass', async (t) => {
  const { client } = await ownNode(t);
  const settings = allSettings({ consumerStrategyName: 'Pinned' });
  await client.createPersistentSubscriptionToAll('g', settings, { filter });
  const full = await joinAll(client, { bufferSize: 1 });
  await client.appendToStream('p-0', events(3));
  await full.untilCount(1);
  const other = await joinAll(client, { onEvent: ackAll });
  const rest = STREAMS.filter((stream) => stream !== 'p-0');
  await appendToEach(client, rest);
  await other.untilCount(rest.length);
  t.false(streamsOf(other).has('p-0'));
  t.deepEqual(full.lines, ['0@p-0']);
  await full.ack(...full.events);
  t.deepEqual(await full.untilCount(2), lines('p-0', 0, 1));
});

test.serial('Pinned: a newcomer gets his share of the streams that are idle', async (t) => {
  const { client } = await ownNode(t);
  const settings = allSettings({ consumerStrategyName: 'Pinned' });
  await client.createPersistentSubscriptionToAll('g', settings, { filter });
  const first = await joinAll(client, { bufferSize: 100 });
  await appendToEach(client);
  await first.untilCount(STREAMS.length);
  const second = await joinAll(client, { bufferSize: 100 });
  await appendToEach(client);
  await first.untilCount(2 * STREAMS.length);
  await first.ack(...first.events);
  await eventually(
    () => client.getPersistentSubscriptionToAllInfo('g'),
    ({ stats }) => stats.outstandingMessagesCount === 0,
  );
  await appendToEach(client);
  await untilTogether([first, second], 3 * STREAMS.length);
  t.is(second.lines.length, STREAMS.length / 2);
  t.is(streamsOf(second).size, STREAMS.length / 2);
});

test.serial('Pinned goes by the stream a link leads to', async (t) => {
  const { client } = await ownNode(t);
  const settings = { consumerStrategyName: 'Pinned', resolveLinkTos: true } as const;
  await createGroup(client, 'links', settings);
  const inboxes = [
    await join(client, 'links', { onEvent: ackAll }),
    await join(client, 'links', { onEvent: ackAll }),
  ];
  await appendToEach(client);
  const links = [...STREAMS, ...STREAMS].map((stream) => {
    return binaryEvent({ type: '$>', data: Buffer.from(`0@${stream}`) });
  });
  await client.appendToStream('links', links);
  await untilTogether(inboxes, links.length);
  const [one = new Set(), other = new Set()] = inboxes.map(streamsOf);
  t.is(one.size + other.size, STREAMS.length);
  t.true(one.size > 1 && other.size > 1);
});

function correlated(id: string, n: number) {
  return jsonEvent({ type: 'tested', data: { n }, metadata: { $correlationId: id } });
}

test.serial('PinnedByCorrelation goes by the correlation id, else by the stream', async (t) => {
  const { client, node } = await ownNode(t);
  const request = createOnStream('s', (settings) => {
    settings.setConsumerStrategy('PinnedByCorrelation');
  });
  t.is(await created(rawGroupClient(t, node), request), undefined);
  const { settings } = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.is<string, string>(settings.consumerStrategyName, 'PinnedByCorrelation');
  const inboxes = [
    await join(client, 's', { onEvent: ackAll }),
    await join(client, 's', { onEvent: ackAll }),
  ];
  const correlations = STREAMS;
  for (const id of [...correlations, ...correlations]) {
    await client.appendToStream('s', correlated(id, 0));
  }
  await client.appendToStream('s', events(10));
  await untilTogether(inboxes, 2 * correlations.length + 10);
  const idsOf = (inbox: Inbox) => new Set(inbox.events.map(correlationOf));
  const [one = new Set(), other = new Set()] = inboxes.map(idsOf);
  t.is(one.size + other.size, correlations.length + 1);
  t.true(one.size > 1 && other.size > 1);
});

function correlationOf({ event: one }: Delivered): string {
  const metadata: unknown = one?.metadata;
  const known = typeof metadata === 'object' && metadata !== null && '$correlationId' in metadata;
  return known ? String(metadata.$correlationId) : 'none';
}
