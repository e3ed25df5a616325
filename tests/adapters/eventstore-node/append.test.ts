import { randomUUID } from 'node:crypto';
import {
  BACKWARDS,
  binaryEvent,
  END,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
} from '@eventstore/db-client';
import test from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import {
  anyLogin,
  event,
  events,
  failure,
  positionOf,
  revisions,
  running,
  runningOn,
  STORAGES,
} from './support.js';

for (const storage of STORAGES) {
  test.serial(
    `${storage}: an append answers the last revision and position of what it wrote`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      const first = await client.appendToStream(own('s'), events(3), {
        expectedRevision: NO_STREAM,
      });
      t.is(first.nextExpectedRevision, 2n);
      const second = await client.appendToStream(own('s'), event(3), { expectedRevision: 2n });
      t.is(second.nextExpectedRevision, 3n);
      t.true(positionOf(second) > positionOf(first));
      const positions: bigint[] = [];
      for await (const { event: read } of client.readStream(own('s'))) {
        t.is(read?.position?.commit, read?.position?.prepare);
        if (read?.position) positions.push(read.position.commit);
      }
      t.is(positions[2], positionOf(first));
      t.is(positions[3], positionOf(second));
    },
  );

  test.serial(`${storage}: an unmet expectation is refused with both revisions`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), events(2));
    const cases = [
      { expectedRevision: NO_STREAM, actual: 1n },
      { expectedRevision: 0n, actual: 1n },
      { expectedRevision: 7n, actual: 1n },
    ] as const;
    for (const { expectedRevision, actual } of cases) {
      const error = await failure(client.appendToStream(own('s'), event(9), { expectedRevision }));
      t.like(error, {
        type: 'wrong-expected-version',
        actualVersion: actual,
        streamName: own('s'),
      });
    }
    const none = await failure(
      client.appendToStream(own('none'), event(9), { expectedRevision: STREAM_EXISTS }),
    );
    t.like(none, { type: 'wrong-expected-version', actualVersion: 'no_stream' });
    t.deepEqual(await revisions(client, own('s')), [0, 1]);
  });

  test.serial(
    `${storage}: a repeated append answers what the first one did and writes nothing`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      const batch = events(3);
      const first = await client.appendToStream(own('s'), batch, { expectedRevision: NO_STREAM });
      await client.appendToStream(own('s'), event(3));
      for (const expectedRevision of ['any', NO_STREAM, STREAM_EXISTS] as const) {
        const again = await client.appendToStream(own('s'), batch, { expectedRevision });
        t.is(again.nextExpectedRevision, first.nextExpectedRevision);
        t.deepEqual(again.position, first.position);
      }
      const tail = await client.appendToStream(own('s'), batch.slice(1), { expectedRevision: 0n });
      t.deepEqual(tail.position, first.position);
      t.is((await revisions(client, own('s'))).length, 4);
    },
  );

  test.serial(`${storage}: ids that match in part only are a wrong version`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    const [a, b] = [event(1), event(2)];
    await client.appendToStream(own('s'), [a, b]);
    const attempts = [
      client.appendToStream(own('s'), [a, event(3)]),
      client.appendToStream(own('s'), [a, event(3)], { expectedRevision: NO_STREAM }),
      client.appendToStream(own('s'), [b, a], { expectedRevision: NO_STREAM }),
      client.appendToStream(own('s'), [a, b, event(3)], { expectedRevision: NO_STREAM }),
    ];
    for (const attempt of attempts) {
      t.like(await failure(attempt), { type: 'wrong-expected-version', actualVersion: 1n });
    }
    // The first id decides: a new one is written, whatever follows.
    const written = await client.appendToStream(own('s'), [event(4), a]);
    t.is(written.nextExpectedRevision, 3n);
  });

  test.serial(`${storage}: the same id may be written to two streams`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    const same = event(1);
    await client.appendToStream(own('a'), same);
    t.is((await client.appendToStream(own('b'), same)).nextExpectedRevision, 0n);
    t.deepEqual(await revisions(client, own('b')), [0]);
  });

  test.serial(`${storage}: appends sent without waiting keep their order per stream`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    // The very first append of a connection can be overtaken inside the client.
    await client.appendToStream(own('first'), event(0));
    const count = 500;
    const attempts = events(count).map((one, n) => {
      const stream = own(n % 2 === 0 ? 'even' : 'odd');
      const before = Math.floor(n / 2) - 1;
      const expectedRevision = before < 0 ? NO_STREAM : BigInt(before);
      return client.appendToStream(stream, one, { expectedRevision });
    });
    const results = await Promise.all(attempts);
    t.true(results.every(({ success }) => success));
    const numbers: number[] = [];
    for await (const { event: read } of client.readStream<ReturnType<typeof event>>(own('odd'))) {
      if (read !== undefined) numbers.push(read.data.n);
    }
    t.deepEqual(
      numbers,
      Array.from({ length: count / 2 }, (_, index) => 2 * index + 1),
    );
  });

  test.serial(`${storage}: the classic append method decides like the batch one`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    // Credentials for a call make the client use the classic method.
    const credentials = anyLogin();
    const batch = events(2);
    const options = { expectedRevision: NO_STREAM, credentials } as const;
    const first = await client.appendToStream(own('s'), batch, options);
    t.is(first.nextExpectedRevision, 1n);
    t.deepEqual(await client.appendToStream(own('s'), batch, options), first);
    const wrong = await failure(client.appendToStream(own('s'), event(9), options));
    t.like(wrong, {
      type: 'wrong-expected-version',
      actualVersion: 1n,
      expectedVersion: 'no_stream',
    });
    await client.tombstoneStream(own('s'));
    const deleted = await failure(client.appendToStream(own('s'), event(9), { credentials }));
    t.like(deleted, { type: 'stream-deleted', streamName: own('s') });
  });
}

