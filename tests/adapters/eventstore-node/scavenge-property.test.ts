/**
 * Random histories on two nodes: one is scavenged now and then, the other never. Readers of
 * streams see the same before a scavenge and after it; writers are answered alike by both nodes,
 * and `$all` of the one lacks some events of the other.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  ANY,
  type EventData,
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  type StreamMetadata,
} from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { problemOf } from './log-files.js';
import { scavenge } from './scavenging.js';
import { clientOf, failure, type ReachableNode, temporaryFolder } from './support.js';

const numRuns = process.env.LONG === '1' ? 40 : 16;

type Command =
  | { readonly kind: 'append' | 'begin'; readonly stream: number; readonly events: number }
  | { readonly kind: 'delete' | 'tombstone'; readonly stream: number }
  | { readonly kind: 'metadata'; readonly stream: number; readonly metadata: StreamMetadata }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'scavenge' };

interface Side {
  readonly node: ReachableNode;
  readonly client: EventStoreDBClient;
  readonly isScavenged: boolean;
}

const STREAMS = [0, 1, 2];
const MAX_AGE_SECONDS = 10;

const stream = fc.constantFrom(...STREAMS);
const events = fc.integer({ min: 1, max: 4 });
const metadata = fc.oneof(
  fc.record({ maxCount: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ truncateBefore: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ maxAge: fc.constant(MAX_AGE_SECONDS) }),
  fc.constant({}),
);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append'), stream, events }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin'), stream, events }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('metadata'), stream, metadata }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), stream }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone'), stream }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      seconds: fc.integer({ min: 1, max: MAX_AGE_SECONDS }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('scavenge') }) },
);

/** What became of a write, as its caller sees it. */
async function outcome(attempt: Promise<unknown>): Promise<unknown> {
  const error = await failure(attempt).catch(() => undefined);
  return error === undefined ? await attempt : error.type;
}

class History {
  private readonly prefix = randomUUID();

  constructor(private readonly clock: { nowMs: number }) {}

  name(key: number): string {
    return `${this.prefix}-${key}`;
  }

  /** Events of both nodes have the same ids, and no two have the same. */
  eventsOf(one: Command): readonly EventData[] {
    const count = 'events' in one ? one.events : 0;
    return Array.from({ length: count }, () => jsonEvent({ type: 'modelled', data: {} }));
  }

  async run(side: Side, one: Command, written: readonly EventData[]): Promise<unknown> {
    const { client, isScavenged } = side;
    switch (one.kind) {
      case 'append':
      case 'begin': {
        const expectedRevision = one.kind === 'begin' ? NO_STREAM : ANY;
        const name = this.name(one.stream);
        return outcome(client.appendToStream(name, [...written], { expectedRevision }));
      }
      case 'delete':
        return outcome(client.deleteStream(this.name(one.stream)));
      case 'tombstone':
        return outcome(client.tombstoneStream(this.name(one.stream)));
      case 'metadata':
        return outcome(client.setStreamMetadata(this.name(one.stream), one.metadata));
      case 'wait':
        return undefined;
      case 'scavenge':
        if (isScavenged) await this.scavenge(side);
        return undefined;
    }
  }

  async scavenge(side: Side): Promise<void> {
    const before = await this.visible(side);
    await scavenge(side.node);
    assert.deepEqual(await this.visible(side), before);
  }

  pass({ kind, ...rest }: Command): void {
    if (kind === 'wait' && 'seconds' in rest) this.clock.nowMs += rest.seconds * 1_000;
  }

  /** Everything that readers of the streams and of their metadata get to see. */
  async visible({ client }: Side): Promise<unknown> {
    const names = STREAMS.flatMap((key) => [this.name(key), `$$${this.name(key)}`]);
    const reads = names.flatMap((name) => [
      readOf(client, name, { direction: 'forwards', fromRevision: 'start' }),
      readOf(client, name, { direction: 'backwards', fromRevision: 'end' }),
      readOf(client, name, { direction: 'forwards', fromRevision: 2n, maxCount: 3 }),
    ]);
    return Promise.all(reads);
  }

  /** The history's events in `$all`: positions and names. */
  async all({ client }: Side): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { event: one } of client.readAll()) {
      if (one?.streamId.includes(this.prefix) !== true) continue;
      found.push(`${one.position?.commit} ${one.revision}@${one.streamId}`);
    }
    return found;
  }
}

async function readOf(
  client: EventStoreDBClient,
  name: string,
  options: Parameters<EventStoreDBClient['readStream']>[1],
): Promise<unknown> {
  const read = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { event: one } of client.readStream(name, options)) {
      if (one === undefined) continue;
      const text = JSON.stringify(one.data);
      found.push(`${one.revision} ${one.position?.commit} ${one.id} ${one.type} ${text}`);
    }
    return found;
  };
  return outcome(read());
}

async function sidesOn(
  t: ExecutionContext,
  dataDir: string | undefined,
  clock: { readonly nowMs: number },
): Promise<readonly [Side, Side]> {
  const options = { port: 0, clock: () => clock.nowMs };
  const kept = dataDir === undefined ? {} : { dataDir };
  const nodes = [
    await startEventStoreNode({ ...options, ...kept }),
    await startEventStoreNode(options),
  ] as const;
  for (const node of nodes) t.teardown(() => node.stop());
  const [first, second] = nodes;
  return [
    { node: first, client: clientOf(t, first), isScavenged: true },
    { node: second, client: clientOf(t, second), isScavenged: false },
  ];
}

for (const storage of ['memory', 'folder'] as const) {
  onOwnNode(`${storage}: no reader of a stream and no writer notices a scavenge`, async (t) => {
    const dataDir = storage === 'folder' ? await temporaryFolder(t) : undefined;
    const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') };
    const [scavenged, untouched] = await sidesOn(t, dataDir, clock);
    let reclaimed = 0;
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 5, maxLength: 25 }),
      async (commands) => {
        const history = new History(clock);
        for (const one of commands) {
          history.pass(one);
          const written = history.eventsOf(one);
          const seen = await history.run(scavenged, one, written);
          assert.deepEqual(seen, await history.run(untouched, one, written));
        }
        await history.scavenge(scavenged);
        const left = new Set(await history.all(scavenged));
        const all = await history.all(untouched);
        reclaimed += all.length - left.size;
        assert.deepEqual(
          [...left],
          all.filter((one) => left.has(one)),
        );
      },
    );
    // A failure says its seed and the shortest history that shows it.
    await t.notThrowsAsync(fc.assert(property, { numRuns }));
    t.true(reclaimed > 0);
    if (dataDir !== undefined) t.is(await problemOf(dataDir), undefined);
  });
}
