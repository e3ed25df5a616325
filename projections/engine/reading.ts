import type { Category } from '../../domain/registry.js';
import type { EventStore, LogItem, Position } from '../../ports/event-store.js';
import { isAtLeast, later } from './checkpoints.js';
import { FedEvent } from './fed-event.js';

/** Places in the window are counted from where reading began, and so never change. */
type Place = number;

/** Somebody who takes events out of the window, each at a pace of its own. */
export interface Reader {
  /** Place of the first event that it has not taken. */
  readonly place: Place;
  /** Something has changed: more events, the end of the log was reached, or reading failed. */
  wake(): void;
}

export interface ReadingOptions {
  readonly after: Position | null;
  readonly categories: readonly Category[];
  /** Until the end of the log is reached, readers are woken when so many events wait for them. */
  readonly lotEvents: number;
  /** Events that lie in the window before the slowest reader has taken them. */
  readonly aheadEventsMax: number;
  /** Events that stay when all have taken them, for whoever begins or comes back a little later. */
  readonly keptEvents: number;
  /** How long the slowest reader may keep all others waiting before it has to read for itself. */
  readonly patienceMs: number;
}

/**
 * One subscription to the log, and a window of what came last, shared by everybody who stands in
 * it. The slowest of them sets the pace: the window is bounded. One that stands still is put out.
 */
export class Reading {
  readonly #events: FedEvent[] = [];
  readonly #readers = new Set<Reader>();
  readonly #ended = new AbortController();
  /** Place of the first event in the window. */
  #base: Place = 0;
  /** Everything after this position, up to `upTo`, is in the window. */
  #after: Position | null;
  #upTo: Position | null;
  #marks = 0;
  #isLive = false;
  #failure: unknown = null;
  #makeRoom: () => void = () => undefined;

  constructor(
    store: Pick<EventStore, 'subscribeLog'>,
    private readonly options: ReadingOptions,
  ) {
    const { after, categories } = options;
    const { signal } = this.#ended;
    this.#after = after;
    this.#upTo = after;
    this.#fill(store.subscribeLog({ after, filter: { categories }, signal })).catch(
      (error: unknown) => this.#fail(error),
    );
  }

  /** Whether somebody who has everything up to `position` can go on from here. */
  covers(position: Position | null): boolean {
    if (this.isOver) return false;
    return isAtLeast(position, this.#after) && isAtLeast(this.#upTo, position);
  }

  /** Place of the first event behind a position that is covered. */
  placeAfter(position: Position | null): Place {
    const index = this.#events.findIndex(({ event }) => !isAtLeast(position, event.position));
    return this.#base + (index < 0 ? this.#events.length : index);
  }

  join(reader: Reader): void {
    this.#readers.add(reader);
  }

  /** Reading ends with its last reader. */
  leave(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#ended.abort();
    else this.moved();
  }

  /** Whether it has not been put out for standing still. */
  has(reader: Reader): boolean {
    return this.#readers.has(reader);
  }

  /** A reader has taken events: there may be room for more. */
  moved(): void {
    this.#makeRoom();
  }

  /** Up to `max` events from a place on. */
  from(place: Place, max: number): readonly FedEvent[] {
    return this.#events.slice(place - this.#base, place - this.#base + max);
  }

  /** Place behind the last event. */
  get end(): Place {
    return this.#base + this.#events.length;
  }

  /** Everything up to here was looked at, by us or by the store. */
  get upTo(): Position | null {
    return this.#upTo;
  }

  /** How often the store has told how far it has looked without finding anything. */
  get marks(): number {
    return this.#marks;
  }

  /** Whether the end of the log was reached: what comes now has just happened. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get isFull(): boolean {
    return this.end - this.#slowest() >= this.options.aheadEventsMax;
  }

  /** It failed, or nobody reads any more. */
  get isOver(): boolean {
    return this.#failure !== null || this.#ended.signal.aborted;
  }

  /** What ended it; `null` as long as it goes on. */
  get failure(): unknown {
    return this.#failure;
  }

  async #fill(items: AsyncIterable<LogItem>): Promise<void> {
    for await (const item of items) {
      this.#take(item);
      while (this.isFull && !this.#ended.signal.aborted) await this.#untilRoom();
    }
    this.#fail(new Error('the subscription ended by itself'));
  }

  #take(item: LogItem): void {
    switch (item.kind) {
      case 'event':
        this.#events.push(new FedEvent(item.event));
        this.#upTo = item.event.position;
        break;
      case 'checkpoint':
        this.#upTo = later(this.#upTo, item.position);
        this.#marks += 1;
        break;
      case 'caught-up':
        this.#isLive = true;
        break;
    }
    this.#forget();
    for (const reader of this.#readers) {
      if (this.#isLive || this.end - reader.place === this.options.lotEvents) reader.wake();
    }
  }

  /** What nobody needs any more goes in lots: to take one event off a long list costs too much. */
  #forget(): void {
    const spare = this.#slowest() - this.#base - this.options.keptEvents;
    if (spare < this.options.keptEvents) return;
    const forgotten = this.#events.splice(0, spare);
    this.#base += spare;
    this.#after = forgotten.at(-1)?.event.position ?? this.#after;
  }

  #slowest(): Place {
    let slowest = this.end;
    for (const { place } of this.#readers) slowest = Math.min(slowest, place);
    return slowest;
  }

  /** Until somebody has moved. Who stands where all wait for, and does not move, is put out. */
  async #untilRoom(): Promise<void> {
    this.#wakeAll();
    const before = this.#slowest();
    const isMoved = await new Promise<boolean>((resolve) => {
      const impatience = setTimeout(() => resolve(false), this.options.patienceMs);
      this.#makeRoom = () => {
        clearTimeout(impatience);
        resolve(true);
      };
    });
    this.#makeRoom = () => undefined;
    const others = [...this.#readers].filter(({ place }) => place > before);
    if (isMoved || others.length === 0) return;
    for (const reader of [...this.#readers]) if (!others.includes(reader)) this.leave(reader);
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const reader of this.#readers) reader.wake();
  }
}
