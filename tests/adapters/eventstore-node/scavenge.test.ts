import { ANY, type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { scavenge } from './scavenging.js';
import {
  event,
  events,
  failure,
  positionOf,
  type Running,
  revisions,
  running,
  Transcript,
  temporaryFolder,
} from './support.js';

/** A scavenge is about the embedded node's own files, so a given server has no part in it. */
const NODE_STORAGES = ['memory', 'folder'] as const;
const START_MS = Date.parse('2026-11-22T10:00:00Z');

class Clock {
  nowMs = START_MS;
  readonly read = (): number => this.nowMs;
}

async function nodeOn(
  t: ExecutionContext,
  storage: (typeof NODE_STORAGES)[number],
  clock = new Clock(),
): Promise<Running> {
  const options = { clock: clock.read };
  if (storage === 'memory') return running(t, options);
  return running(t, { ...options, dataDir: await temporaryFolder(t) });
}

interface Seen {
  readonly position: bigint;
  readonly name: string;
}

/** Every event of `$all`: where it is and what it is. */
async function all(
  client: EventStoreDBClient,
  direction: 'forwards' | 'backwards' = 'forwards',
): Promise<Seen[]> {
  const found: Seen[] = [];
  const fromPosition = direction === 'forwards' ? 'start' : 'end';
  for await (const { event: one, commitPosition } of client.readAll({ direction, fromPosition })) {
    if (one === undefined || commitPosition === undefined) continue;
    found.push({ position: commitPosition, name: `${one.revision}@${one.streamId}` });
  }
  return found;
}

const namesOf = (seen: readonly Seen[]): string[] => seen.map(({ name }) => name);

for (const storage of NODE_STORAGES) {
  test.serial(`${storage}: what $maxCount hides leaves $all, and nothing else does`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    await client.appendToStream('kept', events(3));
    await client.appendToStream('s', events(5));
    await client.setStreamMetadata('s', { maxCount: 2 });
    await client.appendToStream('kept', events(1, 3));
    const before = await all(client);
    const { eventsReclaimed, bytesReclaimed, streamsLookedAt, streamsTotal } = await scavenge(node);
    t.is(eventsReclaimed, 3);
    t.true(bytesReclaimed > 0);
    t.is(streamsLookedAt, streamsTotal);
    const gone = new Set(['0@s', '1@s', '2@s']);
    const after = await all(client);
    t.deepEqual(
      after,
      before.filter(({ name }) => !gone.has(name)),
    );
    t.deepEqual(await all(client, 'backwards'), after.toReversed());
    t.deepEqual(await revisions(client, 's'), [3, 4]);
    t.deepEqual(
      await revisions(client, 's', { direction: 'backwards', fromRevision: 'end' }),
      [4, 3],
    );
    t.deepEqual(await revisions(client, 's', { fromRevision: 1n, maxCount: 1 }), [3]);
    t.is((await scavenge(node)).eventsReclaimed, 0);
  });

  test.serial(`${storage}: revisions go on, and expectations are checked as before`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    const written = events(3);
    await client.appendToStream('s', written);
    await client.deleteStream('s');
    await client.appendToStream('other', event(0));
    t.is((await scavenge(node)).eventsReclaimed, 3);
    t.is((await failure(revisions(client, 's'))).type, 'stream-not-found');
    const wrong = client.appendToStream('s', event(3), { expectedRevision: 1n });
    t.is((await failure(wrong)).type, 'wrong-expected-version');
    const revived = await client.appendToStream('s', event(3), { expectedRevision: NO_STREAM });
    t.is(revived.nextExpectedRevision, 3n);
    // A retry of what is gone is not known any more: it fails, or is a new append.
    const retry = client.appendToStream('s', written, { expectedRevision: NO_STREAM });
    t.is((await failure(retry)).type, 'wrong-expected-version');
    const again = await client.appendToStream('s', written, { expectedRevision: ANY });
    t.is(again.nextExpectedRevision, 6n);
    t.deepEqual(await revisions(client, 's'), [3, 4, 5, 6]);
    const known = await client.appendToStream('s', written, { expectedRevision: ANY });
    t.is(known.nextExpectedRevision, 6n);
  });

  test.serial(`${storage}: of a tombstoned stream the tombstone stays`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    await client.appendToStream('s', events(4));
    await client.setStreamMetadata('s', { maxCount: 3 });
    await client.tombstoneStream('s');
    await client.appendToStream('other', event(0));
    // Four events and the metadata, which nobody can read any more either.
    t.is((await scavenge(node)).eventsReclaimed, 5);
    t.deepEqual(namesOf(await all(client)).slice(1), ['9223372036854775807@s', '0@other']);
    for (const attempt of [
      revisions(client, 's'),
      revisions(client, '$$s'),
      client.appendToStream('s', event(9)),
      client.deleteStream('s'),
    ]) {
      t.is((await failure(attempt)).type, 'stream-deleted');
    }
  });

  test.serial(`${storage}: what $maxAge and $tb hide goes, and the young stay`, async (t) => {
    const clock = new Clock();
    const { node, client } = await nodeOn(t, storage, clock);
    await client.setStreamMetadata('aging', { maxAge: 60 });
    await client.setStreamMetadata('cut', { truncateBefore: 2 });
    await client.appendToStream('aging', events(2));
    await client.appendToStream('cut', events(3));
    clock.nowMs += 61_000;
    await client.appendToStream('aging', events(2, 2));
    t.is((await scavenge(node)).eventsReclaimed, 4);
    t.deepEqual(await revisions(client, 'aging'), [2, 3]);
    t.deepEqual(await revisions(client, 'cut'), [2]);
  });

  test.serial(`${storage}: a metadata stream keeps its last event`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    for (const maxCount of [1, 2, 3]) await client.setStreamMetadata('s', { maxCount });
    await client.appendToStream('s', events(4));
    t.is((await scavenge(node)).eventsReclaimed, 3);
    t.deepEqual((await client.getStreamMetadata('s')).metadata, { maxCount: 3 });
    t.deepEqual(await revisions(client, '$$s'), [2]);
    t.deepEqual(await revisions(client, 's'), [1, 2, 3]);
  });

  test.serial(`${storage}: the last event of the log stays, hidden or not`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    await client.setStreamMetadata('s', { truncateBefore: 100 });
    const last = positionOf(await client.appendToStream('s', events(3)));
    t.is((await scavenge(node)).eventsReclaimed, 2);
    t.deepEqual(namesOf(await all(client)).slice(1), ['0@$$s', '2@s']);
    t.true(positionOf(await client.appendToStream('t', event(0))) > last);
    t.is((await scavenge(node)).eventsReclaimed, 1);
    t.deepEqual(namesOf(await all(client)).slice(1), ['0@$$s', '0@t']);
  });

  test.serial(`${storage}: a link to an event that is gone leads nowhere`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    await client.appendToStream('s', events(2));
    const link = { ...event(0), type: '$>', contentType: 'application/octet-stream' } as const;
    const target = (text: string) => ({ ...link, id: event(0).id, data: Buffer.from(text) });
    await client.appendToStream('links', [target('0@s'), target('1@s')]);
    await client.setStreamMetadata('s', { maxCount: 1 });
    await scavenge(node);
    const resolved = [];
    for await (const one of client.readStream('links', { resolveLinkTos: true })) {
      resolved.push([one.link?.revision, one.event?.revision]);
    }
    t.deepEqual(resolved, [
      [0n, undefined],
      [1n, 1n],
    ]);
  });

  test.serial(`${storage}: subscribers and readers pass over what is gone`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    const first = positionOf(await client.appendToStream('s', event(0)));
    await client.appendToStream('s', events(300, 1));
    await client.tombstoneStream('s');
    await client.appendToStream('$other', events(2));
    await scavenge(node);
    const fromGap = { commit: first + 10n, prepare: first + 10n };
    const subscription = client.subscribeToAll({ fromPosition: fromGap });
    t.teardown(() => subscription.unsubscribe());
    const lines = await new Transcript(subscription).untilLine('caught up');
    t.deepEqual(lines.slice(1), ['9223372036854775807@s', '0@$other', '1@$other', 'caught up']);
    const back = [];
    for await (const { event: one } of client.readAll({
      direction: 'backwards',
      fromPosition: fromGap,
    })) {
      back.push(one?.streamId);
    }
    t.deepEqual(back, ['$node-information']);
  });
}

for (const storage of NODE_STORAGES) {
  test.serial(`${storage}: the last link of a category stays, though hidden`, async (t) => {
    const { node, client } = await nodeOn(t, storage);
    await client.appendToStream('$ce-a', events(3));
    await client.setStreamMetadata('$ce-a', { truncateBefore: 10 });
    await client.appendToStream('other', event(0));
    t.is((await scavenge(node)).eventsReclaimed, 2);
    t.deepEqual(namesOf(await all(client)).slice(1), ['2@$ce-a', '0@$$$ce-a', '0@other']);
    t.deepEqual(await revisions(client, '$ce-a'), []);
  });
}
