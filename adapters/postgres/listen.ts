import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ListenOptions } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';

const reconnectDelayMsMin = 100;
const reconnectDelayMsMax = 5_000;

export interface ListenContext {
  readonly connect: () => Promise<pg.Client>;
  readonly log: Log;
}

const ended = (client: pg.Client, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => resolve();
    client.once('end', done);
    client.on('error', done);
    if (signal.aborted) done();
    signal.addEventListener('abort', done, { once: true });
  });

const listenOnce = async (
  context: ListenContext,
  channel: string,
  { signal, onMessage, onListening }: ListenOptions,
): Promise<void> => {
  const client = await context.connect();
  const over = ended(client, signal);
  try {
    client.on('notification', ({ payload }) => onMessage(payload ?? ''));
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    onListening?.();
    await over;
  } finally {
    // A connection that is already gone has nothing left to say; closing it is all we want.
    await client.end().catch(() => undefined);
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
