import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import {
  type BackupResult,
  backUpLog,
  type RestoreResult,
  restoreLog,
  startEventStoreNode,
  verifyBackup,
} from '../../../adapters/embedded/eventstore/index.js';
import { DATA_FILE } from '../../../adapters/embedded/eventstore/storage/tables.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { madeLog, problemOf, undisturbed, verified } from './log-files.js';
import { startNodeProcess } from './node-process.js';
import { scavenge } from './scavenging.js';
import { clientOf, event, events, revisions, running, temporaryFolder } from './support.js';

const now = new Date('2026-11-22T10:15:00.000Z');

async function backedUp(folder: string, to: string): Promise<BackupResult> {
  return backUpLog({ folder, to, now }, undisturbed);
}

async function restored(from: string, folder: string): Promise<RestoreResult> {
  return restoreLog({ from, folder }, undisturbed);
}

/** A file that is not there yet. */
async function newFile(t: ExecutionContext): Promise<string> {
  return join(await temporaryFolder(t), 'backup.mdb');
}

async function idsOf(client: EventStoreDBClient): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event: one } of client.readAll()) if (one !== undefined) ids.push(one.id);
  return ids;
}

onOwnNode('a backup and its restoration are the log, event for event', async (t) => {
  const folder = await madeLog(t);
  const file = await newFile(t);
  const backup = await backedUp(folder, file);
  if (backup.kind !== 'done') return t.fail(backup.kind);
  t.is(backup.bytes, (await stat(file)).size);
  t.deepEqual(await verified(folder), { kind: 'sound', summary: backup.summary });
  t.deepEqual(await verifyBackup(file, undisturbed), { kind: 'sound', summary: backup.summary });
  const again = join(await temporaryFolder(t), 'deep', 'log');
  t.deepEqual(await restored(file, again), { kind: 'done', summary: backup.summary });
  t.deepEqual(await readdir(again), [DATA_FILE]);
  const first = await running(t, { dataDir: folder });
  const second = await running(t, { dataDir: again });
  t.deepEqual(await idsOf(second.client), await idsOf(first.client));
  await second.client.appendToStream('s-2', event(1));
  t.deepEqual(await revisions(second.client, 's-2'), [30]);
});

onOwnNode('a backup is of one moment, whatever the node writes meanwhile', async (t) => {
  const folder = await temporaryFolder(t);
  const node = await startNodeProcess(t, folder);
  const client = clientOf(t, node);
  for (let n = 0; n < 10; n += 1) await client.appendToStream('before', events(500));
  const acknowledged = await idsOf(client);
  let isOver = false;
  const writing = (async () => {
    while (!isOver) await client.appendToStream('meanwhile', events(20));
  })();
  const file = await newFile(t);
  t.is((await backedUp(folder, file)).kind, 'done');
  isOver = true;
  await writing;
  const all = await idsOf(client);
  t.is(await problemOf(folder), undefined);
  const again = await temporaryFolder(t);
  t.is((await restored(file, again)).kind, 'done');
  const copy = await running(t, { dataDir: again });
  const copied = await idsOf(copy.client);
  t.true(copied.length >= acknowledged.length);
  t.deepEqual(copied, all.slice(0, copied.length));
});

onOwnNode('what a scavenge has freed is gone from a backup, and so from its file', async (t) => {
  const dataDir = await temporaryFolder(t);
  const { node, client } = await running(t, { dataDir });
  for (let n = 0; n < 20; n += 1) await client.appendToStream('s', events(500));
  await client.setStreamMetadata('s', { maxCount: 10 });
  await client.appendToStream('last', event(0));
  const { size } = await stat(join(dataDir, DATA_FILE));
  await scavenge(node);
  await client.dispose();
  await node.stop();
  t.true((await stat(join(dataDir, DATA_FILE))).size >= size);
  const backup = await backedUp(dataDir, await newFile(t));
  if (backup.kind !== 'done') return t.fail(backup.kind);
  t.is(backup.summary.events, 1 + 10 + 1 + 1);
  t.true(backup.bytes < size / 10, `${backup.bytes} of ${size} bytes`);
});

