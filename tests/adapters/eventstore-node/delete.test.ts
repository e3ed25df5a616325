import { type EventStoreDBClient, NO_STREAM, STREAM_EXISTS } from '@eventstore/db-client';
import test from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import {
  event,
  events,
  failure,
  positionOf,
  revisions,
  running,
  runningOn,
  STORAGES,
} from './support.js';

async function metadataOf(client: EventStoreDBClient, stream: string): Promise<unknown> {
  return (await client.getStreamMetadata(stream)).metadata;
}

for (const storage of STORAGES) {
  test.serial(
    `${storage}: a soft deleted stream is not found, and goes on when used again`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('s'), events(3));
      const deleted = await client.deleteStream(own('s'), { expectedRevision: 2n });
      t.truthy(deleted.position);
      t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
      // Deleting again succeeds.
      await client.deleteStream(own('s'));
      const exists = { expectedRevision: STREAM_EXISTS } as const;
      t.is(
        (await failure(client.appendToStream(own('s'), event(9), exists))).type,
        'stream-deleted',
      );
      const revived = await client.appendToStream(own('s'), events(2, 3), {
        expectedRevision: NO_STREAM,
      });
      t.is(revived.nextExpectedRevision, 4n);
      t.deepEqual(await revisions(client, own('s')), [3, 4]);
      t.deepEqual(await metadataOf(client, own('s')), { truncateBefore: 3 });
    },
  );

  test.serial(`${storage}: a tombstone ends a stream for ever`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), event(0));
    const before = positionOf(await client.appendToStream(own('t'), event(0)));
    const tombstone = await client.tombstoneStream(own('s'));
    t.true((tombstone.position?.commit ?? 0n) > before);
    const attempts = [
      revisions(client, own('s')),
      client.appendToStream(own('s'), event(1)),
      client.deleteStream(own('s')),
      client.tombstoneStream(own('s')),
      client.setStreamMetadata(own('s'), { maxCount: 1 }),
    ];
    for (const attempt of attempts) {
      const error = await failure(attempt);
      t.is(error.type, 'stream-deleted');
    }
    const last = [];
    for await (const { event: read } of client.readAll({
      fromPosition: tombstone.position ?? 'end',
      maxCount: 1,
    })) {
      last.push(read);
    }
    t.like(last[0], { streamId: own('s'), type: '$streamDeleted', revision: 9223372036854775807n });
  });

  test.serial(
    `${storage}: deleting checks the expected revision, and fails with an error status`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('s'), events(2));
      const wrong = [
        await failure(client.deleteStream(own('s'), { expectedRevision: 0n })),
        await failure(client.tombstoneStream(own('s'), { expectedRevision: 0n })),
      ];
      for (const error of wrong) {
        t.like(error, {
          type: 'wrong-expected-version',
          streamName: own('s'),
          expectedVersion: 0n,
          actualVersion: 1n,
        });
      }
      const none = await failure(client.deleteStream(own('never')));
      t.like(none, { type: 'wrong-expected-version', expectedVersion: -2n, actualVersion: -1n });
      const noStream = await failure(
        client.deleteStream(own('never'), { expectedRevision: NO_STREAM }),
      );
      t.like(noStream, { expectedVersion: -1n, actualVersion: -1n });
      // A stream nobody wrote can be ended for ever, and one with metadata alone be deleted.
      await client.tombstoneStream(own('never'), { expectedRevision: NO_STREAM });
      await client.setStreamMetadata(own('described'), { maxCount: 3 });
      await client.deleteStream(own('described'), { expectedRevision: NO_STREAM });
      t.is((await failure(revisions(client, own('described')))).type, 'stream-not-found');
    },
  );

  test.serial(`${storage}: $maxCount and $tb hide events, but no revision is lost`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), events(10));
    await client.setStreamMetadata(own('s'), { maxCount: 4 });
    t.deepEqual(await revisions(client, own('s')), [6, 7, 8, 9]);
    t.deepEqual(await revisions(client, own('s'), { fromRevision: 2n, maxCount: 2 }), [6, 7]);
    t.deepEqual(
      await revisions(client, own('s'), { direction: 'backwards', fromRevision: 3n }),
      [],
    );
    await client.appendToStream(own('s'), event(10), { expectedRevision: 9n });
    t.deepEqual(await revisions(client, own('s')), [7, 8, 9, 10]);
    await client.setStreamMetadata(own('s'), { maxCount: 4, truncateBefore: 9 });
    t.deepEqual(await revisions(client, own('s')), [9, 10]);
    await client.setStreamMetadata(own('s'), { truncateBefore: 50 });
    t.deepEqual(await revisions(client, own('s')), []);
    await client.setStreamMetadata(own('s'), {});
    t.is((await revisions(client, own('s'))).length, 11);
  });
}

