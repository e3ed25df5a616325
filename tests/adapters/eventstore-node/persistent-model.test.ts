/**
 * Random histories of a group against a model of what it owes its consumers: every event is
 * delivered until somebody confirms it, nobody holds more than he asked for, no two hold the same,
 * retries are counted, and a restart forgets nothing but what was confirmed after a gap.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import {
  createGroup,
  type Delivered,
  eventually,
  Inbox,
  join,
  lines,
  PLACES,
} from './group-support.js';
import { clientOf, events, type Running, temporaryFolder } from './support.js';

const MAX_RETRIES = 2;

type Action = 'ack' | 'retry' | 'park' | 'skip';
type Command =
  | { kind: 'append'; count: number }
  | { kind: 'join'; slots: number }
  | { kind: 'leave'; consumer: number }
  | { kind: 'answer'; consumer: number; action: Action; picks: number[] }
  | { kind: 'restart' };

const consumer = fc.nat(3);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('join'), slots: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave'), consumer }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      consumer,
      action: fc.constantFrom<Action>('ack', 'ack', 'ack', 'retry', 'park', 'skip'),
      picks: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
);

/** A node that may be started again, with what it keeps. */
interface World extends Pick<Running, 'client'> {
  /** Starts it again, or its subsystem if it keeps nothing. */
  readonly restart: () => Promise<World>;
}

class Consumer {
  readonly held = new Map<number, Delivered>();
  readonly inbox: Inbox;

  constructor(
    private readonly history: History,
    readonly slots: number,
  ) {
    const { client } = history.world;
    const options = { bufferSize: slots };
    this.inbox = new Inbox(
      client.subscribeToPersistentSubscriptionToStream(history.stream, 'g', options),
      (one) => this.take(one),
    );
  }

  private take(one: Delivered): void {
    const revision = Number(one.event?.revision);
    this.history.check(this, revision, one.retryCount);
    this.held.set(revision, one);
  }
}

class History {
  readonly stream = randomUUID();
  /** What nobody confirmed, and how often each was given back. */
  private owed = new Map<number, number>();
  private appended = 0;
  private parked = 0;
  /** Whether what comes is replayed, and not owed. */
  private replays = false;
  private consumers: Consumer[] = [];
  private readonly broken: string[] = [];

  constructor(public world: World) {}

  /** Hears of every delivery. */
  check(to: Consumer, revision: number, retryCount: number): void {
    if (this.replays) return;
    const say = (what: string) => this.broken.push(`${revision}: ${what}`);
    const owed = this.owed.get(revision);
    if (owed === undefined) say('was confirmed');
    else if (owed !== retryCount) say(`has ${retryCount} retries, not ${owed}`);
    if (this.consumers.some(({ held }) => held.has(revision))) say('is with somebody');
    if (to.held.size >= to.slots) say('is too much');
  }

  async run(one: Command): Promise<void> {
    switch (one.kind) {
      case 'append':
        await this.append(one.count);
        break;
      case 'join':
        await this.join(one.slots);
        break;
      case 'leave':
        await this.leave(this.consumers[one.consumer]);
        break;
      case 'answer':
        await this.answer(this.consumers[one.consumer], one.action, one.picks);
        break;
      case 'restart':
        await this.restart();
    }
    await this.settle();
  }

  /** Confirms all there is, then has what was parked replayed: the node owes nothing else. */
  async finish(): Promise<void> {
    for (const each of [...this.consumers]) {
      await this.leave(each);
      await this.settle();
    }
    const last = await this.join(this.appended + 1);
    await this.settle();
    const { client } = this.world;
    await last.inbox.ack(...last.held.values());
    this.owed.clear();
    last.held.clear();
    await this.settle();
    const before = last.inbox.lines.length;
    this.replays = true;
    await client.replayParkedMessagesToStream(this.stream, 'g');
    await last.inbox.untilCount(before + this.parked);
    await last.inbox.ack(...last.inbox.events.slice(before));
    const { stats } = await eventually(
      () => client.getPersistentSubscriptionToStreamInfo(this.stream, 'g'),
      ({ stats: now }) => now.outstandingMessagesCount === 0,
    );
    assert.equal(stats.retryBufferCount + stats.readBufferCount, 0);
    assert.equal(last.inbox.lines.length, before + this.parked);
  }

