import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type ResolvedEvent,
  START,
  type StreamingRead,
  StreamNotFoundError,
} from '@eventstore/db-client';
import {
  EventStoreUnavailable,
  type LogFilter,
  type LogPage,
  type Position,
  type RecordedEvent,
  type Revision,
} from '../../ports/event-store.js';
import { matches } from './filter.js';
import { toRecorded } from './recorded.js';

/**
 * Events looked at in one page when searching for the last event of a category. The last events
 * of a busy log are of many categories, so most searches end with the first, small page.
 */
const firstPageEvents = 16;
const largestPageEvents = 512;

async function* recorded(
  source: StreamingRead<ResolvedEvent | AllStreamResolvedEvent>,
): AsyncGenerator<RecordedEvent> {
  let hasFailed = false;
  source.once('error', () => {
    hasFailed = true;
  });
  try {
    for await (const resolved of source) {
      const event = toRecorded(resolved);
      if (event !== null) yield event;
    }
  } finally {
    // Of a reader that leaves early the client would keep the call open, and wait for its end
    // for ever when it is closed. A call that has failed would be broken off for nothing, and
    // servers end the connection of a client that breaks off more than some tens a second.
    if (!hasFailed) await source.cancel();
  }
}

/** Translates the client's failures; a stream that nobody wrote is simply empty. */
async function* translated(source: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof StreamNotFoundError) return;
    throw new EventStoreUnavailable(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

export const readStream = (
  client: EventStoreDBClient,
  stream: string,
  from: Revision,
): AsyncIterable<RecordedEvent> =>
  translated(recorded(client.readStream(stream, { direction: FORWARDS, fromRevision: from })));

/** The store's counted read has no filter in this client, so the filter is applied here. */
export async function* readLog(
  client: EventStoreDBClient,
  after: Position | null,
  filter: LogFilter,
): AsyncGenerator<RecordedEvent> {
  const fromPosition = after === null ? START : { commit: after, prepare: after };
  const everything = translated(recorded(client.readAll({ direction: FORWARDS, fromPosition })));
  for await (const event of everything) {
    // A counted read starts at the position itself; ours starts after it.
    if (event.position !== after && matches(filter, event.stream)) yield event;
  }
}

/** One page, read to its end, see `lastPosition`. */
export const readLogPage = async (
  client: EventStoreDBClient,
  after: Position | null,
  eventsMax: number,
): Promise<LogPage> => {
  const fromPosition = after === null ? START : { commit: after, prepare: after };
  // A counted read starts at the position itself; ours starts after it.
  const maxCount = after === null ? eventsMax : eventsMax + 1;
  const events: RecordedEvent[] = [];
  let seen = 0;
  let upTo = after;
  try {
    for await (const resolved of client.readAll({ fromPosition, maxCount })) {
      seen += 1;
      upTo = resolved.commitPosition ?? upTo;
      const event = toRecorded(resolved);
      if (event === null || event.position === after) continue;
      if (matches({}, event.stream)) events.push(event);
    }
  } catch (error) {
    throw new EventStoreUnavailable(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  return { events, upTo, isLast: seen < maxCount };
};

/**
 * The last event that matches, searched backwards page by page. Every page is read to its end,
 * found or not: servers count the calls that a client breaks off, and end the whole connection,
 * with all that is under way on it, of one that breaks off more than some tens a second.
 */
export const lastPosition = async (
  client: EventStoreDBClient,
  filter: LogFilter,
): Promise<Position | null> => {
  let before: Position | null = null;
  for (let maxCount = firstPageEvents; ; maxCount = Math.min(maxCount * 4, largestPageEvents)) {
    const fromPosition: typeof END | { commit: bigint; prepare: bigint } =
      before === null ? END : { commit: before, prepare: before };
    const page = client.readAll({ direction: BACKWARDS, fromPosition, maxCount });
    let seen = 0;
    let found: Position | null = null;
    for await (const resolved of page) {
      seen += 1;
      before = resolved.commitPosition ?? before;
      const event = toRecorded(resolved);
      if (event !== null && matches(filter, event.stream)) found ??= event.position;
    }
    if (found !== null || seen < maxCount) return found;
  }
};