onOwnNode('$maxAge hides events once they are too old', async (t) => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const { client, own } = await running(t, { clock: () => now });
  await client.appendToStream(own('s'), events(150));
  await client.setStreamMetadata(own('s'), { maxAge: 60 });
  now += 30_000;
  await client.appendToStream(own('s'), events(2, 150));
  t.is((await revisions(client, own('s'))).length, 152);
  now += 31_000;
  t.deepEqual(await revisions(client, own('s')), [150, 151]);
  t.deepEqual(await revisions(client, own('s'), { maxCount: 1 }), [150]);
  now += 30_000;
  t.deepEqual(await revisions(client, own('s')), []);
});

test.serial('metadata keeps unknown keys, and only its last event', async (t) => {
  const { client, own } = await running(t);
  await client.setStreamMetadata(own('s'), {
    maxCount: 5,
    note: 'kept',
    acl: { readRoles: ['a'] },
  });
  t.deepEqual(await metadataOf(client, own('s')), {
    maxCount: 5,
    note: 'kept',
    acl: { readRoles: ['a'] },
  });
  const second = await client.setStreamMetadata(
    own('s'),
    { note: 'new' },
    { expectedRevision: 0n },
  );
  t.is(second.nextExpectedRevision, 1n);
  t.deepEqual(await revisions(client, `$$${own('s')}`), [1]);
  t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
});

test.serial('a revived stream keeps the rest of its metadata', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('s'), events(4));
  const marker = '{"n":9007199254740993,"$tb":9223372036854775807,"o":{"$tb":1},"t":"\\"$tb\\":5"}';
  await client.appendToStream(`$$${own('s')}`, {
    ...event(0, '$metadata'),
    contentType: 'application/octet-stream',
    data: Buffer.from(marker),
    metadata: undefined,
  });
  t.is((await failure(revisions(client, own('s')))).type, 'stream-not-found');
  await client.appendToStream(own('s'), event(4));
  t.deepEqual(await revisions(client, own('s')), [4]);
  for await (const { event: read } of client.readStream(`$$${own('s')}`)) {
    t.is(read?.revision, 1n);
    t.like(read?.data, { o: { $tb: 1 }, t: '"$tb":5', $tb: 4 });
  }
});

test.serial('setting metadata revives a soft deleted stream after its last event', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('s'), events(3));
  await client.deleteStream(own('s'));
  await client.setStreamMetadata(own('s'), { maxCount: 10 });
  t.deepEqual(await metadataOf(client, own('s')), { maxCount: 10, truncateBefore: 3 });
  t.deepEqual(await revisions(client, own('s')), []);
  await client.appendToStream(own('s'), event(3));
  t.deepEqual(await revisions(client, own('s')), [3]);
});

test.serial('metadata with a number beyond 64 bits counts as none', async (t) => {
  const { client, own } = await running(t);
  // What a JavaScript client makes of the mark of a deleted stream when it writes it back.
  await client.setStreamMetadata(own('t'), { truncateBefore: Number('9223372036854775807') });
  await client.appendToStream(own('t'), events(2));
  t.deepEqual(await revisions(client, own('t')), [0, 1]);
});

onOwnNode('errors about names outside ASCII arrive', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('straße'), event(0));
  const wrong = await failure(client.deleteStream(own('straße'), { expectedRevision: 5n }));
  t.like(wrong, {
    type: 'wrong-expected-version',
    actualVersion: 0n,
    streamName: own('stra%C3%9Fe'),
  });
  await client.tombstoneStream(own('straße'));
  t.is((await failure(revisions(client, own('straße')))).type, 'stream-deleted');
});
