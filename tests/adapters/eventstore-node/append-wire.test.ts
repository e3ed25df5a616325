import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ClientWritableStream, type ServiceError, status } from '@grpc/grpc-js';
import test from 'ava';
import { failure, rawClient, revisions, running } from './support.js';
import { identifier, uuid } from './wire.js';

type Expectation = (options: AppendReq.Options) => void;

function optionsFor(name: string, expect: Expectation): AppendReq {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier(name));
  expect(options);
  const request = new streams.AppendReq();
  request.setOptions(options);
  return request;
}

function proposal(bytes: number, properties: Readonly<Record<string, string>>): AppendReq {
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(uuid(randomUUID()));
  message.setData(new Uint8Array(bytes));
  for (const [name, value] of Object.entries(properties)) message.getMetadataMap().set(name, value);
  const request = new streams.AppendReq();
  request.setProposedMessage(message);
  return request;
}

const COMPLETE = { type: 'raw', 'content-type': 'application/octet-stream' };
const any: Expectation = (options) => options.setAny(new shared.Empty());

interface OpenAppend {
  readonly call: ClientWritableStream<AppendReq>;
  readonly answer: Promise<AppendResp>;
}

function open(client: StreamsClient, deadline?: Date): OpenAppend {
  let call: ClientWritableStream<AppendReq> | undefined;
  const answer = new Promise<AppendResp>((resolve, reject) => {
    call = client.append(deadline ? { deadline } : {}, (error: ServiceError | null, response) =>
      error ? reject(error) : resolve(response),
    );
  });
  if (call === undefined) throw new Error('the call did not begin');
  return { call, answer };
}

async function append(client: StreamsClient, ...requests: AppendReq[]): Promise<AppendResp> {
  const { call, answer } = open(client);
  for (const request of requests) call.write(request);
  call.end();
  return answer;
}

test.serial('an event without its type or content type is refused', async (t) => {
  const { node, client } = await running(t);
  const raw = rawClient(t, node);
  for (const missing of ['type', 'content-type'] as const) {
    const { [missing]: _left, ...rest } = COMPLETE;
    const error = await failure(append(raw, optionsFor('s', any), proposal(1, rest)));
    t.is(error.code, status.INVALID_ARGUMENT);
    t.like(trailers(error), {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': missing,
    });
  }
  t.is((await failure(revisions(client, 's'))).type, 'stream-not-found');
});

test.serial('appends that make no sense are invalid arguments', async (t) => {
  const { node } = await running(t);
  const raw = rawClient(t, node);
  const badId = proposal(1, COMPLETE);
  badId.getProposedMessage()?.setId(uuid('no id'));
  const attempts: Record<string, AppendReq[]> = {
    'nothing at all': [],
    'events before options': [proposal(1, COMPLETE), optionsFor('s', any)],
    'options twice': [optionsFor('s', any), optionsFor('s', any)],
    'an empty message': [optionsFor('s', any), new streams.AppendReq()],
    'no expectation': [optionsFor('s', () => undefined), proposal(1, COMPLETE)],
    'no name': [optionsFor('', any), proposal(1, COMPLETE)],
    'an id that is none': [optionsFor('s', any), badId],
  };
  for (const [name, requests] of Object.entries(attempts)) {
    t.is((await failure(append(raw, ...requests))).code, status.INVALID_ARGUMENT, name);
  }
});

test.serial('an append that is too large is refused before it is complete', async (t) => {
  const { node } = await running(t, { maxAppendSizeBytes: 100 });
  const { call, answer } = open(rawClient(t, node));
  call.write(optionsFor('s', any));
  call.write(proposal(200, COMPLETE));
  // The call is not ended: the answer has to come by itself.
  t.is((await failure(answer)).code, status.INVALID_ARGUMENT);
});

test.serial('an append cancelled, or late, before its end writes nothing', async (t) => {
  const { node, client } = await running(t);
  const raw = rawClient(t, node);
  const cancelled = open(raw);
  cancelled.call.write(optionsFor('s', any));
  cancelled.call.write(proposal(1, COMPLETE));
  cancelled.call.cancel();
  t.is((await failure(cancelled.answer)).code, status.CANCELLED);

  const late = open(raw, new Date(Date.now() + 50));
  late.call.write(optionsFor('s', any));
  late.call.write(proposal(1, COMPLETE));
  t.is((await failure(late.answer)).code, status.DEADLINE_EXCEEDED);
  t.is((await failure(revisions(client, 's'))).type, 'stream-not-found');
});

test.serial('a wrong version is a normal answer that repeats the expectation', async (t) => {
  const { node } = await running(t);
  const raw = rawClient(t, node);
  const event = () => proposal(1, COMPLETE);
  await append(raw, optionsFor('s', any), event());
  const revision: Expectation = (options) => options.setRevision('7');
  const above = (await append(raw, optionsFor('s', revision), event())).getWrongExpectedVersion();
  t.is(above?.getCurrentRevision(), '0');
  t.is(above?.getExpectedRevision(), '7');
  const exists: Expectation = (options) => options.setStreamExists(new shared.Empty());
  const none = (await append(raw, optionsFor('n', exists), event())).getWrongExpectedVersion();
  t.true(none?.hasCurrentNoStream());
  t.true(none?.hasExpectedStreamExists());
});

test.serial('an append of nothing to nothing has neither revision nor position', async (t) => {
  const { node } = await running(t);
  const success = (await append(rawClient(t, node), optionsFor('s', any))).getSuccess();
  t.true(success?.hasNoStream());
  t.true(success?.hasNoPosition());
});

function trailers(error: Record<string, unknown>): Record<string, unknown> {
  const { metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('getMap' in metadata)) return {};
  const map: unknown = typeof metadata.getMap === 'function' ? metadata.getMap() : {};
  return typeof map === 'object' && map !== null ? { ...map } : {};
}
