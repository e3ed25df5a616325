import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import {
  type StreamsClient,
  StreamsService,
} from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ClientWritableStream, type ServiceError, status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { channelTo } from '../../support/event-store-channel.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { event, failure, type ReachableNode, rawClient, revisions, running } from './support.js';
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

function open(client: StreamsClient): OpenAppend {
  let call: ClientWritableStream<AppendReq> | undefined;
  const answer = new Promise<AppendResp>((resolve, reject) => {
    call = client.append((error: ServiceError | null, response) =>
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
  const { node, client, own } = await running(t);
  const raw = rawClient(t, node);
  for (const missing of ['type', 'content-type'] as const) {
    const { [missing]: _left, ...rest } = COMPLETE;
    const error = await failure(append(raw, optionsFor(own('s'), any), proposal(1, rest)));
    t.is(error.code, status.INVALID_ARGUMENT);
    t.like(trailers(error), {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': missing,
    });
  }
  t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
});

test.serial('appends that make no sense are invalid arguments', async (t) => {
  const { node, own } = await running(t);
  const raw = rawClient(t, node);
  const badId = proposal(1, COMPLETE);
  badId.getProposedMessage()?.setId(uuid('no id'));
  const attempts: Record<string, AppendReq[]> = {
    'nothing at all': [],
    'events before options': [proposal(1, COMPLETE), optionsFor(own('s'), any)],
    'options twice': [optionsFor(own('s'), any), optionsFor(own('s'), any)],
    'an empty message': [optionsFor(own('s'), any), new streams.AppendReq()],
    'no expectation': [optionsFor(own('s'), () => undefined), proposal(1, COMPLETE)],
    'no name': [optionsFor('', any), proposal(1, COMPLETE)],
    'an id that is none': [optionsFor(own('s'), any), badId],
  };
  for (const [name, requests] of Object.entries(attempts)) {
    t.is((await failure(append(raw, ...requests))).code, status.INVALID_ARGUMENT, name);
  }
});

onOwnNode('an append that is too large is refused before it is complete', async (t) => {
  const { node, own } = await running(t, { maxAppendSizeBytes: 100 });
  const { call, answer } = open(rawClient(t, node));
  call.write(optionsFor(own('s'), any));
  call.write(proposal(200, COMPLETE));
  // The call is not ended: the answer has to come by itself.
  t.is((await failure(answer)).code, status.INVALID_ARGUMENT);
});

/**
 * An append whose end does not come. By hand, since the client ends its side of a call before it
 * cancels it, and a server that sees the end in time is right to write.
 */
async function withoutEnd(
  t: ExecutionContext,
  node: ReachableNode,
  { name, headers = {} }: { readonly name: string; readonly headers?: OutgoingHttpHeaders },
) {
  const { origin, ca, authorization } = channelTo(node.connectionString);
  const session = connect(origin, ca === null ? {} : { ca });
  t.teardown(() => session.destroy());
  await once(session, 'connect');
  const call = session.request({
    ':method': 'POST',
    ':path': StreamsService.append.path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(authorization === null ? {} : { authorization }),
    ...headers,
  });
  call.on('error', () => undefined);
  for (const request of [optionsFor(name, any), proposal(1, COMPLETE)]) {
    const message = request.serializeBinary();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    call.write(Buffer.concat([prefix, message]));
  }
  // Answered in order: after that, the server has what was sent.
  await new Promise<void>((resolve, reject) => {
    session.ping((error) => (error === null ? resolve() : reject(error)));
  });
  return { session, call };
}

test.serial('an append that is broken off before its end writes nothing', async (t) => {
  const { node, client, own } = await running(t);
  const { session } = await withoutEnd(t, node, { name: own('s') });
  session.destroy();
  await client.appendToStream(own('later'), event(0));
  t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
});

test.serial('an append whose end does not come in time writes nothing', async (t) => {
  const { node, client, own } = await running(t);
  const headers = { 'grpc-timeout': '50m' };
  const { call } = await withoutEnd(t, node, { name: own('s'), headers });
  const answer = await new Promise<string>((resolve) => {
    const look = (found: IncomingHttpHeaders): void => {
      if (found['grpc-status'] !== undefined) resolve(String(found['grpc-status']));
    };
    call.on('response', look).on('trailers', look).resume();
  });
  t.is(Number(answer), status.DEADLINE_EXCEEDED);
  t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
});

test.serial('a wrong version is a normal answer that repeats the expectation', async (t) => {
  const { node, own } = await running(t);
  const raw = rawClient(t, node);
  const sent = () => proposal(1, COMPLETE);
  await append(raw, optionsFor(own('s'), any), sent());
  const revision: Expectation = (options) => options.setRevision('7');
  const above = (
    await append(raw, optionsFor(own('s'), revision), sent())
  ).getWrongExpectedVersion();
  t.is(above?.getCurrentRevision(), '0');
  t.is(above?.getExpectedRevision(), '7');
  const exists: Expectation = (options) => options.setStreamExists(new shared.Empty());
  const none = (await append(raw, optionsFor(own('n'), exists), sent())).getWrongExpectedVersion();
  t.true(none?.hasCurrentNoStream());
  t.true(none?.hasExpectedStreamExists());
});

test.serial('an append of nothing to nothing has neither revision nor position', async (t) => {
  const { node, own } = await running(t);
  const success = (await append(rawClient(t, node), optionsFor(own('s'), any))).getSuccess();
  t.true(success?.hasNoStream());
  t.true(success?.hasNoPosition());
});

function trailers(error: Record<string, unknown>): Record<string, unknown> {
  const { metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('getMap' in metadata)) return {};
  const map: unknown = typeof metadata.getMap === 'function' ? metadata.getMap() : {};
  return typeof map === 'object' && map !== null ? { ...map } : {};
}
