/** Persistent subscriptions as a consumer meets them. */
import { randomUUID } from 'node:crypto';
import { binaryEvent, END, streamNameFilter } from '@eventstore/db-client';
import test from 'ava';
import {
  ackAll,
  allSettings,
  createGroup,
  firstEvent,
  join,
  joinAll,
  lines,
  ownNode,
  PLACES,
  TestClock,
  untilConsumers,
} from './group-support.js';
import { event, events, running } from './support.js';

const TIMEOUT_MS = 30_000;

for (const storage of PLACES) {
  test.serial(`${storage}: a group hands out what is there, then what comes`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('s', events(50));
    await createGroup(client, 's');
    const inbox = await join(client, 's', { onEvent: ackAll });
    await inbox.untilCount(50);
    await client.appendToStream('s', events(10, 50));
    t.deepEqual(await inbox.untilCount(60), lines('s', 0, 59));
  });

  test.serial(`${storage}: links are resolved, and confirmed by their own id`, async (t) => {
    const { client } = await ownNode(t, storage);
    await client.appendToStream('s', events(2));
    const links = ['0@s', '9@s', '1@s', 'no link'].map((text) =>
      binaryEvent({ type: '$>', data: Buffer.from(text) }),
    );
    await client.appendToStream('links', links);
    await createGroup(client, 'links', { resolveLinkTos: true });
    const inbox = await join(client, 'links', { bufferSize: 4 });
    const expected = ['0@links -> 0@s', '1@links -> gone', '2@links -> 1@s', '3@links'];
    t.deepEqual(await inbox.untilCount(4), expected);
    await inbox.nack('retry', ...inbox.events);
    t.deepEqual(
      (await inbox.untilCount(8)).slice(4),
      expected.map((line) => `${line} #1`),
    );
    await createGroup(client, 'links', {}, 'plain');
    const plain = await join(client, 'links', { groupName: 'plain' });
    t.deepEqual(await plain.untilCount(4), lines('links', 0, 3));
  });
}

test.serial('a group may be there before its stream', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 'later');
  const inbox = await join(client, 'later');
  await client.appendToStream('later', events(2));
  t.deepEqual(await inbox.untilCount(2), lines('later', 0, 1));
});

test.serial('the start is included; the end is after what exists', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(5));
  await createGroup(client, 's', { startFrom: 2n }, 'middle');
  await createGroup(client, 's', { startFrom: 6n }, 'future');
  await createGroup(client, 's', { startFrom: END }, 'end');
  await client.appendToStream('s', events(3, 5));
  const seen = async (groupName: string, count: number) => {
    return (await join(client, 's', { groupName })).untilCount(count);
  };
  t.deepEqual(await seen('middle', 6), lines('s', 2, 7));
  t.deepEqual(await seen('future', 2), lines('s', 6, 7));
  t.deepEqual(await seen('end', 3), lines('s', 5, 7));
});

test.serial('no more than its buffer size is unconfirmed; each answer makes room', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(10));
  await createGroup(client, 's');
  const inbox = await join(client, 's', { bufferSize: 3 });
  const { stats } = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.is(stats.totalInFlightMessages, 3);
  t.deepEqual(await inbox.untilCount(3), lines('s', 0, 2));
  await inbox.ack(inbox.event('1@s'));
  await inbox.nack('skip', inbox.event('0@s'));
  t.deepEqual(await inbox.untilCount(5), lines('s', 0, 4));
  await inbox.nack('park', inbox.event('2@s'));
  await inbox.nack('stop', inbox.event('3@s'));
  t.deepEqual(await inbox.untilCount(7), lines('s', 0, 6));
  // Confirmed already, or never delivered: nothing happens.
  const last = inbox.event('4@s');
  const unknown = last.event && { ...last, event: { ...last.event, id: randomUUID() } };
  await inbox.ack(inbox.event('0@s'), inbox.event('1@s'), ...(unknown ? [unknown] : []));
  await inbox.ack(inbox.event('4@s'));
  t.deepEqual(await inbox.untilCount(8), lines('s', 0, 7));
});

test.serial('a retry comes before new events, in order, with its count', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(8));
  await createGroup(client, 's');
  const inbox = await join(client, 's', { bufferSize: 4 });
  await inbox.untilCount(4);
  await inbox.nack('retry', ...['2@s', '0@s', '1@s'].map((line) => inbox.event(line)));
  t.deepEqual((await inbox.untilCount(7)).slice(4), ['0@s #1', '1@s #1', '2@s #1']);
  await inbox.nack('retry', inbox.event('1@s #1'));
  await inbox.untilLine('1@s #2');
  await inbox.ack(...['0@s #1', '1@s #2', '2@s #1', '3@s'].map((line) => inbox.event(line)));
  t.deepEqual((await inbox.untilCount(12)).slice(8), lines('s', 4, 7));
});

