/**
 * The rival of the read models: a program that reads `$all` with the bare client from its first to
 * its last event and does nothing with it. Prints how many events there were, and the seconds.
 */

import { EventStoreDBClient, START } from '@eventstore/db-client';

const [url = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(url);
const beganMs = performance.now();
let events = 0;
for await (const _ of client.readAll({ fromPosition: START })) events += 1;
const seconds = (performance.now() - beganMs) / 1_000;
await client.dispose();
process.stdout.write(`${JSON.stringify({ events, seconds })}\n`);
