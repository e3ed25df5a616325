/** What is measured on a node, the same on each size of log. */

import { ANY, END, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { drive, type Measured } from '../load.js';
import { shortStream, shortStreamsCount } from './fill.js';

const inFlight = 64;
const lonelyAppends = 100;
const appendsTogether = 2_000;
const reads = 200;
const deliveries = 50;

export type Operation = 'append alone' | 'append 64' | 'read of 10' | 'append to subscriber';
export type Measurements = Readonly<Record<Operation, Measured>>;

const event = () => jsonEvent({ type: 'BenchmarkEvent', data: { text: 'x'.repeat(100) } });

const unbounded = (inFlightNow: number, unitsMax: number) => ({
  inFlight: inFlightNow,
  unitsMax,
  secondsMax: Infinity,
});

/** One stream for each append under way, so that none waits for another in its stream. */
const appends = (client: EventStoreDBClient, together: number, count: number): Promise<Measured> =>
  drive(unbounded(together, count), async (index, timed) => {
    const stream = `measured-${index % together}`;
    await timed(() => client.appendToStream(stream, event(), { expectedRevision: ANY }));
  });

const readsOf = (client: EventStoreDBClient): Promise<Measured> =>
  drive(unbounded(1, reads), async (index, timed) => {
    const stream = shortStream(index % shortStreamsCount);
    const found = await timed(async () => {
      let count = 0;
      for await (const one of client.readStream(stream)) count += one.event === undefined ? 0 : 1;
      return count;
    });
    if (found !== 10) throw new Error(`${stream} has ${found} events`);
  });

/** From the call that appends an event to the subscriber that hears of it. */
const deliveriesOf = async (client: EventStoreDBClient): Promise<Measured> => {
  const subscription = client.subscribeToAll({ fromPosition: END });
  const waiting = new Map<string, () => void>();
  const failed = new Promise<never>((_, reject) => subscription.once('error', reject));
  await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
  subscription.on('data', ({ event: heard }) => {
    if (heard !== undefined) waiting.get(heard.id)?.();
  });
  const measured = await drive(unbounded(1, deliveries), async (_, timed) => {
    const written = event();
    const heard = new Promise<void>((resolve) => waiting.set(written.id, resolve));
    await timed(async () => {
      const appended = client.appendToStream('delivered', written);
      await Promise.race([Promise.all([heard, appended]), failed]);
    });
    waiting.delete(written.id);
  });
  await subscription.unsubscribe();
  return measured;
};

/** One round of everything. */
export const measureRound = async (client: EventStoreDBClient): Promise<Measurements> => ({
  'append alone': await appends(client, 1, lonelyAppends),
  'append 64': await appends(client, inFlight, appendsTogether),
  'read of 10': await readsOf(client),
  'append to subscriber': await deliveriesOf(client),
});
