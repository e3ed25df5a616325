/** Groups are created, changed, listed and deleted. */
import { END, jsonEvent, START, streamNameFilter, UNBOUNDED } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { type LogLine, startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import {
  ackAll,
  allSettings,
  createGroup,
  eventually,
  firstEvent,
  Inbox,
  join,
  joinAll,
  lines,
  ownNode,
  rawGroupClient,
  streamSettings,
} from './group-support.js';
import { ConsumerCall, created, createOnAll, createOnStream, joinStream } from './group-wire.js';
import {
  clientOf,
  event,
  events,
  failure,
  revisions,
  running,
  temporaryFolder,
} from './support.js';

/** Far from the defaults, so that nothing is right by chance. */
const CHANGED = {
  startFrom: 3n,
  resolveLinkTos: true,
  extraStatistics: true,
  messageTimeout: 12_345,
  maxRetryCount: 3,
  checkPointAfter: 456,
  checkPointLowerBound: 7,
  checkPointUpperBound: 89,
  maxSubscriberCount: 5,
  liveBufferSize: 67,
  readBatchSize: 8,
  historyBufferSize: 90,
  consumerStrategyName: 'Pinned',
} as const;

const NAME = 'größe/☃ 100%';

test.serial('a group shows the settings it was given', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(5));
  for (const [name, settings] of Object.entries({
    changed: streamSettings(CHANGED),
    start: streamSettings({ startFrom: START, maxSubscriberCount: UNBOUNDED }),
    end: streamSettings({ startFrom: END, consumerStrategyName: 'DispatchToSingle' }),
  })) {
    await client.createPersistentSubscriptionToStream('s', name, settings);
    const info = await client.getPersistentSubscriptionToStreamInfo('s', name);
    t.deepEqual(info.settings, settings);
    t.deepEqual([info.eventSource, info.groupName], ['s', name]);
  }
  for (const [name, startFrom] of Object.entries({
    start: START,
    end: END,
    middle: { commit: 2n, prepare: 2n },
  } as const)) {
    const settings = allSettings({ ...CHANGED, startFrom });
    await client.createPersistentSubscriptionToAll(name, settings);
    const info = await client.getPersistentSubscriptionToAllInfo(name);
    t.deepEqual(info.settings, settings);
    t.deepEqual([info.eventSource, info.groupName], ['$all', name]);
  }
});

test.serial('what is not there, or is there already, is said with names', async (t) => {
  const { client } = await ownNode(t);
  const there = { streamName: 's', groupName: 'g' };
  await createGroup(client, 's');
  const again = await failure(createGroup(client, 's'));
  t.like(again, { type: 'persistent-subscription-exists', code: status.ALREADY_EXISTS, ...there });
  const missing = {
    type: 'persistent-subscription-does-not-exist',
    code: status.NOT_FOUND,
    streamName: 's',
    groupName: 'no',
    message: '5 NOT_FOUND: Subscription group no on stream s does not exist.',
  };
  const { type, code } = missing;
  for (const attempt of [
    client.updatePersistentSubscriptionToStream('s', 'no', streamSettings()),
    client.deletePersistentSubscriptionToStream('s', 'no'),
    client.getPersistentSubscriptionToStreamInfo('s', 'no'),
    client.replayParkedMessagesToStream('s', 'no'),
  ]) {
    t.like(await failure(attempt), missing);
  }
  const ofAll = { type, code, streamName: '$all', groupName: 'g' };
  for (const attempt of [
    client.updatePersistentSubscriptionToAll('g', allSettings()),
    client.deletePersistentSubscriptionToAll('g'),
    client.getPersistentSubscriptionToAllInfo('g'),
    client.replayParkedMessagesToAll('g'),
  ]) {
    t.like(await failure(attempt), ofAll);
  }
  const unlisted = await failure(client.listPersistentSubscriptionsToStream('other'));
  t.like(unlisted, {
    type,
    groupName: '',
    message: '5 NOT_FOUND: Subscription group  on stream other does not exist.',
  });
  t.like(await failure(client.listPersistentSubscriptionsToAll()), { ...ofAll, groupName: '' });
  const inbox = await join(client, 's', { groupName: 'no' });
  t.deepEqual(inbox.lines, [`error ${type}`]);
});

