import {
  BACKWARDS,
  END,
  FORWARDS,
  NotLeaderError,
  type ResolvedEvent,
  START,
  type StreamingRead,
  StreamNotFoundError,
} from '@eventstore/db-client';
import type {
  LogFilter,
  LogPage,
  Position,
  RecordedEvent,
  Revision,
} from '../../ports/event-store.js';
import { type Access, requiresLeader, unavailable } from './access.js';
import { toRecorded } from './recorded.js';
import { oneConnection } from './subscribe.js';

/** Yields what a counted read finds, and ends its call when the reader leaves early. */
async function* untilLeft(source: StreamingRead<ResolvedEvent>): AsyncGenerator<ResolvedEvent> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  source.once('error', end).once('end', end);
  try {
    // What is not read to its end stays whole: see below.
    yield* source.iterator({ destroyOnReturn: false });
  } finally {
    // Of a reader that leaves early the client would keep the call open, and wait for its end for
    // ever when it is closed: the end comes only to a call whose last answers are taken. A call
    // that is over would be broken off for nothing, and servers end the connection of a client
    // that breaks off more than some tens a second.
    if (!isOver) {
      source.resume();
      await source.cancel();
    }
  }
}

/** Reads that another node than the leader refuses before one of them fails. */
const leaderAttemptsMax = 3;

/** Where in a stream reading begins, and in which direction it goes. */
interface Reading {
  readonly direction: typeof FORWARDS | typeof BACKWARDS;
  readonly fromRevision: Revision | typeof END;
  readonly maxCount?: number;
}

/** A stream that nobody wrote is simply empty. */
async function* readFrom(
  { client, names }: Access,
  stream: string,
  reading: Reading,
): AsyncGenerator<RecordedEvent> {
  const options = { ...reading, requiresLeader } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const resolved of untilLeft(client.readStream(names.stored(stream), options))) {
        const event = toRecorded(resolved, names);
        if (event !== null) yield event;
      }
      return;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return;
      // Refused before its first event; the client knows the leader now.
      const isTriedAgain = error instanceof NotLeaderError && attempt < leaderAttemptsMax;
      if (!isTriedAgain) throw unavailable(error);
    }
  }
}

export const readStream = (
  access: Access,
  stream: string,
  from: Revision,
): AsyncGenerator<RecordedEvent> =>
  readFrom(access, stream, { direction: FORWARDS, fromRevision: from });

export const readLast = async (access: Access, stream: string): Promise<RecordedEvent | null> => {
  const reading = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
  let last: RecordedEvent | null = null;
  for await (const event of readFrom(access, stream, reading)) last = event;
  return last;
};

/**
 * A subscription that ends when it has caught up: counted reads of this client have no filter, so
 * everything that others wrote would be sent and thrown away.
 */
export async function* readLog(
  access: Access,
  after: Position | null,
  filter: LogFilter,
): AsyncGenerator<RecordedEvent> {
  const { signal } = new AbortController();
  try {
    for await (const lot of oneConnection(access, { after, filter, signal })) {
      for (const item of lot) {
        if (item.kind === 'caught-up') return;
        if (item.kind === 'event') yield item.event;
      }
    }
  } catch (error) {
    throw unavailable(error);
  }
}

/** One page, read to its end, see `createLastPosition`. */
export const readLogPage = async (
  { client, names, beginning }: Access,
  wanted: Position | null,
  eventsMax: number,
): Promise<LogPage> => {
  const events: RecordedEvent[] = [];
  try {
    const after = wanted ?? (await beginning());
    const fromPosition = after === null ? START : { commit: after, prepare: after };
    // A counted read starts at the position itself; ours starts after it.
    const maxCount = after === null ? eventsMax : eventsMax + 1;
    let seen = 0;
    let upTo = after;
    for await (const resolved of client.readAll({ fromPosition, maxCount })) {
      seen += 1;
      upTo = resolved.commitPosition ?? upTo;
      const event = toRecorded(resolved, names);
      if (event !== null && event.position !== after) events.push(event);
    }
    return { events, upTo, isLast: seen < maxCount };
  } catch (error) {
    throw unavailable(error);
  }
};
