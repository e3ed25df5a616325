/** Groups whose storage fails for a while: nothing is lost, and the node goes on. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import { EventLog } from '../../../adapters/embedded/eventstore/log/event-log.js';
import { Consumer } from '../../../adapters/embedded/eventstore/persistent/consumer.js';
import { Group } from '../../../adapters/embedded/eventstore/persistent/group.js';
import type { GroupDefinition } from '../../../adapters/embedded/eventstore/persistent/settings.js';
import { memoryStorage } from '../../../adapters/embedded/eventstore/storage/memory.js';
import type { Storage } from '../../../adapters/embedded/eventstore/storage/storage.js';
import { eventually } from './group-support.js';

const definition: GroupDefinition = {
  key: { source: { kind: 'stream', streamName: 's' }, groupName: 'g' },
  filter: undefined,
  startAfter: -1,
  settings: {
    start: 0,
    resolveLinks: false,
    extraStatistics: false,
    strategy: 'RoundRobin',
    maxRetryCount: 10,
    messageTimeoutMs: 0,
    checkpointAfterMs: 0,
    minCheckpointCount: 1,
    maxCheckpointCount: 1,
    maxSubscriberCount: 0,
    liveBufferSize: 100,
    readBatchSize: 5,
    historyBufferSize: 100,
  },
};

/** A group with one consumer, on a storage that fails where it is told to. */
class Bench {
  readonly failing = new Set<keyof Storage>();
  readonly failures: string[] = [];
  readonly got: string[] = [];
  readonly ids: string[] = [];
  readonly log: EventLog;
  readonly group: Group;

  constructor() {
    const storage = new Proxy(memoryStorage(), {
      get: (target, name: keyof Storage) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...input: unknown[]) => {
          if (this.failing.has(name)) throw new Error(`no ${name}`);
          return Reflect.apply(value, target, input);
        };
      },
    });
    this.log = new EventLog(storage, {
      clock: () => 0,
      onFailure: (error) => this.failures.push(error instanceof Error ? error.message : ''),
    });
    this.group = new Group(this.log, definition);
    const description = { from: '', userName: '', connectionName: '', slots: 100 };
    const consumer = new Consumer(description, {
      send: ({ event }, retryCount) => {
        this.got.push(`${event?.revision} #${retryCount}`);
        this.ids.push(event?.id ?? '');
        return true;
      },
      drop: () => undefined,
    });
    this.group.connect(consumer);
  }

  async append(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const data = Buffer.alloc(0);
      const event = { id: randomUUID(), type: 'a', isJson: false, data, customMetadata: data };
      const append = { kind: 'append', streamName: 's', expected: { kind: 'any' } } as const;
      await this.log.write({ ...append, events: [event] });
    }
  }

  async untilGot(count: number): Promise<readonly string[]> {
    return eventually(
      async () => this.got,
      (got) => got.length >= count,
    );
  }

  async untilFailure(message: string): Promise<void> {
    await eventually(
      async () => this.failures,
      (failures) => failures.some((each) => each.includes(message)),
    );
  }
}

test('a source that cannot be read is read again at the next look', async (t) => {
  const bench = new Bench();
  await bench.append(3);
  bench.failing.add('streamPage');
  bench.group.start();
  await bench.untilFailure('no streamPage');
  t.deepEqual(bench.got, []);
  bench.failing.clear();
  bench.group.look();
  t.deepEqual(await bench.untilGot(3), ['0 #0', '1 #0', '2 #0']);
});

test('an event that cannot be read again waits for the next look', async (t) => {
  const bench = new Bench();
  await bench.append(2);
  bench.group.start();
  await bench.untilGot(2);
  bench.failing.add('allPage');
  bench.group.reject(bench.ids.slice(0, 1), 'retry', '');
  await bench.untilFailure('no allPage');
  bench.failing.clear();
  bench.group.look();
  t.deepEqual(await bench.untilGot(3), ['0 #0', '1 #0', '0 #1']);
});

test('an event that cannot be parked is delivered again, and holds progress back', async (t) => {
  const bench = new Bench();
  await bench.append(2);
  bench.group.start();
  await bench.untilGot(2);
  bench.failing.add('write');
  bench.group.reject(bench.ids.slice(0, 1), 'park', 'odd');
  bench.group.confirm(bench.ids.slice(1, 2));
  t.deepEqual(await bench.untilGot(3), ['0 #0', '1 #0', '0 #1']);
  t.is(bench.group.progress.position, -1);
  bench.failing.clear();
  bench.group.reject(bench.ids.slice(0, 1), 'park', 'odd');
  await eventually(
    async () => bench.group.parked.count,
    (count) => count === 1,
  );
  await bench.group.idle();
  t.is(bench.group.progress.position, 1);
});

test('an event whose body cannot be read for parking is not lost', async (t) => {
  const bench = new Bench();
  await bench.append(1);
  bench.group.start();
  await bench.untilGot(1);
  bench.failing.add('allPage');
  bench.group.reject(bench.ids, 'park', 'odd');
  await bench.untilFailure('no allPage');
  bench.failing.clear();
  bench.group.look();
  t.deepEqual(await bench.untilGot(2), ['0 #0', '0 #1']);
});

test('a checkpoint that cannot be written is written at a later look', async (t) => {
  const bench = new Bench();
  await bench.append(3);
  bench.group.start();
  await bench.untilGot(3);
  bench.failing.add('write');
  bench.group.confirm(bench.ids.slice(0, 1));
  await bench.untilFailure('no write');
  await bench.group.idle();
  const tries = bench.failures.length;
  bench.group.confirm(bench.ids.slice(1, 2));
  await bench.group.idle();
  t.is(bench.failures.length, tries, 'not with every event');
  bench.failing.clear();
  bench.group.look();
  await bench.group.idle();
  t.is(bench.group.checkpointer.saved, 1);
});

test('what is removed from storage while it waits is dealt with', async (t) => {
  const bench = new Bench();
  await bench.append(2);
  bench.group.start();
  await bench.untilGot(2);
  await bench.log.maintain((writer) => {
    const entry = writer.stream('s');
    const first = entry && writer.eventAt(entry.number, 0);
    if (entry !== undefined && first !== undefined) {
      writer.discard([first], { ...entry, firstRevision: 1 });
    }
  });
  bench.group.reject(bench.ids.slice(0, 1), 'retry', '');
  bench.group.confirm(bench.ids.slice(1));
  await bench.group.idle();
  t.deepEqual(bench.got, ['0 #0', '1 #0']);
  t.is(bench.group.progress.position, 1);
});