onOwnNode('a backup never takes the place of another file', async (t) => {
  const folder = await madeLog(t);
  const file = await newFile(t);
  await writeFile(file, 'the last good one');
  t.deepEqual(await backedUp(folder, file), { kind: 'exists', path: file });
  t.is(await readFile(file, 'utf8'), 'the last good one');
  t.deepEqual(await readdir(join(file, '..')), ['backup.mdb']);
});

onOwnNode('in a folder backups are named by their time', async (t) => {
  const folder = await madeLog(t);
  const to = await temporaryFolder(t);
  t.like(await backedUp(folder, to), {
    kind: 'done',
    path: join(to, 'eventstore-20261122T101500Z.mdb'),
  });
  t.is((await backedUp(folder, to)).kind, 'exists');
});

onOwnNode('what a killed backup left behind is cleared away by the next one', async (t) => {
  const folder = await madeLog(t);
  const file = await newFile(t);
  const remains = join(file, '..', '.backup.mdb.partial');
  await mkdir(remains);
  await writeFile(join(remains, DATA_FILE), 'half a log');
  t.is((await backedUp(folder, file)).kind, 'done');
  t.deepEqual(await readdir(join(file, '..')), ['backup.mdb']);
});

onOwnNode('a backup or a restoration that is broken off leaves nothing', async (t) => {
  const folder = await madeLog(t, 3000);
  const file = await newFile(t);
  t.is((await backedUp(folder, file)).kind, 'done');
  for (const stage of ['looking', 'copying', 'checking']) {
    const stopping = new AbortController();
    const onProgress = (progress: { readonly stage: string }): void => {
      if (progress.stage === stage) stopping.abort(new Error('enough'));
    };
    const options = { signal: stopping.signal, onProgress };
    const to = await newFile(t);
    const enough = { message: 'enough' };
    await t.throwsAsync(backUpLog({ folder, to, now }, options), enough, stage);
    t.deepEqual(await readdir(join(to, '..')), []);
    // A restoration copies at once: what it copies is looked at before anybody relies on it.
    if (stage === 'looking') continue;
    const target = await temporaryFolder(t);
    await t.throwsAsync(restoreLog({ from: file, folder: target }, options));
    t.deepEqual(await readdir(target), []);
  }
});

onOwnNode('without a sound log there is no backup', async (t) => {
  const file = await newFile(t);
  t.is((await backedUp(await temporaryFolder(t), file)).kind, 'absent');
  const folder = await madeLog(t);
  const data = join(folder, DATA_FILE);
  const bytes = await readFile(data);
  const at = bytes.lastIndexOf('xxxxxxxxxx');
  bytes[at] = 0;
  await writeFile(data, bytes);
  const spoilt = await backedUp(folder, file);
  t.like(spoilt, { kind: 'damaged' });
  await truncate(data, 5000);
  t.is((await backedUp(folder, file)).kind, 'damaged');
  t.deepEqual(await readdir(join(file, '..')), []);
});

onOwnNode('a restoration touches no log that is there, least of all one in use', async (t) => {
  const folder = await madeLog(t);
  const file = await newFile(t);
  t.is((await backedUp(folder, file)).kind, 'done');
  const before = await readFile(join(folder, DATA_FILE));
  t.deepEqual(await restored(file, folder), { kind: 'exists' });
  t.deepEqual(await readFile(join(folder, DATA_FILE)), before);
  const node = await startEventStoreNode({ port: 0, dataDir: folder });
  t.teardown(() => node.stop());
  t.deepEqual(await restored(file, folder), { kind: 'in-use' });
});

onOwnNode('a spoilt backup is not restored', async (t) => {
  const folder = await madeLog(t);
  const file = await newFile(t);
  t.is((await restored(file, await temporaryFolder(t))).kind, 'absent');
  t.is((await backedUp(folder, file)).kind, 'done');
  await truncate(file, (await stat(file)).size / 2);
  const target = await temporaryFolder(t);
  t.is((await restored(file, target)).kind, 'damaged');
  t.is((await verifyBackup(file, undisturbed)).kind, 'damaged');
  t.deepEqual(await readdir(target), []);
});
