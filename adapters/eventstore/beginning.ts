import {
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { Position } from '../../ports/event-store.js';
import type { Names } from './names.js';

/** Holds one event, the first of its namespace. Without a dash it is no aggregate's stream. */
const markStream = 'namespace';
const markType = 'NamespaceOpened';

/** The log is to be read from its beginning: nothing says where the namespace begins. */
const fromTheStart = null;

const findMark = async (
  client: EventStoreDBClient,
  stream: string,
): Promise<Position | typeof fromTheStart | 'none'> => {
  try {
    let found: Position | typeof fromTheStart = fromTheStart;
    for await (const { event } of client.readStream(stream, { fromRevision: START, maxCount: 1 })) {
      // Of a mark that was deleted and written anew, events of the namespace may be before it.
      if (event?.revision === 0n) found = event.position?.commit ?? fromTheStart;
    }
    return found;
  } catch (error) {
    if (error instanceof StreamNotFoundError) return 'none';
    if (error instanceof StreamDeletedError) return fromTheStart;
    throw error;
  }
};

const setMark = async (
  client: EventStoreDBClient,
  { namespace, stored }: Names,
): Promise<Position | typeof fromTheStart> => {
  const stream = stored(markStream);
  const mark = jsonEvent({ type: markType, data: { namespace } });
  try {
    const written = await client.appendToStream(stream, mark, { expectedRevision: NO_STREAM });
    const isFirst = written.nextExpectedRevision === 0n;
    return isFirst ? (written.position?.commit ?? fromTheStart) : fromTheStart;
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    // Another instance was faster.
    const theirs = await findMark(client, stream);
    return theirs === 'none' ? fromTheStart : theirs;
  }
};

/**
 * Where a namespace begins. Whoever uses a namespace first writes a mark before anything else,
 * and reading from the beginning starts there: what the server's other tenants wrote before costs
 * nothing, however much it is. The mark is looked up once; a failure is tried again by the next.
 */
export const createBeginning = (
  client: EventStoreDBClient,
  names: Names,
): (() => Promise<Position | null>) => {
  let known: Promise<Position | null> | null = null;
  const find = async (): Promise<Position | null> => {
    if (names.namespace === null) return fromTheStart;
    const mark = await findMark(client, names.stored(markStream));
    return mark === 'none' ? setMark(client, names) : mark;
  };
  return () => {
    known ??= find().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
};
