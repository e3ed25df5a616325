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
  type Position,
  type RecordedEvent,
  type Revision,
} from '../../ports/event-store.js';
import { matches } from './filter.js';
import { toRecorded } from './recorded.js';

/** Events looked at in one page when searching for the last event of a category. */
const lastPositionPageEvents = 200;

async function* recorded(
  source: StreamingRead<ResolvedEvent | AllStreamResolvedEvent>,
): AsyncGenerator<RecordedEvent> {
  try {
    for await (const resolved of source) {
      const event = toRecorded(resolved);
      if (event !== null) yield event;
    }
  } finally {
    // Of a reader that leaves early the client would keep the call open, and wait for its end
    // for ever when it is closed. The same holds for the page of `lastPosition`.
    await source.cancel();
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

export const lastPosition = async (
  client: EventStoreDBClient,
  filter: LogFilter,
): Promise<Position | null> => {
  let before: Position | null = null;
  for (;;) {
    const fromPosition: typeof END | { commit: bigint; prepare: bigint } =
      before === null ? END : { commit: before, prepare: before };
    const page = client.readAll({
      direction: BACKWARDS,
      fromPosition,
      maxCount: lastPositionPageEvents,
    });
    let seen = 0;
    try {
      for await (const resolved of page) {
        seen += 1;
        before = resolved.commitPosition ?? before;
        const event = toRecorded(resolved);
        if (event !== null && matches(filter, event.stream)) return event.position;
      }
    } finally {
      await page.cancel();
    }
    if (seen < lastPositionPageEvents) return null;
  }
};
