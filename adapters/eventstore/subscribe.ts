import { setTimeout as delay } from 'node:timers/promises';
import { type AllStreamSubscription, END, START } from '@eventstore/db-client';
import type { LogFilter, LogItem, Position } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import type { Access } from './access.js';
import { serverFilter } from './filter.js';
import type { Names } from './names.js';
import { toRecorded } from './recorded.js';

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
      for await (const item of oneConnection(access, { ...options, after })) {
        delayMs = firstReconnectDelayMs;
        if (item.kind === 'event') after = item.event.position;
        if (item.kind === 'checkpoint') after = item.position;
        yield item;
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

const startOf = async ({ beginning }: Access, wanted: Position | null | 'end') => {
  if (wanted === 'end') return END;
  const after = wanted ?? (await beginning());
  return after === null ? START : { commit: after, prepare: after };
};

/**
 * The client tells checkpoints and `caughtUp` beside its stream of events, ahead of events that
 * still wait in its buffer. `Mailbox` puts them back in order: such a mark is due once as many
 * events have passed as were waiting when it was told.
 */
class Mailbox {
  readonly #items: LogItem[] = [];
  readonly #marks: { readonly dueAfter: number; readonly item: LogItem }[] = [];
  #received = 0;
  #failure: unknown = null;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(
    readonly source: AllStreamSubscription,
    names: Names,
  ) {
    source.on('data', (resolved) => {
      if (this.#ended) return;
      this.#received += 1;
      const event = toRecorded(resolved, names);
      if (event !== null) this.#items.push({ kind: 'event', event });
      this.#deliverMarks();
      if (this.#items.length >= bufferItems) source.pause();
      this.#wake();
    });
    source.on('caughtUp', () => this.mark({ kind: 'caught-up' }));
    source.on('error', (error) => this.#finish(error));
    source.on('end', () => this.#finish(new Error('the server ended the subscription')));
    source.on('close', () => this.#finish(new Error('the subscription was closed')));
  }

  mark(item: LogItem): void {
    this.#marks.push({ dueAfter: this.#received + this.source.readableLength, item });
    this.#deliverMarks();
    this.#wake();
  }

  #deliverMarks(): void {
    for (let next = this.#marks[0]; next !== undefined; next = this.#marks[0]) {
      if (next.dueAfter > this.#received) return;
      this.#items.push(next.item);
      this.#marks.shift();
    }
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

  async *items(): AsyncGenerator<LogItem> {
    for (;;) {
      const batch = this.#items.splice(0);
      if (this.source.isPaused()) this.source.resume();
      yield* batch;
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
): AsyncGenerator<LogItem> {
  const { client, names } = access;
  const fromPosition = await startOf(access, after);
  // The server is asked asynchronously, so the mailbox stands before the first mark comes.
  let mailbox: Mailbox | null = null;
  const source = client.subscribeToAll({
    fromPosition,
    filter: serverFilter(names, filter, (_subscription, position) => {
      mailbox?.mark({ kind: 'checkpoint', position: position.commit });
    }),
  });
  mailbox = new Mailbox(source, names);
  const stop = (): void => mailbox?.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (!signal.aborted) yield* mailbox.items();
  } finally {
    signal.removeEventListener('abort', stop);
    // The call ends once what has come meanwhile is taken; nobody wants it any more.
    stop();
    source.resume();
    await source.unsubscribe();
  }
}
