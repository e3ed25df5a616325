/** What the tests of a log's files share: logs to look at, and ways to look at them. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { open } from 'lmdb';
import {
  startEventStoreNode,
  type VerifyResult,
  verifyLog,
  type WorkOptions,
} from '../../../adapters/embedded/eventstore/index.js';
import {
  BYTES,
  DATA_FILE,
  openTables,
  TABLES_MAX,
  type Tables,
} from '../../../adapters/embedded/eventstore/storage/tables.js';
import { clientOf, event, events, temporaryFolder } from './support.js';

/** Nobody watches, and nobody breaks it off. */
export const undisturbed: WorkOptions = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

export async function verified(folder: string): Promise<VerifyResult> {
  return verifyLog(folder, undisturbed);
}

/** What is wrong with a log, in words; nothing if it is sound. */
export async function problemOf(folder: string): Promise<string | undefined> {
  const result = await verified(folder);
  if (result.kind === 'damaged') return result.problem;
  return result.kind === 'sound' ? undefined : 'there is no log';
}

/** A log that has something of everything: long values, deletions, tombstones, metadata. */
export async function madeLog(t: ExecutionContext, count = 300): Promise<string> {
  const dataDir = await temporaryFolder(t);
  const node = await startEventStoreNode({ port: 0, dataDir });
  const client = clientOf(t, node);
  await client.appendToStream('long', [{ ...event(0), data: { n: 0, text: 'x'.repeat(20_000) } }]);
  for (let stream = 0; stream < 10; stream += 1) {
    await client.appendToStream(`s-${stream}`, events(count / 10));
  }
  await client.setStreamMetadata('s-1', { maxCount: 3 });
  await client.deleteStream('s-2');
  await client.tombstoneStream('s-3');
  await client.appendToStream('last', event(1));
  await client.dispose();
  await node.stop();
  return dataDir;
}

/** The same log in another folder, to be spoilt there. */
export async function copyOf(t: ExecutionContext, folder: string): Promise<string> {
  const copy = join(await temporaryFolder(t), 'log');
  await mkdir(copy);
  await copyFile(join(folder, DATA_FILE), join(copy, DATA_FILE));
  return copy;
}

/** Changes rows of a log behind its back. */
export async function tamper(folder: string, change: (tables: Tables) => void): Promise<void> {
  const root = open<Buffer, Buffer>({
    path: folder,
    ...BYTES,
    maxDbs: TABLES_MAX,
    noSubdir: false,
    overlappingSync: false,
  });
  const tables = openTables(root);
  root.transactionSync(() => change(tables));
  await root.close();
}
