import { setTimeout as delay } from 'node:timers/promises';
import { END, START } from '@eventstore/db-client';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { LogFilter, LogItem, Position } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import type { Access } from './access.js';
import { failureOf, openSubscription, type Place } from './subscription.js';
import type { Answer } from './wire.js';

/** Items that wait for a slow consumer before the server is asked to pause. */
const bufferItems = 1_000;
const firstReconnectDelayMs = 100;
const longestReconnectDelayMs = 5_000;

export interface SubscribeOptions {
  readonly after: Position | null | 'end';
  readonly filter: LogFilter;
  readonly signal: AbortSignal;
}

/**
 * One subscription to `$all` that outlives connections. It remembers the last position that it
 * delivered, and a new connection starts after it, so the consumer sees neither gap nor duplicate.
 */
export async function* subscribeLog(
  access: Access,
  options: SubscribeOptions & { readonly log: Log },
): AsyncGenerator<LogItem> {
  let { after } = options;
  let delayMs = firstReconnectDelayMs;
  while (!options.signal.aborted) {
    try {
      for await (const lot of oneConnection(access, { ...options, after })) {
        delayMs = firstReconnectDelayMs;
        for (const item of lot) {
          if (item.kind === 'event') after = item.event.position;
          if (item.kind === 'checkpoint') after = item.position;
          yield item;
          if (options.signal.aborted) return;
        }
      }
    } catch (error) {
      if (options.signal.aborted) return;
      options.log.warn('subscription lost, connecting again', {
        delayMs,
        reason: error instanceof Error ? error.message : String(error),
      });
      // An abort ends the wait early; the loop's condition then ends the subscription.
      await delay(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestReconnectDelayMs);
    }
  }
}

const startOf = async ({ beginning }: Access, wanted: Position | null | 'end'): Promise<Place> => {
  if (wanted === 'end') return END;
  return wanted ?? (await beginning()) ?? START;
};

/** What has come and waits for its consumer; a full one asks the server to pause. */
class Mailbox {
  readonly #items: LogItem[] = [];
  #failure: unknown = null;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(readonly source: ClientReadableStream<Answer>) {
    source.on('data', (answer: Answer) => {
      if (this.#ended || answer.kind === 'nothing') return;
      this.#items.push(answer);
      if (this.#items.length >= bufferItems) source.pause();
      this.#wake();
    });
    source.on('error', (error) => this.#finish(failureOf(error)));
    source.on('end', () => this.#finish(new Error('the server ended the subscription')));
    source.on('close', () => this.#finish(new Error('the subscription was closed')));
  }

  #finish(failure: unknown): void {
    if (!this.#ended) this.#failure = failure;
    this.#ended = true;
    this.#wake();
  }

  stop(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Everything that has come meanwhile, lot by lot: less waiting than one by one. */
  async *lots(): AsyncGenerator<readonly LogItem[]> {
    for (;;) {
      const lot = this.#items.splice(0);
      if (this.source.isPaused()) this.source.resume();
      if (lot.length > 0) yield lot;
      if (this.#items.length > 0) continue;
      if (this.#ended) {
        if (this.#failure !== null) throw this.#failure;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        // Something may have come between the check above and this line.
        if (this.#items.length > 0 || this.#ended) resolve();
      });
    }
  }
}

/**
 * One subscription for as long as its connection lasts, or until `signal` aborts.
 *
 * @throws whatever the client says when it is lost.
 */
export async function* oneConnection(
  access: Access,
  { after, filter, signal }: SubscribeOptions,
): AsyncGenerator<readonly LogItem[]> {
  if (signal.aborted) return;
  const source = await openSubscription(access, await startOf(access, after), filter);
  const mailbox = new Mailbox(source);
  const stop = (): void => mailbox.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    yield* mailbox.lots();
  } finally {
    signal.removeEventListener('abort', stop);
    // The call ends once what has come meanwhile is taken; nobody wants it any more.
    stop();
    source.resume();
    await cancelled(source);
  }
}

/** Not in the turn in which the call has ended: the library would take that for a second end. */
const cancelled = (source: ClientReadableStream<Answer>): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => {
      source.cancel();
      resolve();
    });
  });
