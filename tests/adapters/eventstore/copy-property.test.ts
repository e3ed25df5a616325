/**
 * Random histories of one event store, scavenged whenever and copied to another now and then, which
 * is scavenged when all is there: readers of every stream see the same on both after each copy, and
 * whoever appends to the copy gets the revisions that he would have got at the source.
 */
import assert from 'node:assert/strict';
import { jsonEvent, type StreamMetadata } from '@eventstore/db-client';
import fc from 'fast-check';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { scavenge } from '../eventstore-node/scavenging.js';
import { clientOf } from '../eventstore-node/support.js';
import { contents, copy, readable, type Side } from './copying.js';

const histories = process.env.LONG === '1' ? 400 : 40;
const names = ['a-1', 'b-2', 'ग-३'];

type Command =
  | { readonly kind: 'append'; readonly name: string; readonly events: number }
  | { readonly kind: 'delete' | 'tombstone'; readonly name: string }
  | { readonly kind: 'metadata'; readonly name: string; readonly metadata: StreamMetadata }
  | { readonly kind: 'scavenge source' | 'scavenge target' | 'copy' };

/** A target that gives up what is hidden, down to the last event of a stream, before its source. */
const scavengedFirst: readonly Command[] = [
  { kind: 'metadata', name: 'a-1', metadata: { truncateBefore: 2 } },
  { kind: 'append', name: 'a-1', events: 2 },
  { kind: 'copy' },
  { kind: 'scavenge target' },
  { kind: 'append', name: 'a-1', events: 2 },
];

const name = fc.constantFrom(...names);
const metadata = fc.oneof(
  fc.record({ maxCount: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ truncateBefore: fc.integer({ min: 1, max: 10 }), note: fc.constant('x') }),
  fc.constant({}),
);
const events = fc.integer({ min: 1, max: 4 });
const alone = fc.constantFrom('scavenge source', 'copy');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append'), name, events }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('metadata'), name, metadata }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone'), name }) },
  { weight: 6, arbitrary: fc.record({ kind: alone }) },
);

/** What becomes of a write, or why nothing does. */
const outcome = async (attempt: Promise<unknown>): Promise<unknown> => {
  try {
    return await attempt;
  } catch (error) {
    return error instanceof Error && 'type' in error ? error.type : error;
  }
};

const newEvents = (count: number) =>
  Array.from({ length: count }, () => jsonEvent({ type: 'modelled', data: { n: 1 } }));

/** Whether a stream that shows no event is empty or not there depends on what scavenges left. */
const shown = (found: readonly string[]) => (found[0] === 'stream-not-found' ? [] : found);

const visible = async (side: Side): Promise<unknown> =>
  Promise.all(
    names.map(async (each) => [
      shown(await readable(side, each)),
      shown(await readable(side, each, { direction: 'backwards', fromRevision: 'end' })),
    ]),
  );

const copyAndLook = async (source: Side, target: Side): Promise<void> => {
  const result = await copy(source, target);
  assert.equal(result.kind, 'same', `${result.kind}`);
  assert.deepEqual(await visible(target), await visible(source));
};

const run = async ([source, target]: readonly [Side, Side], one: Command): Promise<void> => {
  const { client } = source;
  switch (one.kind) {
    case 'append':
      await outcome(client.appendToStream(one.name, newEvents(one.events)));
      return;
    case 'delete':
      await outcome(client.deleteStream(one.name));
      return;
    case 'tombstone':
      await outcome(client.tombstoneStream(one.name));
      return;
    case 'metadata':
      await outcome(client.setStreamMetadata(one.name, one.metadata));
      return;
    case 'scavenge source':
      await scavenge(source.node);
      return;
    case 'scavenge target':
      await scavenge(target.node);
      return;
    case 'copy':
      await copyAndLook(source, target);
  }
};

/** The revisions that appends get, stream by stream. */
const next = async ({ client }: Side, streams: readonly string[]): Promise<readonly unknown[]> => {
  const found: unknown[] = [];
  for (const each of streams) {
    const appended = client.appendToStream(each, newEvents(1));
    found.push(await outcome(appended.then(({ nextExpectedRevision }) => nextExpectedRevision)));
  }
  return found;
};

onOwnNode('whatever the history, a copy reads like its source and goes on like it', async (t) => {
  t.timeout(histories * 15_000);
  const seed = Number(process.env.SEED ?? Date.now());
  t.log(`seed ${seed}`);
  const property = fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
    const nodes = [await startEventStoreNode({ port: 0 }), await startEventStoreNode({ port: 0 })];
    const [source, target] = nodes.map((node) => {
      return { node, url: node.connectionString, client: clientOf(t, node) };
    });
    assert.ok(source !== undefined && target !== undefined);
    try {
      for (const one of commands) await run([source, target], one);
      await copyAndLook(source, target);
      await run([source, target], { kind: 'scavenge target' });
      assert.deepEqual(await visible(target), await visible(source));
      // A stream of which a scavenge has left nothing is nothing that a copy could know of.
      const left = new Set((await contents(t, source)).map(({ stream }) => stream));
      const streams = names.filter((each) => left.has(each));
      assert.deepEqual(await next(target, streams), await next(source, streams));
    } finally {
      for (const { node } of [source, target]) await node.stop();
    }
  });
  const examples: [Command[]][] = [[[...scavengedFirst]]];
  await fc.assert(property, { numRuns: histories, seed, endOnFailure: false, examples });
  t.pass();
});
