import type { EventStoreDBClient } from '@eventstore/db-client';
import { BACKWARDS, END, FORWARDS, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import test from 'ava';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import {
  clientOf,
  event,
  events,
  failure,
  positionOf,
  type Running,
  revisions,
  running,
  runningOn,
  STORAGES,
  shortName,
  temporaryFolder,
} from './support.js';

/** More than others write between two of our events. */
const someEvents = 2_000;

/** `<revision>@<stream>` of what `$all` holds of the test's own streams, as far as `options` go. */
async function all(
  { client, own }: Pick<Running, 'client' | 'own'>,
  options: Parameters<EventStoreDBClient['readAll']>[0],
): Promise<string[]> {
  const found: string[] = [];
  for await (const { event: read } of client.readAll({ maxCount: someEvents, ...options })) {
    if (!read?.streamId.startsWith(own(''))) continue;
    found.push(`${read.revision}@${shortName(read.streamId)}`);
  }
  return found;
}

for (const storage of STORAGES) {
  test.serial(
    `${storage}: a stream is read from any revision, both ways, up to a count`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      // More than one page of storage, so that the seams show.
      await client.appendToStream(own('s'), events(300));
      const range = (from: number, to: number) =>
        Array.from({ length: Math.abs(to - from) + 1 }, (_, i) =>
          to > from ? from + i : from - i,
        );
      t.deepEqual(await revisions(client, own('s')), range(0, 299));
      t.deepEqual(
        await revisions(client, own('s'), { fromRevision: 250n, maxCount: 20 }),
        range(250, 269),
      );
      t.deepEqual(await revisions(client, own('s'), { fromRevision: 300n }), []);
      t.deepEqual(
        await revisions(client, own('s'), { fromRevision: END, direction: FORWARDS }),
        [],
      );
      const back = { direction: BACKWARDS } as const;
      t.deepEqual(await revisions(client, own('s'), { ...back, fromRevision: END }), range(299, 0));
      t.deepEqual(
        await revisions(client, own('s'), { ...back, fromRevision: 9999n, maxCount: 2 }),
        [299, 298],
      );
      t.deepEqual(
        await revisions(client, own('s'), { ...back, fromRevision: 5n, maxCount: 3 }),
        [5, 4, 3],
      );
      t.deepEqual(await revisions(client, own('s'), { ...back, fromRevision: START }), [0]);
    },
  );

  test.serial(`${storage}: $all is read from a position on, and backwards before it`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    const ours = { client, own };
    const positionAt = (position: bigint) => ({ commit: position, prepare: position });
    const first = positionOf(await client.appendToStream(own('a'), event(0)));
    await client.appendToStream(own('a'), event(1));
    const position = positionOf(await client.appendToStream(own('b'), event(0)));
    await client.appendToStream(own('a'), event(2));
    const fromPosition = positionAt(position);
    const everything = ['0@a', '1@a', '0@b', '2@a'];
    t.deepEqual(await all(ours, { fromPosition: positionAt(first) }), everything);
    t.deepEqual(await all(ours, { fromPosition }), ['0@b', '2@a']);
    t.deepEqual(await all(ours, { fromPosition, maxCount: 1 }), ['0@b']);
    t.deepEqual(await all(ours, { fromPosition, direction: BACKWARDS }), ['1@a', '0@a']);
    const back = { fromPosition: END, direction: BACKWARDS } as const;
    t.deepEqual(await all(ours, back), everything.toReversed());
    t.deepEqual(await all(ours, { fromPosition: END }), []);
    t.deepEqual(await all(ours, { fromPosition: START, direction: BACKWARDS }), []);
  });

  test.serial(
    `${storage}: links are resolved when asked, and kept when their target is gone`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('target@home'), events(2));
      await client.appendToStream(own('gone'), event(0));
      await client.deleteStream(own('gone'));
      const linkTo = (target: string) => target.replace('@', `@${own('')}`);
      const link = (data: string) => ({ ...jsonEvent({ type: '$>', data: {} }), data });
      const targets = [
        ...['1@target@home', '0@gone', '7@target@home', '0@never'].map(linkTo),
        'no link',
      ];
      for (const text of targets) {
        const { id } = link(text);
        await client.appendToStream(own('links'), [
          {
            id,
            type: '$>',
            contentType: 'application/octet-stream',
            data: Buffer.from(text),
            metadata: undefined,
          },
        ]);
      }
      const resolved = [];
      for await (const one of client.readStream(own('links'), { resolveLinkTos: true })) {
        const name = one.event && `${one.event.revision}@${shortName(one.event.streamId)}`;
        const via = one.link && `${one.link.revision}@${shortName(one.link.streamId)}`;
        resolved.push(`${name} ${via}`);
        t.is(one.commitPosition, (one.link ?? one.event)?.position?.commit);
      }
      t.deepEqual(resolved, [
        '1@target@home 0@links',
        'undefined 1@links',
        'undefined 2@links',
        'undefined 3@links',
        '4@links undefined',
      ]);
      t.deepEqual(await revisions(client, own('links')), [0, 1, 2, 3, 4]);
    },
  );
}

