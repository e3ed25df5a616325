import { AccessDeniedError, EventStoreDBClient } from '@eventstore/db-client';
import { EventStoreUnavailable, type Position } from '../../ports/event-store.js';
import { createBeginning } from './beginning.js';
import { type Names, namesIn } from './names.js';

/**
 * What decides and what is decided from goes to the leader of a cluster: others may be behind. The
 * node that is asked instead refuses, and from then on the client asks the leader that it names.
 */
export const requiresLeader = true;

/** What every call to the server goes through. */
export interface Access {
  readonly client: EventStoreDBClient;
  readonly names: Names;
  /** Nothing of the namespace is before this position; `null` is the beginning of the log. */
  readonly beginning: () => Promise<Position | null>;
}

/** The client cannot make anything of the connection string; whoever set it can mend it. */
export class ConnectionStringUnusable extends Error {
  override readonly name = 'ConnectionStringUnusable';
}

/** @throws ConnectionStringUnusable */
export const clientOf = (url: string): EventStoreDBClient => {
  try {
    return EventStoreDBClient.connectionString(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What it quotes may be a part of the password.
    const unquoted = reason.replace(/^Unexpected ".*" at/s, 'Unexpected text at');
    throw new ConnectionStringUnusable(unquoted, { cause: error });
  }
};

/** Connects when it is used. @throws ConnectionStringUnusable */
export const accessTo = (url: string, namespace: string | null): Access => {
  const client = clientOf(url);
  const names = namesIn(namespace);
  return { client, names, beginning: createBeginning(client, names) };
};

/** What the account in the connection string needs; servers do not say what it lacks. */
const accessNeeded = ' (the account has to be known, and to be allowed to read $all)';

/** The failure of a read, as the port knows it; whatever went wrong, it can be tried again. */
export const unavailable = (error: unknown): EventStoreUnavailable => {
  if (error instanceof EventStoreUnavailable) return error;
  const reason = (error instanceof Error ? error.message : String(error)).trim();
  const more = error instanceof AccessDeniedError ? accessNeeded : '';
  return new EventStoreUnavailable(`${reason}${more}`, { cause: error });
};
