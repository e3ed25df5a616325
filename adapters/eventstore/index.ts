import type { EventStore } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import { accessTo } from './access.js';
import { appendEvents } from './append.js';
import { createLastPosition } from './last-position.js';
import { readLast, readLog, readLogPage, readStream } from './read.js';
import { subscribeLog } from './subscribe.js';

export { ConnectionStringUnusable } from './access.js';

/** Where the log of a network is. */
export interface LogPlace {
  /** Connection string. Nothing else tells the embedded node from a real cluster. */
  readonly url: string;
  /** Keeps networks on one event store apart, see `names.ts`; `null` when there is one only. */
  readonly namespace?: string | null;
}

/**
 * The log of the program in EventStoreDB. Nothing connects before it is used.
 *
 * @throws ConnectionStringUnusable
 */
export const connectEventStore = ({ url, namespace = null }: LogPlace, log: Log): EventStore => {
  const access = accessTo(url, namespace);
  const lastPosition = createLastPosition(access);
  return {
    append: (stream, expected, events) => appendEvents(access, stream, expected, events),
    readStream: (stream, from = 0n) => readStream(access, stream, from),
    readLast: (stream) => readLast(access, stream),
    readLog: (after, filter = {}) => readLog(access, after, filter),
    readLogPage: (after, events) => readLogPage(access, after, events),
    subscribeLog: ({ after, filter = {}, signal }) =>
      subscribeLog(access, { after, filter, signal, log }),
    lastPosition: (filter = {}) => lastPosition(filter),
    limitStream: async (stream, events) => {
      await access.client.setStreamMetadata(access.names.stored(stream), { maxCount: events });
    },
    close: () => access.client.dispose(),
  };
};
