/**
 * Random histories against a model: the rules of expected revisions, ids, deletion and
 * visibility, written down a second time as simply as possible. Both storages have to agree
 * with it, the folder one also after a restart.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test from 'ava';
import fc from 'fast-check';
import { failure, revisions, running, STORAGES, temporaryFolder } from './support.js';

type Expected = 'any' | 'no_stream' | 'stream_exists' | number;
type Command =
  | { kind: 'append'; stream: number; ids: number[]; expected: Expected }
  | { kind: 'delete'; stream: number }
  | { kind: 'tombstone'; stream: number }
  | { kind: 'maxCount'; stream: number; value: number };

interface ModelStream {
  ids: number[];
  first: number;
  maxCount: number;
  metadata: boolean;
  deleted: boolean;
  tombstoned: boolean;
}

class Model {
  private readonly streams = new Map<number, ModelStream>();

  stream(key: number): ModelStream {
    const fresh: ModelStream = {
      ids: [],
      first: 0,
      maxCount: Number.POSITIVE_INFINITY,
      metadata: false,
      deleted: false,
      tombstoned: false,
    };
    const stream = this.streams.get(key) ?? fresh;
    this.streams.set(key, stream);
    return stream;
  }

  run(command: Command): string {
    const s = this.stream(command.stream);
    if (s.tombstoned) return 'stream-deleted';
    switch (command.kind) {
      case 'append':
        return this.append(s, command.ids, command.expected);
      case 'delete':
        if (s.ids.length === 0 && !s.metadata) return 'wrong-expected-version';
        Object.assign(s, { deleted: true, metadata: true, maxCount: Number.POSITIVE_INFINITY });
        return 'done';
      case 'tombstone':
        s.tombstoned = true;
        return 'done';
      case 'maxCount':
        s.first = s.deleted ? s.ids.length : 0;
        Object.assign(s, { deleted: false, metadata: true, maxCount: command.value });
        return 'done';
    }
  }

  visible(key: number): number[] | string {
    const s = this.stream(key);
    if (s.tombstoned) return 'stream-deleted';
    if (s.ids.length === 0 || s.deleted) return 'stream-not-found';
    const from = Math.max(s.first, s.ids.length - s.maxCount);
    return s.ids.map((_, revision) => revision).filter((revision) => revision >= from);
  }

  private append(s: ModelStream, ids: number[], expected: Expected): string {
    if (expected === 'stream_exists') {
      if (s.deleted) return 'stream-deleted';
      if (s.ids.length === 0 && !s.metadata) return 'wrong-expected-version';
    }
    if (expected === 'any' || expected === 'stream_exists') {
      const known = ids.map((id) => s.ids.lastIndexOf(id));
      if (known[0] === -1) return this.write(s, ids);
      return known.includes(-1) ? 'wrong-expected-version' : `at ${known.at(-1)}`;
    }
    const revision = expected === 'no_stream' ? -1 : expected;
    const last = s.ids.length - 1;
    if (revision === last) return this.write(s, ids);
    if (revision > last) return 'wrong-expected-version';
    const there = ids.map((id, index) => s.ids[revision + 1 + index] === id);
    if (there[0] !== true) {
      const revives = expected === 'no_stream' && s.deleted;
      return revives ? this.write(s, ids) : 'wrong-expected-version';
    }
    return there.includes(false) ? 'wrong-expected-version' : `at ${revision + ids.length}`;
  }

  private write(s: ModelStream, ids: number[]): string {
    if (s.deleted) Object.assign(s, { deleted: false, first: s.ids.length });
    s.ids.push(...ids);
    return `at ${s.ids.length - 1}`;
  }
}

const stream = fc.integer({ min: 0, max: 1 });
const expected: fc.Arbitrary<Expected> = fc.oneof(
  fc.constantFrom<Expected>('any', 'no_stream', 'stream_exists'),
  fc.integer({ min: 0, max: 8 }),
);
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('append'), stream, ids, expected }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), stream }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone'), stream }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('maxCount'),
      stream,
      value: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

/** Stream names and event ids of one history; histories share nodes, but no streams. */
class History {
  private readonly prefix = randomUUID();
  private readonly ids = Array.from({ length: 10 }, () => randomUUID());

  constructor(private readonly client: EventStoreDBClient) {}

  name(key: number): string {
    return `${this.prefix}-${key}`;
  }

  async run(one: Command): Promise<string> {
    try {
      return await this.send(one);
    } catch (error) {
      if (error instanceof Error && 'type' in error) return String(error.type);
      throw error;
    }
  }

  async visible(key: number, client = this.client): Promise<number[] | string> {
    const read = revisions(client, this.name(key));
    return read.catch(async () => String((await failure(read)).type));
  }

  private async send(one: Command): Promise<string> {
    const name = this.name(one.stream);
    switch (one.kind) {
      case 'append': {
        const events = one.ids.map((id) => {
          return jsonEvent({ id: this.ids[id] ?? '', type: 'modelled', data: { id } });
        });
        const wanted = typeof one.expected === 'number' ? BigInt(one.expected) : one.expected;
        const result = await this.client.appendToStream(name, events, { expectedRevision: wanted });
        return `at ${result.nextExpectedRevision}`;
      }
      case 'delete':
        await this.client.deleteStream(name);
        return 'done';
      case 'tombstone':
        await this.client.tombstoneStream(name);
        return 'done';
      case 'maxCount':
        await this.client.setStreamMetadata(name, { maxCount: one.value });
        return 'done';
    }
  }
}

for (const storage of STORAGES) {
  test.serial(`${storage}: random histories end as the model says`, async (t) => {
    const dataDir = storage === 'folder' ? await temporaryFolder(t) : null;
    const { node, client } = await (dataDir === null ? running(t) : running(t, { dataDir }));
    const checks: ((after: EventStoreDBClient) => Promise<void>)[] = [];
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 25 }),
      async (commands) => {
        const model = new Model();
        const history = new History(client);
        for (const one of commands) assert.equal(await history.run(one), model.run(one));
        for (const key of [0, 1]) {
          assert.deepEqual(await history.visible(key), model.visible(key));
          checks.push(async (after) => {
            t.deepEqual(await history.visible(key, after), model.visible(key));
          });
        }
      },
    );
    // A failure says its seed and the shortest history that shows it.
    await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }));
    if (dataDir === null) return;
    await client.dispose();
    await node.stop();
    const { client: after } = await running(t, { dataDir });
    for (const check of checks) await check(after);
  });
}
