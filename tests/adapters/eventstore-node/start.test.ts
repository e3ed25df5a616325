import { mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'lmdb';
import {
  type EventStoreNodeOptions,
  EventStoreStartError,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { startNodeProcess } from './node-process.js';
import { clientOf, events, revisions, running, temporaryFolder } from './support.js';

/** Why a node does not start. */
async function startFailure(
  options: Partial<EventStoreNodeOptions>,
): Promise<EventStoreStartError> {
  try {
    const node = await startEventStoreNode({ port: 0, ...options });
    await node.stop();
  } catch (error) {
    if (error instanceof EventStoreStartError) return error;
    throw error;
  }
  throw new Error('the node started');
}

onOwnNode('a taken port is said to be taken', async (t) => {
  const { node } = await running(t);
  const error = await startFailure({ port: node.port });
  t.is(error.kind, 'address-in-use');
  t.regex(error.message, new RegExp(`^port ${node.port} .* is taken by another program$`));
});

onOwnNode('an address of another machine cannot be had', async (t) => {
  // From the range that is kept for documentation, so it is nobody's.
  const error = await startFailure({ host: '203.0.113.7' });
  t.is(error.kind, 'address-unavailable');
  t.regex(error.message, /^cannot listen on port 0 of 203\.0\.113\.7: /);
});

onOwnNode('options that make no sense are refused', async (t) => {
  for (const options of [{ port: -1 }, { port: 65_536 }, { port: 0.5 }]) {
    t.is((await startFailure(options)).kind, 'invalid-options');
  }
  for (const maxAppendSizeBytes of [0, -1, 0.5, 17 * 1024 * 1024]) {
    t.is((await startFailure({ maxAppendSizeBytes })).kind, 'invalid-options');
  }
});

onOwnNode('a folder in use is refused, by this process and by another', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startEventStoreNode({ port: 0, dataDir });
  t.is((await startFailure({ dataDir })).kind, 'folder-in-use');
  await first.stop();

  const other = await startNodeProcess(t, dataDir);
  const error = await startFailure({ dataDir });
  t.is(error.kind, 'folder-in-use');
  t.is(error.message, `the log in ${dataDir} is in use by another node`);
  await other.kill();
  // A killed node leaves nothing that would need to be cleaned up by hand.
  const again = await startEventStoreNode({ port: 0, dataDir });
  await again.stop();
  t.deepEqual((await readdir(dataDir)).sort(), ['data.mdb', 'lock.mdb']);
});

onOwnNode('of nodes that start together on one folder exactly one runs', async (t) => {
  const dataDir = await temporaryFolder(t);
  const attempts = await Promise.allSettled(
    Array.from({ length: 4 }, () => startEventStoreNode({ port: 0, dataDir })),
  );
  const started = attempts.filter((one) => one.status === 'fulfilled');
  t.is(started.length, 1);
  for (const one of started) await one.value.stop();
  for (const one of attempts) {
    if (one.status === 'rejected') t.like(one.reason, { kind: 'folder-in-use' });
  }
});

onOwnNode('a folder may lie deep, and have a name like a file', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'd'.repeat(120), 'log.d');
  const { node, client } = await running(t, { dataDir });
  await client.appendToStream('s', events(1));
  t.is((await startFailure({ dataDir })).kind, 'folder-in-use');
  await node.stop();
});

onOwnNode('a path that is no folder cannot be used', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'file');
  await writeFile(dataDir, 'not a folder');
  t.is((await startFailure({ dataDir })).kind, 'folder-unusable');
});

onOwnNode('a file that is no log is damaged', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'log');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'data.mdb'), 'not a log '.repeat(5000));
  const error = await startFailure({ dataDir });
  t.is(error.kind, 'folder-damaged');
  t.regex(error.message, /^the log .*data\.mdb is damaged: it does not begin like a log; /);
});

onOwnNode('a log that was cut short is damaged, however much is missing', async (t) => {
  const whole = await temporaryFolder(t);
  const { node, client } = await running(t, { dataDir: whole });
  for (let n = 0; n < 20; n += 1) await client.appendToStream(`s-${n}`, events(100));
  await client.dispose();
  await node.stop();
  const file = join(whole, 'data.mdb');
  const { size } = await stat(file);
  for (const part of [0.75, 0.5, 0.1]) {
    await truncate(file, Math.floor(size * part));
    const error = await startFailure({ dataDir: whole });
    t.is(error.kind, 'folder-damaged');
    t.false(error.message.includes('\n'));
  }
});

onOwnNode('a node that did not start leaves the folder to others', async (t) => {
  const dataDir = await temporaryFolder(t);
  const { node } = await running(t);
  t.is((await startFailure({ dataDir, port: node.port })).kind, 'address-in-use');
  const second = await startEventStoreNode({ port: 0, dataDir });
  t.teardown(() => second.stop());
  const client = clientOf(t, second);
  await client.appendToStream('s', events(2));
  t.deepEqual(await revisions(client, 's'), [0, 1]);
});

onOwnNode('the connection string leads to the node, and the port closes with it', async (t) => {
  const { node } = await running(t);
  t.is(node.connectionString, `esdb://127.0.0.1:${node.port}?tls=false`);
  await node.stop();
  await node.stop();
  const next = await startEventStoreNode({ port: node.port });
  t.is(next.port, node.port);
  await next.stop();
});

onOwnNode('a client goes on by itself when its node comes back', async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startEventStoreNode({ port: 0, dataDir });
  const client = clientOf(t, first);
  await client.appendToStream('s', events(1));
  await first.stop();
  const second = await startEventStoreNode({ port: first.port, dataDir });
  t.teardown(() => second.stop());
  // The first call after the loss may fail; it is what makes the client connect anew.
  const repeated = events(1, 1);
  await client.appendToStream('s', repeated).catch(() => client.appendToStream('s', repeated));
  t.deepEqual(await revisions(client, 's'), [0, 1]);
});

onOwnNode('a log of another format is refused, not rewritten', async (t) => {
  const dataDir = await temporaryFolder(t);
  const database = open<Buffer, Buffer>({
    path: dataDir,
    keyEncoding: 'binary',
    encoding: 'binary',
  });
  const meta = database.openDB<Buffer, Buffer>('meta', {
    keyEncoding: 'binary',
    encoding: 'binary',
  });
  await meta.put(Buffer.from('format'), Buffer.from('99'));
  await database.close();
  const error = await startFailure({ dataDir });
  t.is(error.kind, 'folder-unusable');
  t.regex(error.message, /the log has format 99, this node reads 2$/);
});
