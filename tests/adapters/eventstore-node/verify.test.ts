import { randomUUID } from 'node:crypto';
import { verifyLog } from '../../../adapters/embedded/eventstore/index.js';
import {
  decodeRecord,
  decodeStreamEntry,
  encodeRecord,
  encodeStreamEntry,
} from '../../../adapters/embedded/eventstore/storage/record-codec.js';
import type { StreamEntry } from '../../../adapters/embedded/eventstore/storage/storage.js';
import {
  FORMAT_KEY,
  idKey,
  indexKey,
  nameKey,
  readU64,
  STREAM_COUNT_KEY,
  type Tables,
  u64,
} from '../../../adapters/embedded/eventstore/storage/tables.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { madeLog, problemOf, tamper, undisturbed, verified } from './log-files.js';
import { startNodeProcess } from './node-process.js';
import { scavenge } from './scavenging.js';
import { clientOf, event, events, temporaryFolder } from './support.js';

const NAME = 's-5';

function entryOf({ streams }: Tables, name = NAME): StreamEntry {
  const bytes = streams.get(nameKey(name));
  if (bytes === undefined) throw new Error(`there is no stream ${name}`);
  return decodeStreamEntry(bytes);
}

function positionAt(tables: Tables, revision: number): Buffer {
  const position = tables.index.get(indexKey(entryOf(tables).number, revision));
  if (position === undefined) throw new Error(`there is no event ${revision}`);
  return position;
}

function change(tables: Tables, entry: Partial<StreamEntry>): void {
  tables.streams.putSync(nameKey(NAME), encodeStreamEntry({ ...entryOf(tables), ...entry }));
}

/** Rewrites one record with its checksum, as no accident could. */
function rewrite(tables: Tables, position: Buffer, changes: object): void {
  const bytes = tables.records.get(position);
  if (bytes === undefined) throw new Error('there is no such record');
  const event = decodeRecord(readU64(position), bytes);
  tables.records.putSync(position, encodeRecord({ ...event, ...changes }));
}

/** What is done behind the log's back, and what verifying says of it. */
const damages: readonly (readonly [what: string, spoil: (tables: Tables) => void, said: RegExp])[] =
  [
    [
      'a byte of an event is flipped',
      (tables) => {
        const position = positionAt(tables, 4);
        const bytes = Buffer.from(tables.records.get(position) ?? []);
        bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
        tables.records.putSync(position, bytes);
      },
      /^the record at position \d+ is damaged$/,
    ],
    [
      'a record is gone',
      (tables) => tables.records.removeSync(positionAt(tables, 4)),
      /^the index has \d+ rows for \d+ events$/,
    ],
    [
      'a record is of another stream',
      (tables) => rewrite(tables, positionAt(tables, 4), { streamName: 's-6' }),
      /^the index does not know the event at position \d+$/,
    ],
    [
      'a record is of no stream',
      (tables) => rewrite(tables, positionAt(tables, 4), { streamName: 'unheard-of' }),
      /^the stream of the event at position \d+ is not known$/,
    ],
    [
      'a record has another revision',
      (tables) => rewrite(tables, positionAt(tables, 4), { revision: 500 }),
      /^the stream of the event at position \d+ does not reach to it$/,
    ],
    [
      'a row of the index is gone',
      (tables) => tables.index.removeSync(indexKey(entryOf(tables).number, 4)),
      /^the index does not know the event at position \d+$/,
    ],
    [
      'a row of the index leads to another event',
      (tables) => tables.index.putSync(indexKey(entryOf(tables).number, 4), positionAt(tables, 5)),
      /^the index does not know the event at position \d+$/,
    ],
    [
      'a row of the index is too many',
      (tables) => tables.index.putSync(indexKey(4_000_000, 0), u64(1)),
      /^the index has \d+ rows for \d+ events$/,
    ],
    [
      'an id is gone',
      (tables) => {
        const id = decodeRecord(1, tables.records.get(positionAt(tables, 4)) ?? Buffer.alloc(0)).id;
        tables.ids.removeSync(idKey(entryOf(tables).number, id));
      },
      /^the id of the event at position \d+ is not known$/,
    ],
    [
      'an id leads to another event',
      (tables) => {
        const id = decodeRecord(1, tables.records.get(positionAt(tables, 4)) ?? Buffer.alloc(0)).id;
        tables.ids.putSync(idKey(entryOf(tables).number, id), u64(9));
      },
      /^the id of the event at position \d+ leads to another one$/,
    ],
    [
      'an id is too many',
      (tables) => tables.ids.putSync(idKey(entryOf(tables).number, randomUUID()), u64(0)),
      /^there are \d+ ids where \d+ are right$/,
    ],
    [
      'a stream begins before its first event',
      (tables) => {
        const { number } = entryOf(tables);
        const position = positionAt(tables, 0);
        const { id } = decodeRecord(1, tables.records.get(position) ?? Buffer.alloc(0));
        tables.records.removeSync(position);
        tables.index.removeSync(indexKey(number, 0));
        tables.ids.removeSync(idKey(number, id));
      },
      /^the entry of stream number \d+ is wrong about its first event$/,
    ],
    [
      'a stream has a gap',
      (tables) => {
        const { number } = entryOf(tables);
        const position = positionAt(tables, 7);
        const { id } = decodeRecord(1, tables.records.get(position) ?? Buffer.alloc(0));
        tables.records.removeSync(position);
        tables.index.removeSync(indexKey(number, 7));
        tables.ids.removeSync(idKey(number, id));
      },
      /^revisions have a gap before the event at position \d+$/,
    ],
    [
      'a stream ends after its last event',
      (tables) => change(tables, { lastRevision: entryOf(tables).lastRevision + 1 }),
      /^the entry of stream number \d+ is wrong about its last event$/,
    ],
    [
      'a stream has a tombstone nobody wrote',
      (tables) => change(tables, { tombstonePosition: 7 }),
      /^the entry of stream number \d+ is wrong about the end of the stream$/,
    ],
    [
      'two streams have one number',
      (tables) => {
        tables.streams.putSync(nameKey('zz'), encodeStreamEntry(entryOf(tables)));
      },
      /^two streams have the number \d+$/,
    ],
    [
      'a stream too many is counted',
      (tables) => tables.meta.putSync(STREAM_COUNT_KEY, Buffer.from('99')),
      /^\d+ streams are known where 99 were counted$/,
    ],
    [
      'it is of another format',
      (tables) => tables.meta.putSync(FORMAT_KEY, Buffer.from('99')),
      /^its format 99 cannot be read$/,
    ],
  ];