test.serial('bytes come back as they were written, and absent metadata as none', async (t) => {
  const { client, own } = await running(t);
  const data = Uint8Array.from({ length: 256 }, (_, index) => index);
  const metadata = Uint8Array.of(0, 255, 1);
  const id = randomUUID();
  await client.appendToStream(own('räksmörgås/日本'), [
    binaryEvent({ id, type: 'bytes', data, metadata }),
    jsonEvent({ type: 'json', data: { big: 'ü'.repeat(10) }, metadata: { from: 'test' } }),
    event(1),
  ]);
  const read = client.readStream(own('räksmörgås/日本'), {
    direction: BACKWARDS,
    fromRevision: END,
  });
  const found = [];
  for await (const { event: recorded } of read) found.push(recorded);
  t.deepEqual(
    found.map((one) => one?.streamId),
    Array.from({ length: 3 }, () => own('räksmörgås/日本')),
  );
  t.is(found[0]?.metadata, undefined);
  t.like(found[1], { type: 'json', isJson: true, metadata: { from: 'test' } });
  t.is(found[2]?.id, id);
  t.false(found[2]?.isJson);
  t.deepEqual(Buffer.from(binary(found[2]?.data)), Buffer.from(data));
  t.deepEqual(Buffer.from(binary(found[2]?.metadata)), Buffer.from(metadata));
});

onOwnNode(
  'the size limit counts data, metadata and two bytes per letter of the type',
  async (t) => {
    const maxAppendSizeBytes = 1000;
    const { client, own } = await running(t, { maxAppendSizeBytes });
    const sized = (bytes: number) =>
      binaryEvent({
        type: 'four',
        data: new Uint8Array(bytes - 8 - 2),
        metadata: Uint8Array.of(1, 2),
      });
    for (const credentials of [undefined, anyLogin()]) {
      const options = credentials === undefined ? {} : { credentials };
      await client.appendToStream(own('s'), sized(maxAppendSizeBytes), options);
      const error = await failure(
        client.appendToStream(own('s'), sized(maxAppendSizeBytes + 1), options),
      );
      t.like(error, { type: 'maximum-append-size-exceeded', maxAppendSize: maxAppendSizeBytes });
      // The limit is one of the append, not of each event.
      const halves = [sized(500), sized(501)];
      const both = await failure(client.appendToStream(own('s'), halves, options));
      t.is(both.type, 'maximum-append-size-exceeded');
    }
    t.deepEqual(await revisions(client, own('s')), [0, 1]);
  },
);

test.serial('an append of a mebibyte is written, and of one byte more is refused', async (t) => {
  const { client, own } = await running(t);
  const limit = 1024 * 1024;
  const sized = (bytes: number) =>
    binaryEvent({ type: 'four', data: new Uint8Array(bytes - 'four'.length * 2) });
  await client.appendToStream(own('s'), sized(limit));
  const error = await failure(client.appendToStream(own('s'), sized(limit + 1)));
  t.like(error, { type: 'maximum-append-size-exceeded', maxAppendSize: limit });
  t.deepEqual(await revisions(client, own('s')), [0]);
});

onOwnNode('an append of several megabytes comes in parts and is written as one', async (t) => {
  const { client, own } = await running(t, { maxAppendSizeBytes: 16 * 1024 * 1024 });
  const large = Array.from({ length: 8 }, (_, n) =>
    binaryEvent({ type: 'large', data: new Uint8Array(1_500_000).fill(n) }),
  );
  const result = await client.appendToStream(own('large'), large);
  t.is(result.nextExpectedRevision, 7n);
  const single = binaryEvent({ type: 'large', data: new Uint8Array(12 * 1024 * 1024) });
  t.is((await client.appendToStream(own('large'), single)).nextExpectedRevision, 8n);
  t.deepEqual(await revisions(client, own('large')), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test.serial('an append of no events writes nothing', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('s'), event(1));
  const result = await client.appendToStream(own('s'), [], { expectedRevision: 0n });
  t.is(result.nextExpectedRevision, 0n);
  const wrong = await failure(client.appendToStream(own('s'), [], { expectedRevision: 4n }));
  t.is(wrong.type, 'wrong-expected-version');
  t.deepEqual(await revisions(client, own('s')), [0]);
});

onOwnNode('the time of an event is the clock of the node, never rounded up', async (t) => {
  const { client, own } = await running(t, { clock: () => 1_700_000_000_123.9 });
  await client.appendToStream(own('s'), event(1));
  for await (const { event: read } of client.readStream(own('s'))) {
    t.is(read?.created.getTime(), 1_700_000_000_123);
  }
});

function binary(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('not bytes');
}
