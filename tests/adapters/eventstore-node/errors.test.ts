/**
 * Every type of error that the client knows: each is provoked through the client itself, or it is
 * said why a node like this cannot be brought to it.
 */
import {
  ErrorType,
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { ALICE, secureNode } from './secure.js';
import { event, events, failure, revisions, running, Transcript } from './support.js';

type Failure = Readonly<Record<string, unknown>>;

interface Case {
  readonly type: ErrorType;
  readonly when: string;
  /** Resolves with the properties of the error. */
  readonly provoke: (t: ExecutionContext) => Promise<Failure>;
  /** What the error tells besides its type. */
  readonly tells?: Failure;
}

const SETTINGS = persistentSubscriptionToStreamSettingsFromDefaults({});

const CASES: readonly Case[] = [
  {
    type: ErrorType.DEADLINE_EXCEEDED,
    when: 'an append comes after its deadline',
    provoke: async (t) => {
      const { client } = await running(t, {});
      return failure(client.appendToStream('s', event(0), { deadline: 0 }));
    },
  },
  {
    type: ErrorType.UNAVAILABLE,
    when: 'the node stops under a subscriber',
    provoke: async (t) => {
      const { node, client } = await running(t, {});
      const subscription = client.subscribeToStream('s');
      await new Transcript(subscription).untilLine('caught up');
      const said = failure(nextError(subscription));
      await node.stop();
      return said;
    },
  },
  {
    type: ErrorType.CANCELLED,
    when: 'the node stops and its caller does not read what is left',
    provoke: async (t) => {
      let looks = 0;
      const clock = (): number => {
        looks += 1;
        return Date.now();
      };
      const { node, client } = await running(t, { clock });
      const text = 'x'.repeat(100_000);
      for (let n = 0; n < 100; n += 1) {
        await client.appendToStream('s', jsonEvent({ type: 'large', data: { text } }));
      }
      const reading = client.readStream('s');
      const said = failure(nextError(reading));
      // The node looks at the clock for each event it sends.
      await untilStill(() => looks);
      await node.stop();
      return said;
    },
  },
  {
    type: ErrorType.UNKNOWN,
    when: 'an event has an id that is none',
    provoke: async (t) => {
      const { client } = await running(t, {});
      return failure(client.appendToStream('s', { ...event(0), id: 'no uuid' }));
    },
  },
  {
    type: ErrorType.NOT_LEADER,
    when: 'a call requires the leader and the node is none',
    provoke: async (t) => {
      const { client } = await running(t, { leader: { host: '192.0.2.1', port: 2113 } });
      return failure(client.appendToStream('s', event(0), { requiresLeader: true }));
    },
    tells: { leader: { address: '192.0.2.1', port: 2113 } },
  },
  {
    type: ErrorType.STREAM_NOT_FOUND,
    when: 'a stream is read that nobody wrote',
    provoke: async (t) => failure(revisions((await running(t, {})).client, 'stréam')),
    tells: { streamName: 'stréam' },
  },
  {
    type: ErrorType.ACCESS_DENIED,
    when: 'a user reads what is for administrators',
    provoke: async (t) => failure(revisions((await secureNode(t)).clientFor(ALICE), '$s')),
  },
  {
    type: ErrorType.INVALID_ARGUMENT,
    when: 'a read begins before the first event; the client says so by itself',
    provoke: async (t) => {
      const { client } = await running(t, {});
      return failure(revisions(client, 's', { fromRevision: -1n }));
    },
  },
  {
    type: ErrorType.STREAM_DELETED,
    when: 'a stream is read that has ended for ever',
    provoke: async (t) => {
      const { client } = await running(t, {});
      await client.tombstoneStream('s');
      return failure(revisions(client, 's'));
    },
    tells: { streamName: 's' },
  },
  {
    type: ErrorType.WRONG_EXPECTED_VERSION,
    when: 'an append expects another revision',
    provoke: async (t) => {
      const { client } = await running(t, {});
      await client.appendToStream('s', events(2));
      return failure(client.appendToStream('s', event(0), { expectedRevision: 7n }));
    },
    tells: { streamName: 's', expectedVersion: 7n, actualVersion: 1n },
  },
  {
    type: ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
    when: 'an append is larger than the node takes',
    provoke: async (t) => {
      const { client } = await running(t, { maxAppendSizeBytes: 10 });
      return failure(client.appendToStream('s', event(0)));
    },
    tells: { maxAppendSize: 10 },
  },
  {
    type: ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
    when: 'an event that is appended by itself has no type',
    provoke: async (t) => {
      const { client } = await running(t, {});
      // With credentials of its own an append does not share a call, and its errors are statuses.
      return failure(client.appendToStream('s', event(0, ''), { credentials: ALICE }));
    },
    tells: { requiredMetadataProperties: ['type'] },
  },
  {
    type: ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS,
    when: 'a group is created again',
    provoke: async (t) => {
      const client = await withGroup(t);
      return failure(client.createPersistentSubscriptionToStream('s', 'g', SETTINGS));
    },
    tells: { streamName: 's', groupName: 'g' },
  },
  {
    type: ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST,
    when: 'a group is deleted that nobody created',
    provoke: async (t) => {
      const { client } = await running(t, {});
      return failure(client.deletePersistentSubscriptionToStream('s', 'gruppé'));
    },
    tells: { streamName: 's' },
  },
  {
    type: ErrorType.PERSISTENT_SUBSCRIPTION_FAILED,
    when: 'a group is to read more at once than it may hold',
    provoke: async (t) => {
      const { client } = await running(t, {});
      const settings = { ...SETTINGS, readBatchSize: SETTINGS.historyBufferSize };
      return failure(client.createPersistentSubscriptionToStream('s', 'g', settings));
    },
    tells: { streamName: 's', groupName: 'g' },
  },
  {
    type: ErrorType.PERSISTENT_SUBSCRIPTION_DROPPED,
    when: 'a group is deleted under its consumer',
    provoke: async (t) => {
      const client = await withGroup(t);
      const consumer = await consumerOf(client);
      const said = failure(nextError(consumer));
      await client.deletePersistentSubscriptionToStream('s', 'g');
      return said;
    },
    tells: { streamName: 's', groupName: 'g' },
  },
  {
    type: ErrorType.MAXIMUM_SUBSCRIBERS_REACHED,
    when: 'a group has as many consumers as it may have',
    provoke: async (t) => {
      const client = await withGroup(t, { ...SETTINGS, maxSubscriberCount: 1 });
      await consumerOf(client);
      return failure(nextError(client.subscribeToPersistentSubscriptionToStream('s', 'g')));
    },
    tells: { streamName: 's', groupName: 'g' },
  },
];

/** Types that no call of this client can bring a node like this to. */
const UNREACHABLE: ReadonlyMap<ErrorType, string> = new Map([
  [ErrorType.TIMEOUT, 'a cluster waited for its own parts in vain; this node has none to wait for'],
  [ErrorType.NO_STREAM, 'no release that speaks gRPC sends it'],
  [ErrorType.NOT_FOUND, 'said of projections, which this node does not run'],
  [ErrorType.INVALID_TRANSACTION, 'transactions were part of the TCP protocol'],
  [ErrorType.SCAVENGE_NOT_FOUND, 'the client has no call that speaks of scavenges'],
  [ErrorType.USER_NOT_FOUND, 'the client has no call that manages users'],
  [ErrorType.USER_CONFLICT, 'the client has no call that manages users'],
  [ErrorType.UNSUPPORTED, 'the client says so of servers that lack a method which this node has'],
]);

for (const { type, when, provoke, tells } of CASES) {
  test.serial(`${type}: ${when}`, async (t) => {
    t.like(await provoke(t), { type, ...tells });
  });
}

test('every type of error is provoked or explained, and none is both', (t) => {
  const provoked = CASES.map(({ type }) => type);
  t.deepEqual([...provoked, ...UNREACHABLE.keys()].sort(), Object.values(ErrorType).sort());
  for (const [type, reason] of UNREACHABLE) t.true(reason.length > 0, type);
});

/** A client of a node that has a group `g` on the stream `s`. */
async function withGroup(t: ExecutionContext, settings = SETTINGS): Promise<EventStoreDBClient> {
  const { client } = await running(t, {});
  await client.createPersistentSubscriptionToStream('s', 'g', settings);
  return client;
}

/** A consumer of the group, once it is one. */
async function consumerOf(client: EventStoreDBClient): Promise<Stream> {
  const consumer = client.subscribeToPersistentSubscriptionToStream('s', 'g');
  await new Promise<void>((resolve, reject) => {
    consumer.once('confirmation', () => resolve());
    consumer.once('error', reject);
  });
  return consumer;
}

interface Stream {
  once(event: 'error', listener: (error: Error) => void): unknown;
}

/** Rejects with the first error of a stream. */
function nextError(stream: Stream): Promise<never> {
  return new Promise((_resolve, reject) => {
    stream.once('error', reject);
  });
}

/** Turns of the event loop in which nothing moved: both sides and all bytes are in this process. */
const STILL_TURNS = 2000;

async function untilStill(count: () => number): Promise<void> {
  let last = count();
  for (let turns = 0; turns < STILL_TURNS; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (count() === last) continue;
    last = count();
    turns = 0;
  }
}