test.serial('groups that cannot work are refused with a reason', async (t) => {
  const { client, node } = await ownNode(t);
  const raw = rawGroupClient(t, node);
  const far = { commit: 1000n, prepare: 1000n };
  const failed = { type: 'persistent-subscription-failed', code: status.INTERNAL };
  const attempts = {
    batch: createGroup(client, 's', { readBatchSize: 20, historyBufferSize: 20 }),
    nothing: createGroup(client, 's', { readBatchSize: 0 }),
    negative: createGroup(client, 's', { maxRetryCount: -1 }),
    far: client.createPersistentSubscriptionToAll('g', allSettings({ startFrom: far })),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const error = await failure(attempt);
    t.like(error, { ...failed, groupName: 'g' }, name);
    t.true(String(error.reason).endsWith('.'), name);
  }
  await createGroup(client, 's');
  const update = client.updatePersistentSubscriptionToStream(
    's',
    'g',
    streamSettings({ readBatchSize: 500 }),
  );
  t.like(await failure(update), { ...failed, streamName: 's' });
  const requests = {
    strategy: createOnStream('t', (settings) => settings.setConsumerStrategy('Random')),
    number: createOnStream('t', (settings) => {
      Reflect.apply(settings.setNamedConsumerStrategy, settings, [7]);
    }),
    revision: createOnStream('t', (settings) => settings.setRevision('18446744073709551614')),
    prepare: createOnAll({ commit: '1', prepare: '2' }),
  };
  for (const [name, request] of Object.entries(requests)) {
    const error = await created(raw, request);
    t.is(error?.code, status.INTERNAL, name);
    t.deepEqual(error?.metadata.get('exception'), ['persistent-subscription-failed'], name);
  }
  t.is((await client.listAllPersistentSubscriptions()).length, 1);
});

test.serial('requests without what is needed are invalid', async (t) => {
  const { node } = await ownNode(t);
  const raw = rawGroupClient(t, node);
  const noSettings = createOnStream('s', undefined, (options) => options.clearSettings());
  const noGroup = createOnStream('s', undefined, (options) => options.setGroupName(''));
  const noStream = createOnStream('');
  for (const request of [noSettings, noGroup, noStream]) {
    t.is((await created(raw, request))?.code, status.INVALID_ARGUMENT);
  }
  const joins = [
    joinStream('s', (options) => options.clearUuidOption()),
    joinStream('s', (options) => options.setBufferSize(0)),
    joinStream('', () => undefined),
  ];
  for (const request of joins) {
    t.is((await new ConsumerCall(raw, request).ended)?.code, status.INVALID_ARGUMENT);
  }
});

test.serial('names outside ASCII work, and do not break errors', async (t) => {
  const { client } = await ownNode(t);
  await client.createPersistentSubscriptionToStream(NAME, NAME, streamSettings());
  const again = client.createPersistentSubscriptionToStream(NAME, NAME, streamSettings());
  t.like(await failure(again), {
    type: 'persistent-subscription-exists',
    streamName: 'gr%C3%B6%C3%9Fe/%E2%98%83 100%',
    groupName: 'gr%C3%B6%C3%9Fe/%E2%98%83 100%',
  });
  await client.appendToStream(NAME, event(0));
  const subscription = client.subscribeToPersistentSubscriptionToStream(NAME, NAME);
  t.deepEqual(await new Inbox(subscription).untilCount(1), [`0@${NAME}`]);
  const [listed] = await client.listAllPersistentSubscriptions();
  t.deepEqual([listed?.eventSource, listed?.groupName], [NAME, NAME]);
  await client.deletePersistentSubscriptionToStream(NAME, NAME);
});

test.serial('groups are listed by stream, for $all, and together', async (t) => {
  const { client } = await ownNode(t);
  t.deepEqual(await client.listAllPersistentSubscriptions(), []);
  await createGroup(client, 'a', {}, 'one');
  await createGroup(client, 'a', {}, 'two');
  await createGroup(client, 'b', {}, 'one');
  await client.createPersistentSubscriptionToAll('one', allSettings());
  const named = (infos: { eventSource: string; groupName: string }[]) =>
    infos.map(({ eventSource, groupName }) => `${eventSource} ${groupName}`);
  t.deepEqual(named(await client.listPersistentSubscriptionsToStream('a')), ['a one', 'a two']);
  t.deepEqual(named(await client.listPersistentSubscriptionsToAll()), ['$all one']);
  const all = named(await client.listAllPersistentSubscriptions());
  t.deepEqual(all, ['a one', 'a two', 'b one', '$all one']);
});

test.serial('each change is in the log before it is answered; two are kept', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 'a');
  await client.updatePersistentSubscriptionToStream('a', 'g', streamSettings(CHANGED));
  await client.deletePersistentSubscriptionToStream('a', 'g');
  const kept: string[] = [];
  for await (const { event: one } of client.readStream('$persistentSubscriptionConfig')) {
    kept.push(`${one?.revision} ${one?.type}`);
  }
  t.deepEqual(kept, ['1 $PersistentConfig', '2 $PersistentConfig']);
});

test.serial('an update drops consumers, and goes on where the group was', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(10));
  await createGroup(client, 's', { checkPointUpperBound: 1 });
  const inbox = await join(client, 's', { bufferSize: 5 });
  await inbox.untilCount(5);
  await inbox.ack(inbox.event('0@s'), inbox.event('1@s'), inbox.event('3@s'));
  await firstEvent(client, '$persistentsubscription-s::g-checkpoint');
  const settings = streamSettings({ ...CHANGED, startFrom: 9n });
  await client.updatePersistentSubscriptionToStream('s', 'g', settings);
  await inbox.untilLine('error persistent-subscription-dropped');
  const info = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.deepEqual([info.settings, info.connections], [settings, []]);
  t.is(info.stats.lastCheckpointedEventRevision, 1n);
  const next = await join(client, 's');
  t.deepEqual(await next.untilCount(8), lines('s', 2, 9));
});

