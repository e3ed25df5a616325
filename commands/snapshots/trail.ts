import type { Revision } from '../../ports/event-store.js';
import { fingerprintOf, type Pages } from '../../ports/snapshots/index.js';

/** An event of a stream, by its place and its name. */
interface Step {
  readonly revision: Revision;
  readonly id: string;
}

/** Pages of one writing, and those of them that were read so far; `null`: not to be relied on. */
export interface Shelf {
  readonly pages: Pages;
  readonly read: Map<number, Promise<readonly number[] | null>>;
}

/**
 * Which keys a stream has seen, by their fingerprints, up to an event. All states that were made
 * one from the other share one trail: it only ever moves on, and whoever comes late is ignored.
 */
export class Trail {
  #last: Step | null;
  readonly #keys: number[];
  #shelf: Shelf | null;
  /** Revision of the newest snapshot that is known of; -1 for none. */
  keptAt: Revision;
  /** When one was begun to be written last, by the clock of `performance`. */
  begunAtMs = Number.NEGATIVE_INFINITY;

  /** A trail from the beginning of a stream, unless it goes on from a snapshot. */
  constructor(
    from: {
      readonly last: Step;
      readonly keys: readonly number[];
      readonly pages: Pages | null;
    } | null,
  ) {
    this.#last = from?.last ?? null;
    this.#keys = [...(from?.keys ?? [])];
    this.#shelf = shelfOf(from?.pages ?? null);
    this.keptAt = from?.last.revision ?? -1n;
  }

  get last(): Step | null {
    return this.#last;
  }

  /** Keys that are in no page. */
  get keys(): readonly number[] {
    return this.#keys;
  }

  get shelf(): Shelf | null {
    return this.#shelf;
  }

  /** Goes one event further. */
  note(step: Step, keys: readonly string[]): void {
    if (step.revision !== (this.#last?.revision ?? -1n) + 1n) return;
    this.#last = { revision: step.revision, id: step.id };
    for (const key of keys) this.#keys.push(fingerprintOf(key));
  }

  /** The first `count` of the keys are in these pages now. */
  moveToPages(count: number, pages: Pages): void {
    this.#keys.splice(0, count);
    this.#shelf = shelfOf(pages);
  }
}

const shelfOf = (pages: Pages | null): Shelf | null =>
  pages === null ? null : { pages, read: new Map() };
