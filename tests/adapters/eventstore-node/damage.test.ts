/**
 * Files that were spoilt: each is found out when a node starts, or by verifying, with words that
 * say what to do. A damage that nobody tells of, or that ends the process, is what must not be.
 */
import { copyFile, open as openFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { open } from 'lmdb';
import { EventStoreStartError } from '../../../adapters/embedded/eventstore/index.js';
import { openFolder } from '../../../adapters/embedded/eventstore/storage/folder.js';
import { META_BYTES } from '../../../adapters/embedded/eventstore/storage/pages/layout.js';
import { DATA_FILE } from '../../../adapters/embedded/eventstore/storage/tables.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { copyOf, madeLog, problemOf, verified } from './log-files.js';
import { temporaryFolder } from './support.js';

const PAGE_BYTES = 4096;

/** Why a node would not start on a folder; nothing if it would. */
async function startFailure(folder: string): Promise<EventStoreStartError | undefined> {
  try {
    const storage = await openFolder(folder);
    await storage.close();
    return undefined;
  } catch (error) {
    if (error instanceof EventStoreStartError) return error;
    throw error;
  }
}

async function digestOf(folder: string): Promise<string> {
  const result = await verified(folder);
  return result.kind === 'sound' ? result.summary.digest : result.kind;
}

async function flip(folder: string, offset: number, mask: number): Promise<void> {
  const file = await openFile(join(folder, DATA_FILE), 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ mask;
  await file.write(byte, 0, 1, offset);
  await file.close();
}

/** Spoils a text wherever it is in the file: pages that are free may still hold old copies. */
async function flipIn(folder: string, text: string): Promise<void> {
  const bytes = await readFile(join(folder, DATA_FILE));
  let at = bytes.indexOf(text);
  if (at < 0) throw new Error(`the file does not hold ${text}`);
  for (; at >= 0; at = bytes.indexOf(text, at + 1)) await flip(folder, at, 1);
}

/** A start that is refused because of damage, in one line that says what to do. */
async function isRefused(t: ExecutionContext, folder: string, why: RegExp): Promise<void> {
  const error = await startFailure(folder);
  t.is(error?.kind, 'folder-damaged');
  t.regex(error?.message ?? '', why);
  t.regex(error?.message ?? '', /; move it away and restore a backup$/);
  t.not(await problemOf(folder), undefined);
}

onOwnNode('an empty file is damaged, not a new log', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, DATA_FILE), '');
  await isRefused(t, folder, /it is empty/);
});

onOwnNode('a file that was cut short is damaged, wherever it was cut', async (t) => {
  const whole = await madeLog(t);
  const { size } = await stat(join(whole, DATA_FILE));
  const ends = [100, PAGE_BYTES, PAGE_BYTES + 100, 2 * PAGE_BYTES, Math.floor(size / 2)];
  for (const end of ends) {
    const folder = await copyOf(t, whole);
    await truncate(join(folder, DATA_FILE), end);
    await isRefused(t, folder, /damaged: it/);
  }
});

onOwnNode('a file of something else is damaged', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, DATA_FILE), 'not a log '.repeat(5000));
  await isRefused(t, folder, /it does not begin like a log/);
});

onOwnNode('a database of another program is left alone', async (t) => {
  const folder = await temporaryFolder(t);
  const root = open({ path: folder, noSubdir: false, overlappingSync: false });
  const theirs = root.openDB({ name: 'their-things' });
  await theirs.put('a', 1);
  await root.close();
  const before = await readFile(join(folder, DATA_FILE));
  await isRefused(t, folder, /its table their-things belongs to another program/);
  t.deepEqual(await readFile(join(folder, DATA_FILE)), before);
});

onOwnNode('a flipped byte in the last event is found out at the start', async (t) => {
  const folder = await madeLog(t);
  await flipIn(folder, '"n":1}');
  await isRefused(t, folder, /the record at position \d+ is damaged/);
});

onOwnNode('a flipped byte in an old event is found out by verifying', async (t) => {
  const folder = await madeLog(t);
  await flipIn(folder, `"text":"${'x'.repeat(10)}`);
  t.is(await startFailure(folder), undefined);
  t.regex((await problemOf(folder)) ?? '', /^the record at position \d+ is damaged$/);
});

onOwnNode('flipped bytes in the first two pages never go unnoticed', async (t) => {
  const whole = await madeLog(t, 30);
  const digest = await digestOf(whole);
  const folder = await copyOf(t, whole);
  let refused = 0;
  for (const page of [0, 1]) {
    for (let at = 0; at < META_BYTES; at += 1) {
      await copyFile(join(whole, DATA_FILE), join(folder, DATA_FILE));
      await flip(folder, page * PAGE_BYTES + at, at % 2 === page ? 0x01 : 0x80);
      const failure = await startFailure(folder);
      if (failure !== undefined) refused += 1;
      // What starts nonetheless was a byte without a meaning, or verifying finds it.
      else if ((await problemOf(folder)) === undefined) t.is(await digestOf(folder), digest);
    }
  }
  // Of the older of the two pages most bytes have no meaning; which it is differs by the log.
  t.true(refused > META_BYTES / 4, `${refused} starts were refused`);
});

onOwnNode('flipped bytes anywhere never go unnoticed', async (t) => {
  const whole = await madeLog(t);
  const digest = await digestOf(whole);
  const { size } = await stat(join(whole, DATA_FILE));
  const folder = await copyOf(t, whole);
  let found = 0;
  const property = fc.asyncProperty(
    fc.integer({ min: 2 * PAGE_BYTES, max: size - 1 }),
    fc.constantFrom(0x01, 0x02, 0x10, 0x80),
    async (offset, mask) => {
      await copyFile(join(whole, DATA_FILE), join(folder, DATA_FILE));
      await flip(folder, offset, mask);
      // Free pages and free space in pages may hold anything.
      const seen = await digestOf(folder);
      if (seen === 'damaged') found += 1;
      return seen === 'damaged' || seen === digest;
    },
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: 150 }));
  t.true(found > 0);
});
