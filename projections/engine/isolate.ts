import { DatabaseError, type Transaction } from '../../ports/database.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { Projection } from './projection.js';

/** An event that a handler cannot take, and what happened when it tried. */
export interface Poison {
  readonly logged: LoggedEvent;
  readonly error: unknown;
}

/**
 * Whether the event is to blame. Trouble of the connection and faults of the schema are not: they
 * would park every stream, one after the other.
 */
export const isPoison = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || error.kind === 'data';

/**
 * Applies a batch in which something is wrong: halves it under savepoints until the poison stands
 * alone, and applies the rest. Events of a stream behind its poison are left out; the caller parks
 * them. The order within each stream stays as it was.
 *
 * @returns the poison events, in order; at most one a stream.
 */
export const applyIsolating = async (
  transaction: Transaction,
  projection: Projection,
  batch: readonly LoggedEvent[],
): Promise<readonly Poison[]> => {
  if (batch.length === 0) return [];
  try {
    await transaction.savepoint(() => projection.apply(batch, transaction));
    return [];
  } catch (error) {
    if (!isPoison(error)) throw error;
    const [first] = batch;
    if (first !== undefined && batch.length === 1) return [{ logged: first, error }];
  }
  const middle = Math.ceil(batch.length / 2);
  const early = await applyIsolating(transaction, projection, batch.slice(0, middle));
  const blocked = new Set(early.map(({ logged }) => logged.stream));
  const rest = batch.slice(middle).filter(({ stream }) => !blocked.has(stream));
  return [...early, ...(await applyIsolating(transaction, projection, rest))];
};
