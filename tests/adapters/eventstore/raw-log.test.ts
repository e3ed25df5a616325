import { randomUUID } from 'node:crypto';
import test from 'ava';
import { Appends } from '../../../adapters/eventstore/copy/appends.js';
import { Server } from '../../../adapters/eventstore/copy/server.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { openRawLog } from '../../../adapters/eventstore/raw-log.js';
import { bytesAreOurs } from '../../../audit/checks/bytes.js';
import { verifyLog } from '../../../audit/verify-log.js';
import { EventStoreUnavailable, type RawLog } from '../../../ports/event-store.js';
import { openTestLog, uniqueWord } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';

const place = await openTestLog();
const closings = [() => place.stop()];
test.after.always(async () => {
  for (const close of closings.toReversed()) await close();
});

const open = () => {
  const own = { url: place.url, namespace: uniqueWord() };
  const store = connectEventStore(own, memoryLog());
  const raw = openRawLog(own);
  closings.push(
    () => store.close(),
    () => raw.close(),
  );
  return { ...own, store, raw };
};

test.serial('the raw log is the log, and its bytes besides', async (t) => {
  const { store, raw } = open();
  const other = open();
  for (let index = 0; index < 4; index += 1) {
    await store.append(`wallet-u${index % 2}`, 'any', [proposed('A', { index, name: 'पैसा "\n' })]);
    await other.store.append('wallet-u1', 'any', [proposed('B')]);
  }
  await store.append('points-u1', 'any', [proposed('C')]);
  const log = await collect(store.readLog(null));
  const read = await collect(raw.readLog(null));
  t.is(read.length, log.length);
  for (const [index, event] of log.entries()) t.like(read[index], { ...event });
  for (const { data, metadata, bytes } of read) {
    t.is(Buffer.from(bytes?.data ?? []).toString(), JSON.stringify(data));
    t.is(Buffer.from(bytes?.metadata ?? []).toString(), JSON.stringify(metadata));
  }
  const after = log[1]?.position ?? null;
  t.is((await collect(raw.readLog(after))).length, 3);
  t.is((await collect(raw.readLog(after, { categories: ['points'] }))).length, 1);
});

/** Bytes as they are, which the client would write anew. */
const appendRaw = async (
  stream: string,
  texts: readonly (readonly [data: string, metadata: string])[],
): Promise<void> => {
  const server = new Server(place.url, 'target');
  const appends = new Appends(await server.openAppends());
  const events = texts.map(([data, metadata]) => ({
    id: randomUUID(),
    type: 'A',
    contentType: 'application/json',
    data: Buffer.from(data),
    metadata: Buffer.from(metadata),
  }));
  await appends.add({ stream, after: -1n, events });
  await appends.drain();
  appends.close();
  await server.close();
};

const findingsIn = async (store: RawLog): Promise<readonly string[]> => {
  const found: string[] = [];
  const around = { settledUpTo: null };
  await verifyLog({
    store,
    around,
    checks: [bytesAreOurs],
    onFinding: (_, { code, place: { revision }, expected }) =>
      found.push(`${revision} ${code}: ${expected.split(' ')[0]}`),
  });
  return found;
};

test.serial('bytes that mean the same, but are not ours, are found', async (t) => {
  const { namespace, raw } = open();
  await appendRaw(`${namespace}.wallet-u1`, [
    ['{"a":1}', '{}'],
    ['{"a": 1}', '{}'],
    ['{"a":1.0}', '{}'],
    ['{"a":0,"a":1}', '{}'],
    ['{"\\u0061":1}', '{}'],
    ['{"a":1', '{}'],
    ['{"a":1}', '{ }'],
    ['{"a":1}', ''],
  ]);
  const data = [1, 2, 3, 4, 5].map((revision) => `${revision} bytes-differ: data`);
  t.deepEqual(await findingsIn(raw), [...data, '6 bytes-differ: metadata']);
});

test.serial('a log that cannot be reached is not an empty one', async (t) => {
  const raw = openRawLog({ url: 'esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1' });
  await t.throwsAsync(collect(raw.readLog(null)), { instanceOf: EventStoreUnavailable });
  await raw.close();
});
