/** Category streams over the life of a log: switched on late, stopped, killed, scavenged. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { untilLinked } from './category-links.js';
import { startNodeProcess } from './node-process.js';
import { clientOf, event, events, patient, running, temporaryFolder } from './support.js';

const KILLS = process.env.LONG === '1' ? 40 : 3;
const WRITERS = 8;

onOwnNode('a log that exists is linked when category streams are switched on', async (t) => {
  const dataDir = await temporaryFolder(t);
  const plain = await startEventStoreNode({ port: 0, dataDir });
  const writer = EventStoreDBClient.connectionString(patient(plain.connectionString));
  for (let n = 0; n < 12; n += 1) await writer.appendToStream(`kind${n % 3}-1`, events(150));
  await writer.dispose();
  await plain.stop();

  const { client } = await running(t, { dataDir, categoryStreams: true });
  const { categorised, linked } = await untilLinked(client, 'kind');
  t.is(categorised.length, 1_800);
  t.deepEqual(linked, categorised);
});

onOwnNode('what comes while they are switched off is linked when they are on again', async (t) => {
  const dataDir = await temporaryFolder(t);
  for (const [round, categoryStreams] of [true, false, true, true].entries()) {
    const node = await startEventStoreNode({ port: 0, dataDir, categoryStreams });
    const client = EventStoreDBClient.connectionString(patient(node.connectionString));
    await client.appendToStream(`kind-${round}`, events(20));
    await client.appendToStream(`kind-0`, event(round));
    if (categoryStreams) {
      const { categorised, linked } = await untilLinked(client, 'kind');
      t.is(categorised.length, (round + 1) * 21);
      t.deepEqual(linked, categorised);
    }
    await client.dispose();
    await node.stop();
  }
});

onOwnNode('a long stretch without a category is not looked at again and again', async (t) => {
  const dataDir = await temporaryFolder(t);
  const { client } = await running(t, { dataDir, categoryStreams: true });
  await client.appendToStream('kind-1', event(0));
  for (let n = 0; n < 12; n += 1) await client.appendToStream('uncategorised', events(1_000));
  const checkpoints = client.subscribeToStream('$projections-$by_category-checkpoint');
  let linked = 0;
  // Its first checkpoint says that nothing was linked yet.
  for await (const { event: checkpoint } of checkpoints) {
    linked = Number(Object(checkpoint?.metadata).$c);
    if (linked > 0) break;
  }
  t.true(linked >= 10_000);
});

/** Appends from many writers at once until the node is gone. */
async function appendUntilKilled(client: EventStoreDBClient, kill: () => void): Promise<void> {
  let appended = 0;
  const writer = async (number: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      try {
        await client.appendToStream(`kind${(number + n) % 5}-${number}`, events(1 + (n % 3)));
      } catch {
        // The kill ends every writer.
        return;
      }
      appended += 1;
      if (appended === 150) kill();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
}

onOwnNode(`no link is lost or doubled by being killed, ${KILLS} times over`, async (t) => {
  t.timeout(KILLS * 30_000);
  const dataDir = await temporaryFolder(t);
  let before = 0;
  for (let round = 0; round <= KILLS; round += 1) {
    const node = await startNodeProcess(t, dataDir, { categoryStreams: true });
    const client = EventStoreDBClient.connectionString(patient(node.connectionString));
    const { categorised, linked } = await untilLinked(client, 'kind');
    t.deepEqual(linked, categorised, `round ${round}`);
    t.true(round === 0 || categorised.length > before);
    before = categorised.length;
    if (round < KILLS) await appendUntilKilled(client, () => void node.kill());
    await client.dispose();
    await node.kill();
  }
});

onOwnNode('a node with category streams stops while it links', async (t) => {
  const dataDir = await temporaryFolder(t);
  const plain = await startEventStoreNode({ port: 0, dataDir });
  const writer = EventStoreDBClient.connectionString(patient(plain.connectionString));
  for (let n = 0; n < 10; n += 1) await writer.appendToStream(`kind${n}-1`, events(1_000));
  await writer.dispose();
  await plain.stop();
  for (let round = 0; round < 3; round += 1) {
    const node = await startEventStoreNode({ port: 0, dataDir, categoryStreams: true });
    await node.stop();
  }
  const node = await startEventStoreNode({ port: 0, dataDir, categoryStreams: true });
  t.teardown(() => node.stop());
  const { categorised, linked } = await untilLinked(clientOf(t, node), 'kind');
  t.deepEqual(linked, categorised);
});
