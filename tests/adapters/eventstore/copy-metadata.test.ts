/** Copies of streams that were truncated, deleted, revived or ended, scavenged or not. */
import type { ExecutionContext } from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import { scavenge } from '../eventstore-node/scavenging.js';
import { event, events } from '../eventstore-node/support.js';
import { appendRaw, contents, copied, copy, openSide, readable, type Side } from './copying.js';

/** Copies, and looks whether readers of these streams see the same. */
const sameFor = async (
  t: ExecutionContext,
  [source, target]: readonly [Side, Side],
  streams: readonly string[],
) => {
  const result = await copied(t, source, target);
  for (const stream of streams) {
    t.deepEqual(await readable(target, stream), await readable(source, stream), stream);
  }
  return result;
};

const openPair = async (t: ExecutionContext): Promise<readonly [Side, Side]> => [
  await openSide(t),
  await openSide(t),
];

onOwnNode('a soft delete, a revival and a tombstone arrive as they are', async (t) => {
  const pair = await openPair(t);
  const [source, target] = pair;
  const { client } = source;
  for (const stream of ['kept', 'soft', 'revived', 'described', 'twice', 'hard']) {
    await client.appendToStream(stream, events(4));
    await client.setStreamMetadata(stream, { maxCount: 3, note: stream });
  }
  for (const stream of ['soft', 'revived', 'described', 'twice', 'twice']) {
    await client.deleteStream(stream);
  }
  await client.appendToStream('revived', events(2));
  await client.setStreamMetadata('described', { note: 'revived by its metadata' });
  await client.tombstoneStream('hard');
  await client.tombstoneStream('never written');
  await client.setStreamMetadata('metadata only', { note: 'no events' });
  await client.deleteStream('metadata only');
  await client.appendToStream('metadata only', event(1));

  const streams = ['kept', 'soft', 'revived', 'described', 'twice', 'hard', 'metadata only'];
  await sameFor(t, pair, [...streams, 'never written']);
  const places = async (side: Side) =>
    (await contents(t, side)).map(({ stream, revision, type }) => `${revision}@${stream} ${type}`);
  t.deepEqual(await places(target), await places(source));

  // What follows in these streams finds them as it should.
  await client.appendToStream('soft', events(2));
  await client.appendToStream('revived', events(2));
  await client.tombstoneStream('twice');
  t.is((await copy(source, target)).kind, 'same');
  await sameFor(t, pair, streams);
});

onOwnNode('a copy of a scavenged stream keeps the revisions that are left', async (t) => {
  const pair = await openPair(t);
  const [source, target] = pair;
  const { client, node } = source;
  await client.setStreamMetadata('counted', { maxCount: 3 });
  await client.appendToStream('counted', events(1_200));
  await client.appendToStream('truncated', events(9));
  await client.setStreamMetadata('truncated', { truncateBefore: 6 });
  await client.appendToStream('revived', events(5));
  await client.deleteStream('revived');
  await client.appendToStream('revived', events(2));
  await client.appendToStream('soft', events(5));
  await client.deleteStream('soft');
  for (let n = 0; n < 4; n += 1) await client.setStreamMetadata('described', { note: `${n}` });
  await client.appendToStream('described', event(1));
  await client.appendToStream('hard', events(5));
  await client.tombstoneStream('hard');
  t.true((await scavenge(node)).eventsReclaimed > 1_200);

  const streams = ['counted', 'truncated', 'revived', 'soft', 'described', 'hard'];
  const { verification } = await sameFor(t, pair, streams);
  t.true(verification.beside.own >= 1_197 + 6);
  t.deepEqual(
    (await readable(target, 'counted')).map((line) => line.split(' ')[0]),
    ['1197', '1198', '1199'],
  );
  const described = (await contents(t, target)).filter(({ stream }) => stream === '$$described');
  t.is(described.at(-1)?.revision, '3');

  // A second copy finds everything, and what comes later goes on from there.
  t.is((await copied(t, source, target)).copied, 0);
  for (const stream of ['counted', 'truncated', 'revived', 'soft']) {
    await client.appendToStream(stream, events(2));
  }
  await client.setStreamMetadata('described', { note: 'last' });
  await sameFor(t, pair, streams);
});

