import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { LockedWork } from '../../ports/database.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import type { Log } from '../../ports/log.js';
import { toDatabaseError } from './errors.js';

/**
 * How often a waiting instance asks for the lock. Asking beats waiting inside one statement: a
 * statement that waits for hours keeps a snapshot open, and vacuum cleans nothing behind it.
 */
const lockPollMs = 500;

/** A holder proves that often that its session still exists on the server. */
const heartbeatMs = 5_000;

export interface LockContext {
  /** A connection of its own, on which no question waits for its answer without end. */
  readonly connect: () => Promise<pg.Client>;
  readonly log: Log;
}

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  // An abort only ends the wait early; the caller looks at the signal itself.
  delay(ms, undefined, { signal }).catch(() => undefined);

const tryLock = async (client: pg.Client, name: string): Promise<boolean> => {
  const { rows } = await client.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [name],
  );
  return rows[0]?.locked === true;
};

/** Aborts `lost` when the session goes away, and notices silent losses by asking. */
const watch = (client: pg.Client, lost: AbortController): (() => void) => {
  const onEnd = (): void => lost.abort();
  client.once('end', onEnd);
  client.on('error', onEnd);
  const timer = setInterval(() => {
    client.query('SELECT 1').catch(onEnd);
  }, heartbeatMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    client.removeListener('end', onEnd);
  };
};

/** See `Database.withAdvisoryLock`. Closing the session is what gives the lock back. */
export const withAdvisoryLock = async <T>(
  context: LockContext,
  name: string,
  { signal, work }: LockedWork<T>,
): Promise<T> => {
  signal.throwIfAborted();
  const client = await context.connect();
  const lost = new AbortController();
  const unwatch = watch(client, lost);
  const held = linkedAbort(signal, lost.signal);
  try {
    while (!(await tryLock(client, name))) {
      await sleep(lockPollMs, held.signal);
      held.signal.throwIfAborted();
    }
    context.log.debug('advisory lock taken', { lock: name });
    return await work(held.signal);
  } catch (error) {
    if (lost.signal.aborted && !signal.aborted) {
      context.log.warn('advisory lock lost with its session', { lock: name });
      throw toDatabaseError(new Error('Connection terminated: the lock is lost', { cause: error }));
    }
    throw error;
  } finally {
    unwatch();
    held.abort();
    // A lost session may never answer to its closing, so that is not waited for.
    const closed = client.end().catch(() => undefined);
    if (!lost.signal.aborted) await closed;
  }
};
