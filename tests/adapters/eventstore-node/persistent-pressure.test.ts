/** Slow consumers, absent ones, large events, and a node that stops. */
import { randomBytes } from 'node:crypto';
import { binaryEvent } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { GROUP_BUFFER_BYTES_MAX } from '../../../adapters/embedded/eventstore/limits.js';
import {
  ackAll,
  createGroup,
  eventually,
  join,
  lines,
  ownNode,
  rawGroupClient,
} from './group-support.js';
import { ackOf, ConsumerCall, joinStream, structuredIds, unknownNackOf } from './group-wire.js';
import { event, events } from './support.js';

const MANY = 2000;
const LARGE_BYTES = 1024 * 1024 - 100;

function binaryEvents(count: number, bytes: number) {
  return Array.from({ length: count }, () => {
    return binaryEvent({ type: 'large', data: randomBytes(bytes) });
  });
}

test.serial('a group reads no further ahead than its buffer is large', async (t) => {
  const { client } = await ownNode(t);
  await client.appendToStream('s', events(500));
  await createGroup(client, 's', { readBatchSize: 10, historyBufferSize: 35 });
  const info = () => client.getPersistentSubscriptionToStreamInfo('s', 'g');
  await eventually(info, ({ stats }) => stats.readBufferCount >= 30);
  const inbox = await join(client, 's', { bufferSize: 7 });
  await inbox.untilCount(7);
  const { stats } = await eventually(info, (one) => one.stats.readBufferCount >= 30);
  t.true(stats.readBufferCount <= 35);
  t.deepEqual(inbox.lines, lines('s', 0, 6));
});

test.serial('a group reads no further ahead than memory allows', async (t) => {
  const { client } = await ownNode(t);
  const count = Math.ceil((2 * GROUP_BUFFER_BYTES_MAX) / LARGE_BYTES);
  for (const one of binaryEvents(count, LARGE_BYTES)) await client.appendToStream('s', one);
  await createGroup(client, 's', { readBatchSize: 1 });
  const info = () => client.getPersistentSubscriptionToStreamInfo('s', 'g');
  const enough = Math.ceil(GROUP_BUFFER_BYTES_MAX / LARGE_BYTES);
  const { stats } = await eventually(info, (one) => one.stats.readBufferCount >= enough);
  t.is(stats.readBufferCount, enough);
  const inbox = await join(client, 's', { onEvent: ackAll });
  t.deepEqual(await inbox.untilCount(count), lines('s', 0, count - 1));
});

test.serial('a consumer that does not read gets no more, and holds nobody up', async (t) => {
  const { client, node } = await ownNode(t);
  for (let n = 0; n < MANY; n += 50) await client.appendToStream('s', binaryEvents(50, 10_000));
  await createGroup(client, 's');
  const raw = rawGroupClient(t, node);
  const slow = new ConsumerCall(
    raw,
    joinStream('s', (options) => options.setBufferSize(2 * MANY)),
  );
  slow.call.pause();
  const info = () => client.getPersistentSubscriptionToStreamInfo('s', 'g');
  await eventually(info, ({ stats }) => stats.outstandingMessagesCount > 0);
  const other = await join(client, 's', { onEvent: ackAll });
  await other.untilCount(500);
  const { connections } = await info();
  const [held] = connections.filter(({ availableSlots }) => availableSlots > MANY);
  t.true((held?.inFlightMessages ?? MANY) < MANY / 4, `${held?.inFlightMessages} in flight`);
  slow.call.on('data', (answer) => {
    const id = answer.getEvent()?.getEvent()?.getId();
    if (id !== undefined) slow.call.write(ackOf(id));
  });
  slow.call.resume();
  await eventually(
    info,
    ({ stats }) => stats.totalItems >= MANY && stats.outstandingMessagesCount === 0,
  );
  // The confirmation is an answer too.
  t.is(slow.answers.length - 1 + other.lines.length, MANY);
});

test.serial('when the node stops, consumers are told to reconnect', async (t) => {
  const { client, node } = await ownNode(t);
  await client.appendToStream('s', events(3));
  await createGroup(client, 's');
  const raw = rawGroupClient(t, node);
  const call = new ConsumerCall(
    raw,
    joinStream('s', () => undefined),
  );
  await call.untilAnswers(1);
  const inbox = await join(client, 's');
  await node.stop();
  t.is((await call.ended)?.code, status.UNAVAILABLE);
  await inbox.untilLine('error unavailable');
});

test.serial('calls that break the rules end, and leave the group as it was', async (t) => {
  const { client, node } = await ownNode(t);
  await client.appendToStream('s', event(0));
  await createGroup(client, 's');
  const raw = rawGroupClient(t, node);
  const hello = joinStream('s', () => undefined);
  const twice = new ConsumerCall(raw, hello, hello);
  t.is((await twice.ended)?.code, status.INVALID_ARGUMENT);
  const early = new ConsumerCall(raw, ackOf());
  t.is((await early.ended)?.code, status.INVALID_ARGUMENT);
  const odd = new ConsumerCall(raw, hello, unknownNackOf('no uuid'));
  t.is((await odd.ended)?.code, status.INVALID_ARGUMENT);
  const polite = new ConsumerCall(raw, hello);
  await polite.untilAnswers(2);
  polite.call.end();
  t.is(await polite.ended, undefined);
  const inbox = await join(client, 's');
  const [line] = await inbox.untilCount(1);
  t.regex(line ?? '', /^0@s #\d$/);
});

test.serial('answers are written as the call asked; an unknown refusal is a retry', async (t) => {
  const { client, node } = await ownNode(t);
  const one = event(0);
  await client.appendToStream('s', one);
  await createGroup(client, 's');
  const call = new ConsumerCall(rawGroupClient(t, node), joinStream('s', structuredIds));
  const [confirmation, first] = await call.untilAnswers(2);
  t.not(confirmation?.getSubscriptionConfirmation()?.getSubscriptionId() ?? '', '');
  const id = first?.getEvent()?.getEvent()?.getId();
  t.true(id?.hasStructured());
  t.is(first?.getEvent()?.getRetryCount(), 0);
  t.true(first?.getEvent()?.hasRetryCount());
  call.call.write(unknownNackOf(one.id ?? ''));
  const [, , second] = await call.untilAnswers(3);
  t.is(second?.getEvent()?.getRetryCount(), 1);
  call.call.write(ackOf(...(id === undefined ? [] : [id])));
  await eventually(
    () => client.getPersistentSubscriptionToStreamInfo('s', 'g'),
    ({ stats }) => stats.outstandingMessagesCount === 0,
  );
});