onOwnNode('a log is sound, and equal logs have equal digests', async (t) => {
  const folder = await madeLog(t);
  const first = await verified(folder);
  if (first.kind !== 'sound') return t.fail();
  // Twenty thousand letters, ten streams, metadata of two, a tombstone, the last and the first.
  t.is(first.summary.events, 1 + 300 + 2 + 1 + 1 + 1);
  t.is(first.summary.lastPosition, first.summary.events);
  t.regex(first.summary.digest, /^[0-9a-f]{64}$/);
  t.deepEqual(await verified(folder), first);
});

for (const [what, spoil, said] of damages) {
  onOwnNode(`verifying finds out when ${what}`, async (t) => {
    const folder = await madeLog(t);
    await tamper(folder, spoil);
    t.regex((await problemOf(folder)) ?? '', said);
  });
}

onOwnNode('an id that was used twice in a stream is no damage', async (t) => {
  const folder = await temporaryFolder(t);
  const node = await startNodeProcess(t, folder);
  const client = clientOf(t, node);
  const again = event(0);
  await client.appendToStream('s', [again, ...events(2)]);
  await client.appendToStream('s', again, { expectedRevision: 2n });
  await client.tombstoneStream('t');
  t.is(await problemOf(folder), undefined);
});

onOwnNode('a log is verified while a node writes to it and scavenges it', async (t) => {
  const folder = await temporaryFolder(t);
  const node = await startNodeProcess(t, folder);
  const client = clientOf(t, node);
  const port = Number(new URL(node.connectionString.replace('esdb:', 'http:')).port);
  await client.setStreamMetadata('s', { maxCount: 5 });
  let isOver = false;
  const writing = (async () => {
    while (!isOver) await client.appendToStream('s', events(50));
  })();
  const scavenging = (async () => {
    while (!isOver) await scavenge({ port });
  })();
  for (let round = 0; round < 5; round += 1) t.is(await problemOf(folder), undefined);
  isOver = true;
  await Promise.all([writing, scavenging]);
  t.is(await problemOf(folder), undefined);
});

onOwnNode('verifying can be broken off', async (t) => {
  const folder = await madeLog(t, 3000);
  const stopping = new AbortController();
  const attempt = verifyLog(folder, {
    signal: stopping.signal,
    onProgress: () => stopping.abort(new Error('enough')),
  });
  await t.throwsAsync(attempt, { message: 'enough' });
  t.is((await verifyLog(folder, undisturbed)).kind, 'sound');
});

onOwnNode('a folder without a log has nothing to verify', async (t) => {
  t.is((await verified(await temporaryFolder(t))).kind, 'absent');
});
