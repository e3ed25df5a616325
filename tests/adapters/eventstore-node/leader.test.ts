import { EventStoreDBClient } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import {
  type EventStoreNode,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import { clientOf, event, failure, patient, revisions } from './support.js';

const HOST = '127.0.0.1';

/** A node that leads, and one that says so of it. Each has a log of its own. */
async function pair(t: ExecutionContext): Promise<{
  readonly leader: EventStoreNode;
  readonly follower: EventStoreNode;
}> {
  const leader = await startEventStoreNode({ port: 0 });
  t.teardown(() => leader.stop());
  const follower = await startEventStoreNode({
    port: 0,
    leader: { host: HOST, port: leader.port },
  });
  t.teardown(() => follower.stop());
  return { leader, follower };
}

/** A client that finds its node by asking this one who is in the cluster. */
function discovering(
  t: ExecutionContext,
  node: EventStoreNode,
  preference: 'leader' | 'follower',
): EventStoreDBClient {
  const url = `esdb+discover://${HOST}:${node.port}?tls=false&nodePreference=${preference}`;
  const client = EventStoreDBClient.connectionString(patient(url));
  t.teardown(() => client.dispose());
  return client;
}

const requiresLeader = true;

test.serial('whoever requires the leader is told where it is', async (t) => {
  const { leader, follower } = await pair(t);
  const refused = { type: 'not-leader', leader: { address: HOST, port: leader.port } };
  const attempts: readonly ((client: EventStoreDBClient) => Promise<unknown>)[] = [
    (client) => client.appendToStream('s', event(0), { requiresLeader }),
    (client) => revisions(client, 's', { requiresLeader }),
    (client) => client.deleteStream('s', { requiresLeader }),
    (client) => client.tombstoneStream('s', { requiresLeader }),
  ];
  for (const attempt of attempts) {
    // A client that is refused so moves to the leader, so each attempt has one of its own.
    t.like(await failure(attempt(clientOf(t, follower))), refused);
  }
});

test.serial('a client that was refused goes on with the leader', async (t) => {
  const { leader, follower } = await pair(t);
  const client = clientOf(t, follower);
  await failure(client.appendToStream('s', event(0), { requiresLeader }));
  await client.appendToStream('s', event(1), { requiresLeader });
  t.deepEqual(await revisions(clientOf(t, leader), 's'), [0]);
  t.is((await failure(revisions(clientOf(t, follower), 's'))).type, 'stream-not-found');
});

test.serial('whoever does not require the leader is served', async (t) => {
  const { follower } = await pair(t);
  const client = clientOf(t, follower);
  await client.appendToStream('s', event(0));
  t.deepEqual(await revisions(client, 's'), [0]);
});

test.serial('discovery leads to the node of the preferred kind', async (t) => {
  const { leader, follower } = await pair(t);
  await discovering(t, follower, 'leader').appendToStream('s', event(0));
  t.deepEqual(await revisions(clientOf(t, leader), 's'), [0]);
  await discovering(t, follower, 'follower').appendToStream('r', event(0));
  t.deepEqual(await revisions(clientOf(t, follower), 'r'), [0]);
});

test.serial('over HTTP it calls itself a follower and names the leader', async (t) => {
  const { leader, follower } = await pair(t);
  const base = `http://${HOST}:${follower.port}`;
  t.like(await (await fetch(`${base}/info`)).json(), { state: 'follower' });
  t.like(await (await fetch(`${base}/gossip`)).json(), {
    members: [
      { state: 'Follower', httpEndPointPort: follower.port },
      { state: 'Leader', httpEndPointIp: HOST, httpEndPointPort: leader.port },
    ],
  });
});

test.serial('a node alone is the leader that is required', async (t) => {
  const { leader } = await pair(t);
  const client = clientOf(t, leader);
  await client.appendToStream('s', event(0), { requiresLeader });
  t.deepEqual(await revisions(client, 's', { requiresLeader }), [0]);
});
