import { randomUUID } from 'node:crypto';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import test from 'ava';
import { EventLog } from '../../../adapters/embedded/eventstore/log/event-log.js';
import type { WriteOutcome } from '../../../adapters/embedded/eventstore/log/types.js';
import { memoryStorage } from '../../../adapters/embedded/eventstore/storage/memory.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { event, rawClient, revisions, running } from './support.js';
import { BatchCall } from './wire.js';

/** Sends bytes as the request of a method and waits for the status. */
function send(address: string, path: string, bytes: Buffer): Promise<number | undefined> {
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve) => {
    const call = client.makeServerStreamRequest(
      path,
      (request: Buffer) => request,
      (answer: Buffer) => answer,
      bytes,
    );
    call.on('data', () => undefined);
    call.on('error', (error: ServiceError) => {
      client.close();
      resolve(error.code);
    });
    call.on('end', () => {
      client.close();
      resolve(undefined);
    });
  });
}

onOwnNode('bytes that are no message, and messages that are too large, harm nobody', async (t) => {
  const { node, client } = await running(t);
  await client.appendToStream('s', event(0));
  const address = `127.0.0.1:${node.port}`;
  const garbage = Buffer.from(Array.from({ length: 200 }, (_, n) => (n * 37) % 256));
  for (const { path } of Object.values(StreamsService)) {
    t.truthy(await send(address, path, garbage), path);
  }
  const large = Buffer.alloc(18 * 1024 * 1024);
  t.is(await send(address, StreamsService.read.path, large), status.RESOURCE_EXHAUSTED);
  t.is(await send(address, '/nobody.knows/Me', Buffer.alloc(0)), status.UNIMPLEMENTED);
  await client.appendToStream('s', event(1));
  t.deepEqual(await revisions(client, 's'), [0, 1]);
});

onOwnNode('a stopping node answers the appends it has taken', async (t) => {
  const { node } = await running(t);
  const call = new BatchCall(rawClient(t, node));
  const options = { streamName: 's' };
  call.send({ correlationId: randomUUID(), options, eventIds: [randomUUID()] });
  await call.untilAnswers(1);
  for (let n = 0; n < 100; n += 1) {
    call.send({ correlationId: randomUUID(), options, eventIds: [randomUUID()] });
  }
  await call.untilAnswers(2);
  await node.stop();
  t.is((await call.ended)?.code, status.UNAVAILABLE);
  const found = call.answers.map((answer) => answer.getSuccess()?.getCurrentRevision());
  t.deepEqual(found, [...found.keys()].map(String));
});

test.serial('many subscribers of one stream all get everything', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('s'), event(0));
  const subscriptions = Array.from({ length: 100 }, () => client.subscribeToStream(own('s')));
  const all = subscriptions.map(async (subscription) => {
    const found: number[] = [];
    for await (const { event: one } of subscription) {
      found.push(Number(one?.revision));
      if (found.length === 51) return found;
    }
    return found;
  });
  for (const subscription of subscriptions) subscription.on('error', () => undefined);
  for (let n = 1; n <= 50; n += 1) await client.appendToStream(own('s'), event(n));
  const expected = Array.from({ length: 51 }, (_, n) => n);
  for (const found of await Promise.all(all)) t.deepEqual(found, expected);
});

/** A log on a storage that a test can meddle with. */
function meddledLog() {
  const storage = memoryStorage();
  const failures: unknown[] = [];
  const log = new EventLog(storage, { clock: () => 0, onFailure: (error) => failures.push(error) });
  const append = (streamName: string): Promise<WriteOutcome> => {
    const { id, type } = event(0);
    const proposed = { id, type, isJson: true, data: Buffer.of(1), customMetadata: Buffer.of() };
    const expected = { kind: 'no-stream' } as const;
    return log.write({ kind: 'append', streamName, expected, events: [proposed] });
  };
  return { storage, failures, log, append };
}

test.serial('appends that wait for a commit share the next one', async (t) => {
  const { storage, log, append } = meddledLog();
  const { write } = storage;
  let commits = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  storage.write = async (work) => {
    commits += 1;
    await write.call(storage, work);
    await released;
  };
  const first = append('s-0');
  // By then the first commit has taken what there was.
  await new Promise((resolve) => setImmediate(resolve));
  const rest = Array.from({ length: 50 }, (_, n) => append(`s-${n + 1}`));
  release();
  const outcomes = await Promise.all([first, ...rest]);
  t.is(commits, 2);
  t.deepEqual(
    outcomes,
    outcomes.map((_, n) => ({ kind: 'done', revision: 0, position: n + 1 })),
  );
  await log.close();
});

test.serial('a commit that the storage refuses fails its appends, and only them', async (t) => {
  const { storage, failures, log, append } = meddledLog();
  t.is((await append('first')).kind, 'done');
  const { write } = storage;
  // The disk is full after the work was done, as it would be when a transaction commits.
  storage.write = (work) =>
    write.call(storage, (writer) => {
      work(writer);
      throw new Error('disk full');
    });
  const refused = { kind: 'failed', message: 'disk full' } as const;
  t.deepEqual(await Promise.all([append('a'), append('b')]), [refused, refused]);
  t.is(failures.length, 1);
  t.is(storage.stream('a'), undefined);
  t.is(storage.lastPosition(), 1);
  storage.write = write;
  t.deepEqual(await append('a'), { kind: 'done', revision: 0, position: 2 });
  await log.close();
});
