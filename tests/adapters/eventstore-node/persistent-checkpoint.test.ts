/** How far a group is, and what of that is still known after a restart or a crash. */
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import test from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import {
  ackAll,
  allSettings,
  createGroup,
  eventually,
  join,
  joinAll,
  lines,
  ownNode,
  PLACES,
  TestClock,
} from './group-support.js';
import { startNodeProcess } from './node-process.js';
import {
  clientOf,
  event,
  events,
  patient,
  revisions,
  running,
  temporaryFolder,
} from './support.js';

const CHECKPOINTS = '$persistentsubscription-s::g-checkpoint';
/** Written with every event, so that a test need not wait for the regular look. */
const EAGER = { checkPointUpperBound: 1 };
/** Written at a regular look only. */
const LAZY = { checkPointUpperBound: 1_000_000, checkPointLowerBound: 1_000_000 };

/** The data of checkpoints, as they are written. */
class Checkpoints {
  private readonly found: AsyncIterator<{ event?: { data: unknown } }>;

  constructor(client: EventStoreDBClient, stream = CHECKPOINTS) {
    this.found = client.subscribeToStream(stream)[Symbol.asyncIterator]();
  }

  async next(): Promise<unknown> {
    const { value } = await this.found.next();
    return value?.event?.data;
  }
}

for (const storage of PLACES) {
  test.serial(`${storage}: a checkpoint is written when enough is confirmed`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('s', events(20));
    await createGroup(client, 's', { checkPointUpperBound: 5 });
    const checkpoints = new Checkpoints(client);
    const inbox = await join(client, 's', { bufferSize: 20 });
    await inbox.untilCount(20);
    for (let n = 0; n < 5; n += 1) await inbox.ack(inbox.event(`${n}@s`));
    t.is(await checkpoints.next(), '4');
    await inbox.ack(...inbox.events.slice(5, 9));
    await inbox.ack(...inbox.events.slice(9, 12));
    t.is(await checkpoints.next(), '11');
    await inbox.ack(...inbox.events.slice(12));
    t.is(await checkpoints.next(), '19');
    t.deepEqual(await revisions(client, CHECKPOINTS), [1, 2]);
  });
}

test.serial('or at the regular look, if the last one is old enough', async (t) => {
  const clock = new TestClock();
  const { client } = await running(t, { clock: clock.now });
  await client.appendToStream('s', events(20));
  await createGroup(client, 's', { checkPointLowerBound: 3, checkPointAfter: 2000 });
  // Looked at right after the other group: when it has a checkpoint, the other had its chance.
  await createGroup(client, 's', { checkPointLowerBound: 1, checkPointAfter: 0 }, 'probe');
  const checkpoints = new Checkpoints(client);
  const probed = new Checkpoints(client, '$persistentsubscription-s::probe-checkpoint');
  const inbox = await join(client, 's', { bufferSize: 20 });
  const probe = await join(client, 's', { groupName: 'probe', bufferSize: 20 });
  await Promise.all([inbox.untilCount(20), probe.untilCount(20)]);
  const confirm = async (n: number) => {
    await inbox.ack(inbox.event(`${n}@s`));
    await probe.ack(probe.event(`${n}@s`));
  };
  await confirm(0);
  await confirm(1);
  t.is(await probed.next(), '1');
  await confirm(2);
  t.is(await checkpoints.next(), '2');
  t.is(await probed.next(), '2');
  for (let n = 3; n < 8; n += 1) await confirm(n);
  t.is(await probed.next(), '7');
  await confirm(8);
  clock.advance(2000);
  t.is(await checkpoints.next(), '8');
});

test.serial('what is not dealt with holds a checkpoint back, wherever it is', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(10));
  await createGroup(client, 's', EAGER);
  const checkpoints = new Checkpoints(client);
  const inbox = await join(client, 's', { bufferSize: 9 });
  await inbox.untilCount(9);
  await inbox.ack(...inbox.events.slice(1));
  await inbox.untilLine('9@s');
  await inbox.nack('retry', inbox.event('0@s'));
  await inbox.untilLine('0@s #1');
  await inbox.ack(inbox.event('0@s #1'));
  t.is(await checkpoints.next(), '8');
  await client.appendToStream('s', events(2, 10));
  await inbox.untilLine('11@s');
  await inbox.nack('park', inbox.event('9@s'));
  t.is(await checkpoints.next(), '9');
  await inbox.ack(inbox.event('11@s'));
  await inbox.nack('skip', inbox.event('10@s'));
  t.is(await checkpoints.next(), '11');
  const { stats } = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.is(stats.lastCheckpointedEventRevision, 11n);
});

