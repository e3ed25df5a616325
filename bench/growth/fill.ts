/** Fills a log fast, through the node's own writing but without its server. */

import { randomUUID } from 'node:crypto';
import { EventLog } from '../../adapters/embedded/eventstore/log/event-log.js';
import type { ProposedEvent } from '../../adapters/embedded/eventstore/log/types.js';
import { openFolder } from '../../adapters/embedded/eventstore/storage/folder.js';
import { shuffled } from '../seed.js';

/** With type, name and frame a record has about 200 bytes. */
const dataBytes = 110;
const eventsPerAppend = 10;
/** Appends under way at a time; the log puts them into commits as it sees fit. */
const appendsPerTurn = 800;

export const streamsCount = 100_000;

/** Every such stream has exactly ten events, whatever the size of the log. */
export const shortStream = (index: number): string => `short-${index}`;
export const shortStreamsCount = 10;

const data = Buffer.from(JSON.stringify({ text: 'x'.repeat(dataBytes - 11) }));

const proposed = (): ProposedEvent => ({
  id: randomUUID(),
  type: 'BenchmarkEvent',
  isJson: true,
  data,
  customMetadata: new Uint8Array(0),
});

const append = async (log: EventLog, streamName: string): Promise<void> => {
  const events = Array.from({ length: eventsPerAppend }, proposed);
  const outcome = await log.write({
    kind: 'append',
    streamName,
    expected: { kind: 'any' },
    events,
  });
  if (outcome.kind !== 'done') throw new Error(`an append failed: ${outcome.kind}`);
};

/** Names in an order that has nothing to do with their numbers in the log. */
const names = shuffled(Array.from({ length: streamsCount }, (_, index) => `stream-${index}`));

/** Brings a log to `events` events, give or take an append. It may hold fewer already. */
export const fillLog = async (
  folder: string,
  events: number,
  tell: (done: number) => void,
): Promise<void> => {
  const storage = await openFolder(folder);
  const log = new EventLog(storage, {
    clock: Date.now,
    onFailure: (error) => {
      throw error;
    },
  });
  const isNew = log.head === 0;
  if (isNew) for (let n = 0; n < shortStreamsCount; n += 1) await append(log, shortStream(n));
  while (log.head < events) {
    const left = Math.ceil((events - log.head) / eventsPerAppend);
    const first = log.head / eventsPerAppend;
    const batch = Array.from({ length: Math.min(appendsPerTurn, left) }, (_, index) =>
      append(log, names[(first + index) % streamsCount] ?? ''),
    );
    await Promise.all(batch);
    tell(log.head);
  }
  await log.close();
};
