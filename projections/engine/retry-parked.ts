import * as E from 'fp-ts/lib/Either.js';
import type { Transaction } from '../../ports/database.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { lockCheckpoint } from './checkpoints.js';
import type { EngineContext } from './context.js';
import { isPoison } from './isolate.js';
import { markPoison, parkedOf, parkedStreams, unparkUpTo } from './parked.js';
import { describe } from './project-batch.js';
import type { Projection } from './projection.js';
import { useSchema } from './schema.js';

/** How the retry of one parked stream ended. */
export interface RetryResult {
  readonly stream: string;
  readonly replayed: number;
  /** Events still parked; 0 means that the stream is back with the others. */
  readonly remaining: number;
  /** What stopped it, when something remains. */
  readonly error: string | null;
}

/**
 * Replays the parked events of a projection, stream by stream and in order, each stream in a
 * transaction of its own. The checkpoint row is locked meanwhile, so that no new event of the
 * stream can overtake the old ones.
 */
export const retryParked = async (
  context: EngineContext,
  projection: Projection,
): Promise<readonly RetryResult[]> => {
  const results: RetryResult[] = [];
  for (const stream of await parkedStreams(context.database, projection.name)) {
    results.push(
      await context.database.transaction((tx) =>
        retryStream(tx, { store: context.store, projection, stream }),
      ),
    );
  }
  return results;
};

interface StreamToRetry {
  readonly store: EventStore;
  readonly projection: Projection;
  readonly stream: string;
}

const retryStream = async (
  tx: Transaction,
  { store, projection, stream }: StreamToRetry,
): Promise<RetryResult> => {
  const { name } = projection;
  const checkpoint = await lockCheckpoint(tx, name);
  if (checkpoint?.version !== projection.version) {
    throw new Error(`the live version of ${name} is ${checkpoint?.version}; it retries its own`);
  }
  const waiting = await parkedOf(tx, name, stream);
  await useSchema(tx, name);
  let replayed = 0;
  for await (const event of eventsOf(store, stream, waiting)) {
    const error = await replay(tx, projection, event);
    if (error !== null) {
      await markPoison(tx, name, { event, error });
      return { stream, replayed, remaining: waiting.length - replayed, error };
    }
    await unparkUpTo(tx, name, stream, event.position);
    replayed += 1;
  }
  const remaining = waiting.length - replayed;
  return { stream, replayed, remaining, error: remaining === 0 ? null : 'not in the log any more' };
};

/** The parked events themselves, read again from the log. */
async function* eventsOf(
  store: EventStore,
  stream: string,
  waiting: readonly { readonly position: bigint; readonly revision: bigint }[],
): AsyncGenerator<RecordedEvent> {
  const [first] = waiting;
  const last = waiting.at(-1);
  if (first === undefined || last === undefined) return;
  for await (const event of store.readStream(stream, first.revision)) {
    if (event.position <= last.position) yield event;
  }
}

/** @returns why the event still cannot be projected, or `null` when it is. */
const replay = async (
  tx: Transaction,
  projection: Projection,
  event: RecordedEvent,
): Promise<string | null> => {
  const decoded = decodeLogged(event);
  if (E.isLeft(decoded)) return JSON.stringify(decoded.left);
  try {
    await tx.savepoint(() => projection.apply([decoded.right], tx));
    return null;
  } catch (error) {
    if (!isPoison(error)) throw error;
    return describe(error);
  }
};
