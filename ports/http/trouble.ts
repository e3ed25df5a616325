import { DatabaseError } from '../database.js';
import { EventStoreUnavailable } from '../event-store.js';

/** Whether a store was away for a moment, and nobody has made a mistake. */
export const isTrouble = (thrown: unknown): boolean =>
  thrown instanceof EventStoreUnavailable ||
  (thrown instanceof DatabaseError && thrown.kind === 'trouble');