onOwnNode('placeholders are never seen, whatever becomes of the limits', async (t) => {
  const pair = await openPair(t);
  const [source] = pair;
  const { client, node } = source;
  await client.setStreamMetadata('lifted', { maxCount: 2, note: 'a' });
  await client.appendToStream('lifted', events(10));
  await scavenge(node);
  await client.setStreamMetadata('lifted', { note: 'no limit any more' });
  await sameFor(t, pair, ['lifted']);
  t.is((await readable(source, 'lifted')).length, 2);

  await client.setStreamMetadata('lifted', { note: 'and again' });
  await sameFor(t, pair, ['lifted']);
  await client.appendToStream('lifted', events(3));
  await sameFor(t, pair, ['lifted']);
});

onOwnNode('a stream whose events have expired keeps its revisions', async (t) => {
  let nowMs = Date.UTC(2026, 0, 1);
  const source = await openSide(t, { clock: () => nowMs });
  const target = await openSide(t);
  await source.client.setStreamMetadata('aged', { maxAge: 60 });
  await source.client.appendToStream('aged', events(7));
  nowMs += 120_000;
  await source.client.appendToStream('aged', events(3));
  await scavenge(source.node);
  await sameFor(t, [source, target], ['aged']);
  t.is((await readable(target, 'aged')).length, 3);
});

onOwnNode('what a scavenge takes out on one side only is no difference', async (t) => {
  const pair = await openPair(t);
  const [source, target] = pair;
  await source.client.appendToStream('counted', events(20));
  await source.client.setStreamMetadata('counted', { maxCount: 5 });
  await source.client.appendToStream('soft', events(20));
  await source.client.deleteStream('soft');
  await copied(t, source, target);
  await scavenge(source.node);
  const first = await sameFor(t, pair, ['counted', 'soft']);
  t.true(first.verification.beside.hidden >= 15);
  await source.client.appendToStream('counted', events(3));
  await scavenge(target.node);
  await sameFor(t, pair, ['counted', 'soft']);
});

onOwnNode('a copy goes back to where it came from', async (t) => {
  const pair = await openPair(t);
  const [source, target] = pair;
  await source.client.setStreamMetadata('counted', { maxCount: 3 });
  await source.client.appendToStream('counted', events(10));
  await source.client.appendToStream('plain', events(4));
  await scavenge(source.node);
  await copied(t, source, target);
  await target.client.appendToStream('counted', events(2));
  await target.client.appendToStream('plain', events(2));
  await sameFor(t, [target, source], ['counted', 'plain']);
  const third = await openSide(t);
  await sameFor(t, [target, third], ['counted', 'plain']);
});

onOwnNode('integers of any size in metadata arrive to the digit', async (t) => {
  const pair = await openPair(t);
  const [source] = pair;
  await source.client.appendToStream('s', events(5));
  const data = '{"$tb" : 3, "big": 9223372036854775808123, "exact": 9007199254740993}';
  await appendRaw(t, source, '$$s', [{ type: '$metadata', data }]);
  await appendRaw(t, source, '$$t', [{ type: '$metadata', data: '{"$tb": 9223372036854775807}' }]);
  await appendRaw(t, source, '$$u', [{ type: '$metadata', data: 'no JSON' }]);
  await appendRaw(t, source, '$$u', [{ type: 'other', data: '{}' }]);
  await source.client.appendToStream('t', events(2));
  await source.client.appendToStream('u', events(2));
  await sameFor(t, pair, ['s', 't', 'u']);
  const [before, after] = [await contents(t, pair[0]), await contents(t, pair[1])];
  // The revival of `t` is the target's own doing; all else has its id and its bytes.
  const given = (kept: typeof before) => kept.filter(({ stream }) => stream !== '$$t');
  t.deepEqual(given(after), given(before));
});
