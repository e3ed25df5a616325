/** What groups read: everything, system streams, and streams that are deleted or cut short. */
import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import test from 'ava';
import {
  ackAll,
  allSettings,
  createGroup,
  type Delivered,
  eventually,
  join,
  joinAll,
  lines,
  ownNode,
  PLACES,
} from './group-support.js';
import { event, events, positionOf } from './support.js';

const USER_EVENTS = { filter: excludeSystemEvents() };

for (const storage of PLACES) {
  test.serial(`${storage}: a group on $all gets the events of all streams in order`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('a', events(30));
    await client.createPersistentSubscriptionToAll('g', allSettings(), USER_EVENTS);
    await client.appendToStream('b', events(2));
    const inbox = await joinAll(client, { onEvent: ackAll });
    await inbox.untilCount(32);
    await client.appendToStream('a', event(30));
    t.deepEqual(await inbox.untilCount(33), [...lines('a', 0, 29), ...lines('b', 0, 1), '30@a']);
    for (const one of inbox.events) t.is(one.commitPosition, one.event?.position?.commit);
  });

  test.serial(`${storage}: a soft deletion does not end a group`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('s', events(2));
    await createGroup(client, 's');
    const inbox = await join(client, 's', { onEvent: ackAll });
    await inbox.untilCount(2);
    await client.deleteStream('s');
    await client.appendToStream('s', event(2));
    t.deepEqual(await inbox.untilCount(3), lines('s', 0, 2));
    await createGroup(client, 's', {}, 'late');
    t.deepEqual(await (await join(client, 's', { groupName: 'late' })).untilCount(1), ['2@s']);
  });

  test.serial(`${storage}: a tombstone is the last event of a group that is live`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('s', events(1));
    await createGroup(client, 's', { checkPointUpperBound: 1 });
    const inbox = await join(client, 's', { onEvent: ackAll });
    await inbox.untilCount(1);
    await client.tombstoneStream('s');
    t.deepEqual(await inbox.untilCount(2), ['0@s', '9223372036854775807@s']);
    t.is<unknown, unknown>(inbox.events[1]?.event?.type, '$streamDeleted');
    const { stats } = await eventually(
      () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
      (info) => (info.stats.lastCheckpointedEventRevision ?? 0n) > 0n,
    );
    t.is(stats.lastCheckpointedEventRevision, 9223372036854775807n);
    await client.restartPersistentSubscriptionSubsystem();
    const again = await join(client, 's');
    t.deepEqual(again.lines, []);
  });
}

test.serial('a filter goes by stream names or by event types', async (t) => {
  const { client } = await ownNode(t);
  const filters = {
    prefix: streamNameFilter({ prefixes: ['a-', 'b-'] }),
    regex: streamNameFilter({ regex: '-2$' }),
    type: eventTypeFilter({ prefixes: ['wanted'] }),
    typeRegex: eventTypeFilter({ regex: '^(un)?wanted$' }),
  };
  for (const [name, filter] of Object.entries(filters)) {
    await client.createPersistentSubscriptionToAll(name, allSettings(), { filter });
  }
  for (const stream of ['a-1', 'b-2', 'c-2']) {
    await client.appendToStream(stream, [event(0, 'wanted'), event(1, 'unwanted')]);
  }
  const first = async (groupName: string, count: number) => {
    return (await joinAll(client, { groupName, bufferSize: 50 })).untilCount(count);
  };
  t.deepEqual(await first('prefix', 4), [...lines('a-1', 0, 1), ...lines('b-2', 0, 1)]);
  t.deepEqual(await first('regex', 4), [...lines('b-2', 0, 1), ...lines('c-2', 0, 1)]);
  t.deepEqual(await first('type', 3), ['0@a-1', '0@b-2', '0@c-2']);
  t.is((await first('typeRegex', 6)).length, 6);
});

test.serial('a group on $all begins at a position, the start or the end', async (t) => {
  const { client } = await ownNode(t);
  const at = positionOf(await client.appendToStream('s', event(0)));
  await client.appendToStream('s', events(2, 1));
  const settings = allSettings({ startFrom: { commit: at, prepare: at } });
  await client.createPersistentSubscriptionToAll('middle', settings, USER_EVENTS);
  await client.createPersistentSubscriptionToAll('start', allSettings({ startFrom: START }));
  await client.createPersistentSubscriptionToAll(
    'end',
    allSettings({ startFrom: END }),
    USER_EVENTS,
  );
  await client.appendToStream('s', event(3));
  const seen = async (groupName: string, count: number) => {
    return (await joinAll(client, { groupName, bufferSize: 50 })).untilCount(count);
  };
  t.deepEqual(await seen('middle', 4), lines('s', 0, 3));
  t.is((await seen('start', 1))[0], '0@$node-information');
  t.deepEqual(await seen('end', 1), ['3@s']);
});

test.serial('a group on $all without a filter sees that it was created', async (t) => {
  const { client } = await ownNode(t);
  await client.createPersistentSubscriptionToAll('g', allSettings({ startFrom: END }));
  const inbox = await joinAll(client);
  const created = '0@$persistentSubscriptionConfig';
  t.true((await inbox.untilLine(created)).includes(created));
});

test.serial('the progress of a group on $all is no event of a group on $all', async (t) => {
  const { client } = await ownNode(t);
  const eager = allSettings({ checkPointUpperBound: 1 });
  await client.createPersistentSubscriptionToAll('g', eager);
  const inbox = await joinAll(client, { onEvent: ackAll });
  await client.appendToStream('s', events(20));
  await inbox.untilLine('19@s');
  await client.appendToStream('s', event(20));
  await inbox.untilLine('20@s');
  const own = ({ event: one }: Delivered) => /^\$persistentsubscription/.test(one?.streamId ?? '');
  t.deepEqual(inbox.events.filter(own), []);
});

test.serial('a group on a system stream works like any other', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, '$$s');
  const inbox = await join(client, '$$s');
  await client.setStreamMetadata('s', { maxCount: 3 });
  t.deepEqual(await inbox.untilCount(1), ['0@$$s']);
});

test.serial('a group that comes while a stream is deleted gets what follows', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(3));
  await client.deleteStream('s');
  await createGroup(client, 's');
  const inbox = await join(client, 's');
  await client.appendToStream('s', event(3));
  t.deepEqual(await inbox.untilCount(1), ['3@s']);
});

test.serial('a group on a stream that ended for ever gets nothing', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(3));
  await client.tombstoneStream('s');
  await createGroup(client, 's');
  const inbox = await join(client, 's');
  const { status } = await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
    (info) => info.status === 'Live',
  );
  t.deepEqual([status, inbox.lines], ['Live', []]);
});

test.serial('who catches up passes over what the metadata of the stream hides', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(10));
  await client.setStreamMetadata('s', { truncateBefore: 4 });
  await createGroup(client, 's', { startFrom: 2n });
  const inbox = await join(client, 's');
  t.deepEqual(await inbox.untilCount(6), lines('s', 4, 9));
});
