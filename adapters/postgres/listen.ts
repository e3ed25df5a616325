import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ListenOptions } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';

const reconnectDelayMsMin = 100;
const reconnectDelayMsMax = 5_000;

/** A silent session proves that often that it is there; see `Postgres` for how long it has. */
export const listenHeartbeatMs = 5_000;

export interface ListenContext {
  /** A connection of its own, on which no question waits for its answer without end. */
  readonly connect: () => Promise<pg.Client>;
  readonly heartbeatMs: number;
  readonly log: Log;
}

/**
 * Resolves when the session is over. A broken line may say nothing at all, and then messages are
 * missed without a sign: so the session is asked, and one that does not answer counts as over.
 */
const ended = (
  client: pg.Client,
  { signal, heartbeatMs }: { readonly signal: AbortSignal; readonly heartbeatMs: number },
): Promise<void> =>
  new Promise((resolve) => {
    let isAsked = false;
    const timer = setInterval(() => {
      if (isAsked) return;
      isAsked = true;
      client.query('SELECT 1').then(() => {
        isAsked = false;
      }, finish);
    }, heartbeatMs);
    const finish = (): void => {
      clearInterval(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    client.once('end', finish);
    client.on('error', finish);
    if (signal.aborted) finish();
    signal.addEventListener('abort', finish, { once: true });
  });

const listenOnce = async (
  { connect, heartbeatMs }: ListenContext,
  channel: string,
  { signal, onMessage, onListening, onLost }: ListenOptions,
): Promise<void> => {
  const client = await connect();
  const over = ended(client, { signal, heartbeatMs });
  try {
    client.on('notification', ({ payload }) => onMessage(payload ?? ''));
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    onListening?.();
    await over;
    onLost?.();
  } finally {
    // A connection that is already gone has nothing left to say, and may never answer.
    const closed = client.end().catch(() => undefined);
    if (signal.aborted) await closed;
  }
};

/** See `Database.listen`. Resolves when `signal` aborts; a lost connection is made anew. */
export const listen = async (
  context: ListenContext,
  channel: string,
  options: ListenOptions,
): Promise<void> => {
  let delayMs = reconnectDelayMsMin;
  const onListening = (): void => {
    delayMs = reconnectDelayMsMin;
    options.onListening?.();
  };
  while (!options.signal.aborted) {
    try {
      await listenOnce(context, channel, { ...options, onListening });
    } catch (error) {
      context.log.warn('listening failed', { channel, reason: String(error) });
    }
    if (options.signal.aborted) return;
    // An abort only ends the wait early; the loop's condition then ends the listening.
    await delay(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
    delayMs = Math.min(delayMs * 2, reconnectDelayMsMax);
  }
};