test.serial('an event that is retried too often is parked, and the rest goes on', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(2));
  await createGroup(client, 's', { maxRetryCount: 2 });
  const inbox = await join(client, 's', {
    bufferSize: 1,
    onEvent: (one, box) => {
      if (one.event?.revision === 0n) void box.nack('retry', one);
      else void box.ack(one);
    },
  });
  t.deepEqual(await inbox.untilLine('1@s'), ['0@s', '0@s #1', '0@s #2', '1@s']);
  const { stats } = await client.getPersistentSubscriptionToStreamInfo('s', 'g');
  t.is(stats.parkedMessageCount, 1n);
});

test.serial('an event that is not confirmed in time is retried, then parked', async (t) => {
  const clock = new TestClock();
  const { client } = await running(t, { clock: clock.now });
  await client.appendToStream('s', events(2));
  await createGroup(client, 's', { messageTimeout: TIMEOUT_MS, maxRetryCount: 1 });
  const inbox = await join(client, 's');
  await inbox.untilCount(2);
  clock.advance(TIMEOUT_MS / 2);
  await inbox.ack(inbox.event('1@s'));
  clock.advance(TIMEOUT_MS / 2);
  await inbox.untilLine('0@s #1');
  clock.advance(TIMEOUT_MS);
  const parked = await firstEvent(client, '$persistentsubscription-s::g-parked');
  t.is(parked?.type, '$>');
  t.deepEqual(inbox.lines, ['0@s', '1@s', '0@s #1']);
});

test.serial('without a time limit an event stays with its consumer', async (t) => {
  const clock = new TestClock();
  const { client } = await running(t, { clock: clock.now });
  await client.appendToStream('s', events(2));
  await createGroup(client, 's', {
    messageTimeout: 0,
    checkPointAfter: 1,
    checkPointLowerBound: 1,
  });
  const inbox = await join(client, 's');
  await inbox.untilCount(2);
  clock.advance(100 * TIMEOUT_MS);
  await inbox.ack(inbox.event('0@s'));
  // The look that writes the checkpoint is the one that would have taken the other event back.
  const checkpoint = await firstEvent(client, '$persistentsubscription-s::g-checkpoint');
  t.is<unknown, unknown>(checkpoint?.data, '0');
  t.deepEqual(inbox.lines, lines('s', 0, 1));
});

test.serial('a consumer that leaves gives back what it did not confirm', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(4));
  await createGroup(client, 's', { maxRetryCount: 0 });
  const first = await join(client, 's', { bufferSize: 3 });
  await first.untilCount(3);
  await first.ack(first.event('1@s'));
  await first.untilCount(4);
  await first.subscription.unsubscribe();
  const second = await join(client, 's');
  t.deepEqual(await second.untilCount(3), ['0@s #1', '2@s #1', '3@s #1']);
});

test.serial('while there is no consumer, events wait', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 's');
  for (let n = 0; n < 3; n += 1) await client.appendToStream('s', event(n));
  const inbox = await join(client, 's');
  t.deepEqual(await inbox.untilCount(3), lines('s', 0, 2));
});

test.serial('there may be so many consumers and no more', async (t) => {
  const { client } = await ownNode(t);
  await createGroup(client, 's', { maxSubscriberCount: 1 });
  const first = await join(client, 's');
  const second = await join(client, 's');
  t.deepEqual(await second.untilCount(1), ['error maximum-subscribers-reached']);
  await first.subscription.unsubscribe();
  await untilConsumers(client, 's', 0);
  const third = await join(client, 's');
  await client.appendToStream('s', event(0));
  t.deepEqual(await third.untilCount(1), ['0@s']);
});

test.serial('two events with one id are with consumers one after the other', async (t) => {
  const { client } = await ownNode(t);
  const one = event(0);
  await client.appendToStream('s', one, { expectedRevision: 'no_stream' });
  await client.appendToStream('other', [one, event(1)]);
  const filter = streamNameFilter({ prefixes: ['s', 'other'] });
  await client.createPersistentSubscriptionToAll('g', allSettings(), { filter });
  const inbox = await joinAll(client);
  t.deepEqual(await inbox.untilCount(2), ['0@s', '1@other']);
  await inbox.ack(inbox.event('0@s'));
  t.deepEqual(await inbox.untilCount(3), ['0@s', '1@other', '0@other']);
});