  private async append(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) this.owed.set(this.appended + n, 0);
    await this.world.client.appendToStream(this.stream, events(count, this.appended));
    this.appended += count;
  }

  private async join(slots: number): Promise<Consumer> {
    const joined = new Consumer(this, slots);
    this.consumers.push(joined);
    await joined.inbox.confirmed;
    return joined;
  }

  private async leave(leaver: Consumer | undefined): Promise<void> {
    if (leaver === undefined) return;
    this.consumers.splice(this.consumers.indexOf(leaver), 1);
    for (const revision of leaver.held.keys()) this.giveBack(revision);
    await leaver.inbox.subscription.unsubscribe();
  }

  private async answer(by: Consumer | undefined, action: Action, picks: number[]): Promise<void> {
    const held = [...(by?.held.values() ?? [])];
    const picked = [...new Set(picks)].flatMap((index) => held[index] ?? []);
    if (by === undefined || picked.length === 0) return;
    for (const { event: one } of picked) {
      const revision = Number(one?.revision);
      by.held.delete(revision);
      const exhausted = action === 'retry' && (this.owed.get(revision) ?? 0) >= MAX_RETRIES;
      if (action === 'retry' && !exhausted) this.giveBack(revision);
      else this.owed.delete(revision);
      if (action === 'park' || exhausted) this.parked += 1;
    }
    if (action === 'ack') await by.inbox.ack(...picked);
    else await by.inbox.nack(action, ...picked);
  }

  private giveBack(revision: number): void {
    this.owed.set(revision, (this.owed.get(revision) ?? 0) + 1);
  }

  /** What came after the oldest unconfirmed event is owed again; what is parked stays parked. */
  private async restart(): Promise<void> {
    const first = Math.min(...this.owed.keys(), this.appended);
    this.consumers = [];
    this.owed = new Map();
    for (let n = first; n < this.appended; n += 1) this.owed.set(n, 0);
    this.world = await this.world.restart();
  }

  /** Waits until the node and its consumers have heard of each other. */
  private async settle(): Promise<void> {
    const slots = this.consumers.reduce((sum, each) => sum + each.slots, 0);
    const outstanding = Math.min(slots, this.owed.size);
    const { client } = this.world;
    const held = () => this.consumers.reduce((sum, each) => sum + each.held.size, 0);
    await eventually(
      () => client.getPersistentSubscriptionToStreamInfo(this.stream, 'g'),
      ({ stats, connections }) =>
        this.broken.length > 0 ||
        (stats.outstandingMessagesCount === outstanding &&
          connections.length === this.consumers.length &&
          stats.parkedMessageCount === BigInt(this.parked) &&
          held() === outstanding),
    );
    assert.deepEqual(this.broken, []);
  }
}

async function memoryWorld(t: ExecutionContext): Promise<World> {
  const node = await startEventStoreNode({ port: 0 });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  const world: World = {
    client,
    restart: async () => {
      await client.restartPersistentSubscriptionSubsystem();
      return world;
    },
  };
  return world;
}

async function folderWorld(t: ExecutionContext, dataDir: string): Promise<World> {
  const node = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => node.stop());
  const client = clientOf(t, node);
  const restart = async (): Promise<World> => {
    await client.dispose();
    await node.stop();
    return folderWorld(t, dataDir);
  };
  return { client, restart };
}

for (const storage of PLACES) {
  test.serial(`${storage}: random histories of a group end as the model says`, async (t) => {
    t.timeout(300_000);
    const folder = await temporaryFolder(t);
    let world = storage === 'memory' ? await memoryWorld(t) : await folderWorld(t, folder);
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 5, maxLength: 40 }),
      async (commands) => {
        const history = new History(world);
        await createGroup(world.client, history.stream, {
          maxRetryCount: MAX_RETRIES,
          checkPointUpperBound: 4,
        });
        for (const one of commands) {
          await history.run(one);
          world = history.world;
        }
        await history.finish();
      },
    );
    // A failure says its seed and the shortest history that shows it.
    const numRuns = storage === 'memory' ? 20 : 8;
    await t.notThrowsAsync(fc.assert(property, { numRuns, includeErrorInReport: true }));
  });
}

test.serial('with one consumer and no retries, events come in order', async (t) => {
  const world = await memoryWorld(t);
  // So small that the group falls behind and catches up all the time.
  const tight = { liveBufferSize: 2, readBatchSize: 2, historyBufferSize: 5 };
  const step = fc.record({ append: fc.nat(6), acks: fc.array(fc.nat(3), { maxLength: 4 }) });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
    const stream = randomUUID();
    await createGroup(world.client, stream, tight);
    const held: Delivered[] = [];
    const inbox = await join(world.client, stream, {
      bufferSize: 4,
      onEvent: (one) => held.push(one),
    });
    let appended = 0;
    for (const { append, acks } of steps) {
      if (append > 0) await world.client.appendToStream(stream, events(append, appended));
      appended += append;
      const acked = acks.flatMap((index) => held.splice(index, 1));
      await inbox.ack(...acked);
    }
    while (inbox.lines.length < appended) {
      await inbox.until(() => held.length > 0);
      await inbox.ack(...held.splice(0));
    }
    assert.deepEqual(inbox.lines, appended === 0 ? [] : lines(stream, 0, appended - 1));
    await inbox.subscription.unsubscribe();
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 40, includeErrorInReport: true }));
});
