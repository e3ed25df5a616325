import * as E from 'fp-ts/lib/Either.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import { decodeLogged } from '../../ports/logged-event.js';
import type { ParkedEvent, ProcessStore } from '../../ports/process-store.js';
import { withRetries } from './engine.js';
import type { ProcessManager } from './reactions.js';

export interface RetryDependencies {
  readonly store: EventStore;
  readonly processStore: ProcessStore;
  readonly log: Log;
}

/** How the retry of one parked stream ended. */
export interface ProcessRetry {
  readonly stream: string;
  readonly handled: number;
  /** What stopped it, or `null` when the stream is back with the others. */
  readonly error: string | null;
}

/**
 * Lets a process react to its parked events, stream by stream and in order, and takes each out of
 * the park. It may run while the process does: see `ProcessStore.commit` for how they take turns.
 */
export const retryParked = async (
  manager: ProcessManager,
  dependencies: RetryDependencies,
  signal: AbortSignal,
): Promise<readonly ProcessRetry[]> => {
  const results: ProcessRetry[] = [];
  for (const stream of await dependencies.processStore.parkedStreams(manager.name)) {
    signal.throwIfAborted();
    results.push(await retryStream(manager, dependencies, { stream, signal }));
  }
  return results;
};

const retryStream = async (
  manager: ProcessManager,
  dependencies: RetryDependencies,
  { stream, signal }: { readonly stream: string; readonly signal: AbortSignal },
): Promise<ProcessRetry> => {
  let handled = 0;
  for (;;) {
    // Looked at again after each round: the running process may have parked more meanwhile.
    const parked = await parkedOf(dependencies, manager, stream);
    if (parked.length === 0) return { stream, handled, error: null };
    const events = await readParked(dependencies, stream, parked);
    if (events.length < parked.length) {
      return { stream, handled, error: 'an event is not in the log any more' };
    }
    for (const event of events) {
      signal.throwIfAborted();
      const error = await retryEvent(manager, dependencies, { event, signal });
      if (error !== null) return { stream, handled, error };
      handled += 1;
    }
  }
};

const parkedOf = async (
  { processStore }: RetryDependencies,
  { name }: ProcessManager,
  wanted: string,
): Promise<readonly ParkedEvent[]> =>
  (await processStore.parkedEvents(name)).filter(({ stream }) => stream === wanted);

const readParked = async (
  { store }: RetryDependencies,
  stream: string,
  parked: readonly ParkedEvent[],
): Promise<readonly RecordedEvent[]> => {
  const positions = new Set(parked.map(({ position }) => position));
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(stream)) {
    if (positions.has(event.position)) events.push(event);
  }
  return events;
};

/** @returns why the process still cannot react to the event; `null` when it has. */
const retryEvent = async (
  manager: ProcessManager,
  dependencies: RetryDependencies,
  { event, signal }: { readonly event: RecordedEvent; readonly signal: AbortSignal },
): Promise<string | null> => {
  const decoded = decodeLogged(event);
  if (E.isLeft(decoded)) return decoded.left.kind;
  try {
    const react = () => manager.react(decoded.right);
    const timers = await withRetries(react, dependencies, signal);
    const { position } = event;
    await dependencies.processStore.unpark(manager.name, { position, timers });
    return null;
  } catch (error) {
    if (signal.aborted) throw error;
    return error instanceof Error ? error.message : String(error);
  }
};
