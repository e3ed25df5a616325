/**
 * `npm run bench:node`: what the embedded event store does in a second, with its log in a folder
 * and in memory. Both nodes have processes of their own and are measured in turns by one client,
 * so that a moment of a busy machine falls on both. Shown is the middle one of the rounds.
 */

import { join } from 'node:path';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { temporaryFolder } from '../children.js';
import type { Cleanup } from '../cleanup.js';
import { startEventStore } from '../event-store-child.js';
import { drive, percentile, rateOf } from '../load.js';
import { wholeRun } from '../whole-run.js';

const rounds = 5;
const secondsPerMeasurement = 2;
const inFlight = 64;
const eventsToRead = 20_000;
const eventsPerAppend = 100;

type Storage = 'folder' | 'memory';
type Rates = Readonly<Record<string, number>>;

const event = () => jsonEvent({ type: 'BenchmarkEvent', data: { text: 'x'.repeat(100) } });

const appends = async (client: EventStoreDBClient, together: number): Promise<number> => {
  const limits = { inFlight: together, unitsMax: Infinity, secondsMax: secondsPerMeasurement };
  const measured = await drive(limits, async (index, timed) => {
    await timed(() => client.appendToStream(`stream-${index % 1_000}`, event()));
  });
  return rateOf(measured);
};

/** Events a second of a read of the whole log, as far as it is the same in all rounds. */
const reads = async (client: EventStoreDBClient): Promise<number> => {
  const beganMs = performance.now();
  let count = 0;
  for await (const _ of client.readAll({ maxCount: eventsToRead })) count += 1;
  if (count !== eventsToRead) throw new Error(`${count} events were read`);
  return count / ((performance.now() - beganMs) / 1_000);
};

const measure = async (client: EventStoreDBClient): Promise<Rates> => ({
  'appends, 1 in flight': await appends(client, 1),
  [`appends, ${inFlight} in flight`]: await appends(client, inFlight),
  'events of $all read': await reads(client),
});

const startOn = async (cleanup: Cleanup, storage: Storage): Promise<EventStoreDBClient> => {
  const folder = await temporaryFolder(cleanup);
  const dataDir = storage === 'folder' ? join(folder, 'log') : null;
  const { client } = await startEventStore(cleanup, { folder, dataDir });
  for (let done = 0; done < eventsToRead; done += eventsPerAppend) {
    await client.appendToStream('read', Array.from({ length: eventsPerAppend }, event));
  }
  await measure(client);
  return client;
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const showTable = (inFolder: readonly Rates[], inMemory: readonly Rates[]): void => {
  const middle = (measured: readonly Rates[], name: string): number =>
    percentile(
      measured.map((rates) => rates[name] ?? 0),
      50,
    );
  const heads = ['folder', 'memory'].map((head) => head.padStart(10)).join('');
  say(`${'a second'.padEnd(24)}${heads}${'ratio'.padStart(8)}`);
  for (const name of Object.keys(inFolder[0] ?? {})) {
    const folder = middle(inFolder, name);
    const memory = middle(inMemory, name);
    const cells = [folder.toFixed(0), memory.toFixed(0)].map((cell) => cell.padStart(10)).join('');
    say(`${name.padEnd(24)}${cells}${(folder / memory).toFixed(2).padStart(8)}`);
  }
};

await wholeRun(async (cleanup) => {
  const folder = await startOn(cleanup, 'folder');
  const memory = await startOn(cleanup, 'memory');
  const inFolder: Rates[] = [];
  const inMemory: Rates[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    inFolder.push(await measure(folder));
    inMemory.push(await measure(memory));
  }
  showTable(inFolder, inMemory);
});
