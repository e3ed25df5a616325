/** What the command handler appends, kept so that it can be appended once more without it. */

import {
  type AppendExpectedRevision,
  type EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
} from '@eventstore/db-client';
import type { EventStore, ExpectedRevision, ProposedEvent } from '../../../ports/event-store.js';
import { isRecord } from '../../../ports/http/json.js';

interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
}

export interface Recording {
  /** The same store; what it appends is kept. */
  readonly store: EventStore;
  /** What was appended to the stream since the last call, in order. */
  take(stream: string): readonly Append[];
}

export const recordAppends = (store: EventStore): Recording => {
  const kept = new Map<string, Append[]>();
  return {
    store: {
      ...store,
      append: async (stream, expected, events) => {
        const outcome = await store.append(stream, expected, events);
        if (outcome.kind === 'done') {
          const appends = kept.get(stream) ?? [];
          appends.push({ stream, expected, events });
          kept.set(stream, appends);
        }
        return outcome;
      },
    },
    take: (stream) => {
      const appends = kept.get(stream) ?? [];
      kept.delete(stream);
      return appends;
    },
  };
};

/** One call of the bare client, with everything made that it needs. */
export type BareAppend = (client: EventStoreDBClient) => Promise<unknown>;

const revisionOf = (expected: ExpectedRevision): AppendExpectedRevision => {
  if (expected === 'no-stream') return NO_STREAM;
  if (expected === 'any') throw new Error('no command appends to any revision');
  return expected;
};

const eventOf = ({ id, type, data, metadata }: ProposedEvent) => {
  if (!isRecord(data)) throw new Error(`the data of ${type} is no object`);
  return jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
};

/** The same events at the same revisions, on a stream of their own. */
export const bareCopyOf = ({ expected, events }: Append, stream: string): BareAppend => {
  const copies = events.map(eventOf);
  const expectedRevision = revisionOf(expected);
  return (client) => client.appendToStream(stream, copies, { expectedRevision });
};