test.serial('a group on $all writes positions, which $all does not show', async (t) => {
  const { client } = await ownNode(t);
  const { position } = await client.appendToStream('s', event(0));
  const filter = streamNameFilter({ prefixes: ['s'] });
  await client.createPersistentSubscriptionToAll('g', allSettings(EAGER), { filter });
  const stream = '$persistentsubscription-$all::g-checkpoint';
  const checkpoints = new Checkpoints(client, stream);
  await joinAll(client, { onEvent: ackAll });
  t.regex(String(await checkpoints.next()), /^C:(\d+)\/P:\1$/);
  await eventually(
    () => client.getPersistentSubscriptionToAllInfo('g'),
    ({ stats: { lastCheckpointedEventPosition: last } }) =>
      last !== undefined && position !== undefined && last.commit >= position.commit,
  );
  for await (const { event: one } of client.readAll()) t.not(one?.streamId, stream);
});

test.serial('a filter that matches nothing still makes progress', async (t) => {
  const { client } = await ownNode(t);
  const filter = streamNameFilter({ prefixes: ['nothing'] });
  const settings = allSettings({ checkPointUpperBound: 50 });
  await client.createPersistentSubscriptionToAll('g', settings, { filter });
  const checkpoints = new Checkpoints(client, '$persistentsubscription-$all::g-checkpoint');
  await client.appendToStream('s', events(60));
  t.regex(String(await checkpoints.next()), /^C:\d+\/P:\d+$/);
});

test.serial('a node that stops writes how far it is, and goes on there', async (t) => {
  const dataDir = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  await client.appendToStream('s', events(10));
  await createGroup(client, 's', LAZY);
  const inbox = await join(client, 's');
  await inbox.untilCount(10);
  await inbox.ack(...inbox.events.filter((_, n) => n !== 4));
  await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
    ({ stats }) => stats.outstandingMessagesCount === 1,
  );
  await node.stop();
  await inbox.untilLine('error unavailable');
  await client.dispose();
  const again = await running(t, { dataDir });
  const { stats } = await again.client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.is(stats.lastCheckpointedEventRevision, 3n);
  const after = await join(again.client, 's');
  t.deepEqual(await after.untilCount(6), lines('s', 4, 9));
});

test.serial('what others write among the checkpoints is passed over', async (t) => {
  const dataDir = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  await client.appendToStream('s', events(3));
  await createGroup(client, 's', EAGER);
  const checkpoints = new Checkpoints(client);
  const inbox = await join(client, 's', { bufferSize: 1 });
  await inbox.untilCount(1);
  await inbox.ack(inbox.event('0@s'));
  await checkpoints.next();
  await client.appendToStream(CHECKPOINTS, jsonEvent({ type: 'odd', data: 'C:x/P:y' }));
  await client.dispose();
  await node.stop();
  const again = await running(t, { dataDir });
  t.deepEqual(await (await join(again.client, 's')).untilCount(2), lines('s', 1, 2));
});

test.serial('a node that is killed loses nothing', async (t) => {
  const rounds = 3;
  const perRound = 200;
  const folder = await temporaryFolder(t);
  const handled = new Set<number>();
  for (let round = 1; round <= rounds; round += 1) {
    const node = await startNodeProcess(t, folder);
    const client = EventStoreDBClient.connectionString(patient(node.connectionString));
    if (round === 1) await createGroup(client, 's', { checkPointUpperBound: 7 });
    await client.appendToStream('s', events(perRound, (round - 1) * perRound));
    // The last events of a round are with the consumer, unconfirmed, when the node is killed.
    const stopAt = round * perRound - (round === rounds ? 0 : 50);
    const known = handled.size;
    const inbox = await join(client, 's', {
      onEvent: (one, box) => {
        const n = Number(one.event?.revision);
        if (n >= stopAt) return;
        handled.add(n);
        void box.ack(one);
      },
    });
    await inbox.until(() => handled.size === stopAt);
    t.true(Number(inbox.events[0]?.event?.revision) <= known);
    await node.kill();
    await client.dispose();
  }
});
