import { EventStoreDBClient } from '@eventstore/db-client';
import type { EventStore } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import { appendEvents } from './append.js';
import { lastPosition, readLog, readLogPage, readStream } from './read.js';
import { subscribeLog } from './subscribe.js';

/**
 * The log of the program in EventStoreDB. Nothing but the connection string tells the embedded
 * node from a real cluster.
 */
export const connectEventStore = (connectionString: string, log: Log): EventStore => {
  const client = EventStoreDBClient.connectionString(connectionString);
  return {
    append: (stream, expected, events) => appendEvents(client, stream, expected, events),
    readStream: (stream, from = 0n) => readStream(client, stream, from),
    readLog: (after, filter = {}) => readLog(client, after, filter),
    readLogPage: (after, events) => readLogPage(client, after, events),
    subscribeLog: ({ after, filter = {}, signal }) =>
      subscribeLog(client, { after, filter, signal, log }),
    lastPosition: (filter = {}) => lastPosition(client, filter),
    limitStream: async (stream, events) => {
      await client.setStreamMetadata(stream, { maxCount: events });
    },
    close: () => client.dispose(),
  };
};