test.serial('a stream nobody wrote is not found', async (t) => {
  const { client, own } = await running(t);
  const error = await failure(revisions(client, own('nobody/ü')));
  t.is(error.type, 'stream-not-found');
});

onOwnNode('a new log holds a system event, so that $all has a last position', async (t) => {
  const { client } = await running(t);
  const found = [];
  for await (const { event: read } of client.readAll({ direction: BACKWARDS, fromPosition: END })) {
    found.push(read);
  }
  t.is(found.length, 1);
  t.regex(found[0]?.streamId ?? '', /^\$/);
  t.regex(found[0]?.type ?? '', /^\$/);
  t.true((found[0]?.position?.commit ?? 0n) > 0n);
});

onOwnNode('a position that is no event’s counts as a bound, also one to come', async (t) => {
  const ours = await running(t);
  const position = positionOf(await ours.client.appendToStream(ours.own('a'), events(4)));
  const fromPosition = { commit: position + 1000n, prepare: position + 1000n };
  t.deepEqual(await all(ours, { fromPosition }), []);
  t.is((await all(ours, { fromPosition, direction: BACKWARDS })).length, 4);
});

onOwnNode('names may be long, and may hold anything', async (t) => {
  const { client } = await running(t, { dataDir: await temporaryFolder(t) });
  const names = [
    'x'.repeat(5000),
    `${'x'.repeat(5000)}y`,
    'null\u0000byte',
    '日本/$%&',
    '@',
    '0@x',
  ];
  for (const name of names) {
    await client.appendToStream(name, events(2), { expectedRevision: NO_STREAM });
  }
  for (const name of names) t.deepEqual(await revisions(client, name), [0, 1]);
});

onOwnNode('positions, revisions and ids are the same after a restart', async (t) => {
  const dataDir = await temporaryFolder(t);
  const read = async (client: EventStoreDBClient) => {
    const found = [];
    for await (const { event: one } of client.readAll()) {
      found.push([one?.streamId, one?.revision, one?.position, one?.id, one?.created, one?.data]);
    }
    return found;
  };
  const node = await startEventStoreNode({ port: 0, dataDir });
  const before = clientOf(t, node);
  const repeated = events(2);
  const first = await before.appendToStream('a', repeated);
  await before.appendToStream('b', events(200));
  await before.setStreamMetadata('a', { maxCount: 1 });
  await before.tombstoneStream('b');
  const log = await read(before);
  await before.dispose();
  await node.stop();

  const { client } = await running(t, { dataDir });
  t.deepEqual(await read(client), log);
  t.deepEqual(await client.appendToStream('a', repeated), first);
  const next = await client.appendToStream('a', event(2));
  t.is(next.nextExpectedRevision, 2n);
  t.true(positionOf(next) > positionOf(first));
  t.deepEqual(await revisions(client, 'a'), [2]);
  t.is((await failure(revisions(client, 'b'))).type, 'stream-deleted');
});
