import { EventStoreDBClient } from '@eventstore/db-client';
import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials } from '@grpc/grpc-js';
import test from 'ava';
import { channelTo } from '../../support/event-store-channel.js';
import { onOwnNode, withOption } from '../../support/event-store-server.js';
import { event, revisions, running } from './support.js';

onOwnNode('gossip names one living leader, under the address the caller used', async (t) => {
  const { node } = await running(t);
  const gossip = new GossipClient(`localhost:${node.port}`, credentials.createInsecure());
  t.teardown(() => gossip.close());
  const ask = (): Promise<ClusterInfo> =>
    new Promise((resolve, reject) => {
      gossip.read(new shared.Empty(), (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const [first, second] = [await ask(), await ask()];
  t.is(first.getMembersList().length, 1);
  const member = first.getMembersList()[0];
  t.is(member?.getState(), 8);
  t.true(member?.getIsAlive());
  t.is(member?.getHttpEndPoint()?.getAddress(), 'localhost');
  t.is(member?.getHttpEndPoint()?.getPort(), node.port);
  const id = member?.getInstanceId()?.getString();
  t.is(second.getMembersList()[0]?.getInstanceId()?.getString(), id);
});

test.serial(
  'connection strings with several hosts, and with discovery, find the node',
  async (t) => {
    const { node, own } = await running(t);
    const { connectionString } = node;
    const { address, port } = channelTo(connectionString);
    const discovering = connectionString.replace(/^esdb:/, 'esdb+discover:');
    const targets = [
      connectionString.replace(address, `${address},localhost:${port}`),
      withOption(discovering, 'nodePreference', 'leader'),
    ];
    for (const [index, target] of targets.entries()) {
      const client = EventStoreDBClient.connectionString(target);
      await client.appendToStream(own(`s-${index}`), event(0));
      t.deepEqual(await revisions(client, own(`s-${index}`)), [0]);
      await client.dispose();
    }
  },
);

/** What the client looks for; what is not listed it does in older ways, or not at all. */
const servedMethods = {
  'event_store.client.streams.streams': ['append', 'batchappend', 'read', 'delete', 'tombstone'],
  'event_store.client.persistent_subscriptions.persistentsubscriptions': [
    ...['create', 'update', 'delete', 'read'],
    ...['getinfo', 'list', 'replayparked', 'restartsubsystem'],
  ],
};

test.serial('the methods that are there are listed', async (t) => {
  const { node } = await running(t);
  const { address, credentials: login } = channelTo(node.connectionString);
  const features = new ServerFeaturesClient(address, login);
  t.teardown(() => features.close());
  const answer = await new Promise<SupportedMethods>((resolve, reject) => {
    features.getSupportedMethods(new shared.Empty(), (error, methods) =>
      error ? reject(error) : resolve(methods),
    );
  });
  t.regex(answer.getEventStoreServerVersion(), /^\d+\.\d+\.\d+/);
  const listed = answer.getMethodsList().map((one) => {
    return `${one.getServiceName()}/${one.getMethodName()}`;
  });
  for (const [service, methods] of Object.entries(servedMethods)) {
    for (const method of methods) t.true(listed.includes(`${service}/${method}`), method);
  }
  t.is(answer.getMethodsList().length, new Set(listed).size);
  t.true(listed.every((name) => name === name.toLowerCase()));
});
