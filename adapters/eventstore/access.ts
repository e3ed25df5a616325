import { EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreUnavailable, type Position } from '../../ports/event-store.js';
import { createBeginning } from './beginning.js';
import { type Names, namesIn } from './names.js';

/** What every call to the server goes through. */
export interface Access {
  readonly client: EventStoreDBClient;
  readonly names: Names;
  /** Nothing of the namespace is before this position; `null` is the beginning of the log. */
  readonly beginning: () => Promise<Position | null>;
}

/** Connects when it is used. */
export const accessTo = (url: string, namespace: string | null): Access => {
  const client = EventStoreDBClient.connectionString(url);
  const names = namesIn(namespace);
  return { client, names, beginning: createBeginning(client, names) };
};

/** The failure of a read, as the port knows it; whatever went wrong, it can be tried again. */
export const unavailable = (error: unknown): EventStoreUnavailable => {
  if (error instanceof EventStoreUnavailable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new EventStoreUnavailable(reason, { cause: error });
};
