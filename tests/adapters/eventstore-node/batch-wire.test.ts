import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import { rawClient, revisions, running, shortName } from './support.js';
import { BatchCall } from './wire.js';

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

/** What an answer says, with the id it belongs to. */
function summary(answer: BatchAppendResp): string {
  const detail = answer.getError()?.getDetails()?.getTypeName();
  const what = detail ?? `written ${answer.getSuccess()?.getCurrentRevision()}`;
  const name = Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  return `${answer.getCorrelationId()?.getString()} ${shortName(name)} ${what}`;
}

test.serial(
  'appends whose parts interleave are written in the order of their final parts',
  async (t) => {
    const { node, client, own } = await running(t);
    const call = new BatchCall(rawClient(t, node));
    const [a, b] = [randomUUID(), randomUUID()];
    const [first, second, third] = [ids(2), ids(2), ids(1)];
    call.send(
      { correlationId: a, options: { streamName: own('s') }, eventIds: first, isFinal: false },
      { correlationId: b, options: { streamName: own('s') }, eventIds: second, isFinal: true },
      { correlationId: a, eventIds: third, isFinal: true },
    );
    const answers = await call.untilAnswers(2);
    t.deepEqual(answers.map(summary), [`${b} s written 1`, `${a} s written 4`]);
    const found: string[] = [];
    for await (const { event } of client.readStream(own('s'))) if (event) found.push(event.id);
    t.deepEqual(found, [...second, ...first, ...third]);
    call.end();
    t.is(await call.ended, undefined);
  },
);

test.serial('a refused append is answered once, and its later parts are dropped', async (t) => {
  const { node, client, own } = await running(t);
  const call = new BatchCall(rawClient(t, node));
  const [bad, late, fine] = [randomUUID(), randomUUID(), randomUUID()];
  const past = Date.now() - 1000;
  call.send(
    {
      correlationId: bad,
      options: { streamName: own('s') },
      eventIds: ids(1),
      without: 'type',
      isFinal: false,
    },
    { correlationId: bad, eventIds: ids(1), isFinal: false },
    { correlationId: bad, eventIds: ids(1), isFinal: true },
    { correlationId: late, options: { streamName: own('s'), deadlineMs: past }, eventIds: ids(1) },
    { correlationId: fine, options: { streamName: own('s') }, eventIds: ids(1) },
  );
  const answers = await call.untilAnswers(3);
  t.deepEqual(answers.map(summary), [
    `${bad} s event_store.client.BadRequest`,
    `${late} s event_store.client.Timeout`,
    `${fine} s written 0`,
  ]);
  t.true(answers[1]?.getError()?.getDetails()?.getTypeUrl().startsWith('type.googleapis.com/'));
  call.end();
  await call.ended;
  t.is(call.answers.length, 3);
  t.deepEqual(await revisions(client, own('s')), [0]);
});

test.serial(
  'an append whose parts do not come in time is answered when its deadline passes',
  async (t) => {
    const { node, own } = await running(t);
    const call = new BatchCall(rawClient(t, node));
    const correlationId = randomUUID();
    const deadlineMs = Date.now() + 50;
    call.send({
      correlationId,
      options: { streamName: own('s'), deadlineMs },
      eventIds: ids(1),
      isFinal: false,
    });
    const [answer] = await call.untilAnswers(1);
    t.is(answer && summary(answer), `${correlationId} s event_store.client.Timeout`);
    t.is(Number(answer?.getError()?.getCode()), status.DEADLINE_EXCEEDED);
    call.send({ correlationId, eventIds: ids(1), isFinal: true });
    call.end();
    await call.ended;
    t.is(call.answers.length, 1);
  },
);

test.serial('requests that name no stream, or ids that are none, are bad requests', async (t) => {
  const { node, own } = await running(t);
  const call = new BatchCall(rawClient(t, node));
  const [nameless, idless] = [randomUUID(), randomUUID()];
  call.send(
    { correlationId: nameless, options: { streamName: '' }, eventIds: ids(1) },
    { correlationId: idless, options: { streamName: own('s') }, eventIds: ['no id'] },
  );
  const answers = await call.untilAnswers(2);
  t.deepEqual(answers.map(summary), [
    `${nameless}  event_store.client.BadRequest`,
    `${idless} s event_store.client.BadRequest`,
  ]);
  call.send({ correlationId: 'no id', options: { streamName: own('s') }, eventIds: ids(1) });
  t.is((await call.ended)?.code, status.INVALID_ARGUMENT);
});

test.serial('an answer repeats the expectation and says what the stream is at', async (t) => {
  const { node, client, own } = await running(t);
  await client.tombstoneStream(own('dead'));
  const call = new BatchCall(rawClient(t, node));
  const same = ids(1);
  const options = { streamName: own('s') };
  call.send(
    { correlationId: randomUUID(), options, eventIds: same },
    { correlationId: randomUUID(), options, eventIds: [...same, randomUUID()] },
    { correlationId: randomUUID(), options: { streamName: own('dead') }, eventIds: ids(1) },
  );
  const [written, wrong, deleted] = await call.untilAnswers(3);
  t.true(written?.hasAny());
  const position = written?.getSuccess()?.getPosition()?.getCommitPosition();
  for await (const { event } of client.readStream(own('s'))) {
    t.is(position, String(event?.position?.commit));
  }
  const detail = wrong
    ?.getError()
    ?.getDetails()
    ?.unpack(
      shared.WrongExpectedVersion.deserializeBinary,
      'event_store.client.WrongExpectedVersion',
    );
  t.is(detail?.getCurrentStreamRevision(), '0');
  t.true(detail?.hasExpectedAny());
  t.is(Number(deleted?.getError()?.getCode()), 5);
  call.end();
  await call.ended;
});

test.serial('a caller that ends its side still gets what is outstanding', async (t) => {
  const { node, own } = await running(t);
  const call = new BatchCall(rawClient(t, node));
  const count = 2000;
  for (let n = 0; n < count; n += 1) {
    call.send({ correlationId: randomUUID(), options: { streamName: own('s') }, eventIds: ids(1) });
  }
  call.end();
  t.is(await call.ended, undefined);
  const last = call.answers.map((answer) => Number(answer.getSuccess()?.getCurrentRevision()));
  t.deepEqual(
    last,
    Array.from({ length: count }, (_, n) => n),
  );
});

onOwnNode('when the node stops, the call ends with UNAVAILABLE', async (t) => {
  const { node, own } = await running(t);
  const call = new BatchCall(rawClient(t, node));
  call.send({ correlationId: randomUUID(), options: { streamName: own('s') }, eventIds: ids(1) });
  await call.untilAnswers(1);
  await node.stop();
  t.is((await call.ended)?.code, status.UNAVAILABLE);
});