test.serial('without a checkpoint an update begins at the new start', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(10));
  await createGroup(client, 's');
  const inbox = await join(client, 's', { onEvent: ackAll });
  await inbox.untilCount(10);
  const settings = streamSettings({ startFrom: 8n });
  await client.updatePersistentSubscriptionToStream('s', 'g', settings);
  const next = await join(client, 's');
  t.deepEqual(await next.untilCount(2), lines('s', 8, 9));
});

test.serial('an update leaves the filter as it is', async (t) => {
  const { client } = await ownNode(t);
  const filter = streamNameFilter({ prefixes: ['wanted'] });
  await client.createPersistentSubscriptionToAll('g', allSettings(), { filter });
  await client.updatePersistentSubscriptionToAll('g', allSettings({ maxRetryCount: 1 }));
  await client.appendToStream('other', event(0));
  await client.appendToStream('wanted', event(0));
  const inbox = await joinAll(client);
  t.deepEqual(await inbox.untilCount(1), ['0@wanted']);
});

test.serial('a deleted group is gone with all it kept; a new one begins anew', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(5));
  for (let round = 0; round < 2; round += 1) {
    await createGroup(client, 's', { checkPointUpperBound: 1 });
    const inbox = await join(client, 's');
    t.deepEqual(await inbox.untilCount(5), lines('s', 0, 4));
    await inbox.nack('park', inbox.event('0@s'));
    await inbox.ack(...inbox.events.slice(1));
    await eventually(
      () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
      ({ stats }) => stats.lastCheckpointedEventRevision === 4n && stats.parkedMessageCount === 1n,
    );
    await client.deletePersistentSubscriptionToStream('s', 'g');
    await inbox.untilLine('error persistent-subscription-dropped');
    for (const name of ['checkpoint', 'parked']) {
      const gone = revisions(client, `$persistentsubscription-s::g-${name}`);
      t.is((await failure(gone)).type, 'stream-not-found');
    }
    t.deepEqual(await client.listAllPersistentSubscriptions(), []);
  }
});

test.serial('a restart of the subsystem drops consumers and keeps the groups', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(3));
  await createGroup(client, 's', CHANGED);
  await createGroup(client, 's', {}, 'second');
  const inbox = await join(client, 's', { groupName: 'second' });
  await inbox.untilCount(3);
  await inbox.ack(inbox.event('0@s'));
  await client.restartPersistentSubscriptionSubsystem();
  await inbox.untilLine('error persistent-subscription-dropped');
  const info = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.deepEqual(info.settings, streamSettings(CHANGED));
  const again = await join(client, 's', { groupName: 'second' });
  t.deepEqual(await again.untilCount(2), lines('s', 1, 2));
});

test.serial('a configuration that somebody spoiled costs what it spoiled only', async (t) => {
  const reported: string[] = [];
  const log = ({ error }: LogLine) => reported.push(error instanceof Error ? error.message : '');
  const { client } = await running(t, { log });
  await createGroup(client, 'a');
  const config = '$persistentSubscriptionConfig';
  const type = '$PersistentConfig';
  await client.appendToStream(config, jsonEvent({ type, data: { entries: 'none' } }));
  await client.restartPersistentSubscriptionSubsystem();
  t.is((await client.listAllPersistentSubscriptions()).length, 1);
  t.true(reported.includes(`event 1 of ${config} is no configuration`));
  await createGroup(client, 'b');
  const data = { entries: [{ stream: 'c', group: 'g' }, 7] };
  await client.appendToStream(config, jsonEvent({ type, data }));
  await client.restartPersistentSubscriptionSubsystem();
  t.deepEqual(await client.listAllPersistentSubscriptions(), []);
  t.is(reported.filter((line) => line.endsWith('has an entry that is no group')).length, 2);
});

test.serial('groups are there after a restart of the node, as they were', async (t) => {
  const dataDir = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  await client.appendToStream('s', events(2));
  const filter = streamNameFilter({ regex: '^s$' });
  await client.createPersistentSubscriptionToAll('g', allSettings({ startFrom: END }), { filter });
  await createGroup(client, 's', { startFrom: END });
  await createGroup(client, NAME, CHANGED);
  const before = await client.listAllPersistentSubscriptions();
  await client.appendToStream('s', event(2));
  await client.appendToStream('other', event(0));
  await client.dispose();
  await node.stop();
  const again = await running(t, { dataDir });
  const after = await again.client.listAllPersistentSubscriptions();
  t.deepEqual(
    after.map(({ settings }) => settings),
    before.map(({ settings }) => settings),
  );
  // The end is still where it was when the groups were created.
  t.deepEqual(await (await join(again.client, 's')).untilCount(1), ['2@s']);
  t.deepEqual(await (await joinAll(again.client)).untilCount(1), ['2@s']);
});
