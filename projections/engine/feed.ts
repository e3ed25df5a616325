import type { Category } from '../../domain/registry.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import type { FedEvent } from './fed-event.js';
import type { EngineLimits } from './limits.js';
import type { Projection } from './projection.js';
import { type Reader, Reading } from './reading.js';

/** A stretch of the log, as far as it concerns one read model. */
export interface Lot {
  readonly events: readonly FedEvent[];
  /** Everything up to here was looked at; may lie behind the last event. */
  readonly upTo: Position;
}

export interface FollowOptions {
  readonly after: Position | null;
  readonly categories: readonly Category[];
  /** Instead of the one in the limits. */
  readonly lingerMs?: number;
  /** For whom it does not linger; nobody when absent. */
  readonly hurry?: Hurry;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Somebody may wait for what a read model is about to show. */
export interface Hurry {
  /** Whether somebody waits for this or less. */
  isFor(position: Position | null): boolean;
  /** Calls the listener when somebody begins to wait, until the answer is called. */
  onBegin(listener: () => void): () => void;
}

/**
 * The log, read and decoded once for all read models of this process. Each follows it at its own
 * place: those that stand close to one another share a subscription, and one that is elsewhere
 * (after a failure, or because another program was further) has its own until it meets the others.
 */
export interface Feed {
  /**
   * One stretch after the other and in order. After a quiet time the first event waits `lingerMs`
   * for others of its kind, or until somebody waits for it; then a stretch goes out as soon as the
   * one before it is taken. As long as the end of the log was not reached only full ones go out:
   * there, throughput counts, and latency does not.
   *
   * @throws whatever ends the subscription, except the signal.
   */
  follow(options: FollowOptions): AsyncGenerator<Lot>;
}

/** Events of others that pass before a read model is told how far it is without any of its own. */
const quietEventsMax = 500;

export const createFeed = (
  store: Pick<EventStore, 'subscribeLog'>,
  projections: readonly Pick<Projection, 'categories'>[],
  limits: EngineLimits,
): Feed => {
  const categories = [...new Set(projections.flatMap((each) => each.categories))];
  const readings = new Set<Reading>();
  const readingAt = (after: Position | null): Reading => {
    for (const reading of readings) {
      if (reading.isOver) readings.delete(reading);
      else if (reading.covers(after)) return reading;
    }
    const { batchEventsMax: lotEvents, aheadEventsMax, keptEvents, patienceMs } = limits;
    const bounds = { lotEvents, aheadEventsMax, keptEvents, patienceMs };
    const made = new Reading(store, { after, categories, ...bounds });
    readings.add(made);
    return made;
  };
  return {
    follow: async function* (options) {
      const follower = new Follower(options, limits, readingAt);
      try {
        for (let lot = await follower.next(); lot !== null; lot = await follower.next()) yield lot;
      } finally {
        follower.stop();
      }
    },
  };
};

/** The oldest that covers the position, so that all end up in one; or a new one. */
type ReadingAt = (after: Position | null) => Reading;

class Follower implements Reader {
  place = 0;
  #position: Position | null;
  #reading: Reading | null = null;
  /** Place and number of marks up to which it has told where it stands. */
  #told = { place: 0, marks: 0 };
  #isAwake = false;
  #wakeUp: () => void = () => undefined;
  readonly #wanted: ReadonlySet<string>;

  constructor(
    private readonly options: FollowOptions,
    private readonly limits: EngineLimits,
    private readonly readingAt: ReadingAt,
  ) {
    this.#position = options.after;
    this.#wanted = new Set(options.categories);
    options.signal.addEventListener('abort', this.wake, { once: true });
  }

  readonly wake = (): void => {
    this.#isAwake = true;
    this.#wakeUp();
  };

  /** `null` when it was told to end. */
  async next(): Promise<Lot | null> {
    while (!this.options.signal.aborted) {
      this.#isAwake = false;
      const reading = this.#settle();
      if (this.#isReady(reading)) {
        const lot = this.#take(reading);
        if (lot !== null) return lot;
      } else {
        await this.#untilWoken();
        if (reading.isLive) await this.#linger(reading);
      }
    }
    return null;
  }

  stop(): void {
    this.options.signal.removeEventListener('abort', this.wake);
    this.#leave();
  }

  /** Goes over to whoever has come to the same place, and elsewhere when it was put out. */
  #settle(): Reading {
    const failure = this.#reading?.failure ?? null;
    if (failure !== null) throw failure;
    const best = this.readingAt(this.#position);
    if (best === this.#reading && best.has(this)) return best;
    this.#leave();
    this.place = best.placeAfter(this.#position);
    this.#told = { place: this.place, marks: best.marks };
    best.join(this);
    this.#reading = best;
    return best;
  }

  #leave(): void {
    const left = this.#reading;
    if (left === null) return;
    left.leave(this);
    this.#reading = null;
  }

  #isReady(reading: Reading): boolean {
    const waiting = reading.end - this.place;
    if (waiting >= this.limits.batchEventsMax) return true;
    const isNew = waiting > 0 || reading.marks > this.#told.marks;
    return isNew && (reading.isLive || reading.isFull);
  }

  /** `null` when there was nothing of interest, and not much else either. */
  #take(reading: Reading): Lot | null {
    const stretch = reading.from(this.place, this.limits.batchEventsMax);
    this.place += stretch.length;
    const upTo =
      this.place === reading.end ? reading.upTo : (stretch.at(-1)?.event.position ?? null);
    reading.moved();
    if (upTo === null) return null;
    this.#position = upTo;
    const events = stretch.filter(({ category }) => this.#wanted.has(category));
    const isQuiet = this.place - this.#told.place < quietEventsMax;
    if (events.length === 0 && isQuiet && reading.marks === this.#told.marks) return null;
    this.#told = { place: this.place, marks: reading.marks };
    return { events, upTo };
  }

  async #linger(reading: Reading): Promise<void> {
    const { hurry, signal, lingerMs = this.limits.lingerMs } = this.options;
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      this.wake();
    };
    // Without a delay, to the end of the turn: the events of one append come in the same one.
    const end = lingerMs > 0 ? setTimeout(finish, lingerMs) : undefined;
    if (end === undefined) setImmediate(finish);
    const endListening = hurry?.onBegin(this.wake);
    while (!isOver && !signal.aborted && reading.failure === null) {
      const isFull = reading.end - this.place >= this.limits.batchEventsMax;
      if (isFull || hurry?.isFor(reading.upTo) === true) break;
      this.#isAwake = false;
      await this.#untilWoken();
    }
    endListening?.();
    clearTimeout(end);
  }

  async #untilWoken(): Promise<void> {
    if (this.#isAwake || this.options.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
    });
    this.#wakeUp = () => undefined;
  }
}
