import type { Position, Revision } from '../ports/event-store.js';
import type { Trail } from './snapshots/trail.js';

/** State of one stream as of its last known event; revision -1 is a stream not yet written. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: Revision;
  /** Position of the stream's last event; `null` when there is none. */
  readonly position: Position | null;
}

/** The same, and what belongs to the snapshots of the stream. */
export interface KnownState<State> extends Loaded<State> {
  /** What the stream's next snapshot needs; `null` where none are kept. */
  readonly trail: Trail | null;
  /** Whether it was made from a snapshot, and so remembers only what came after. */
  readonly forgets: boolean;
}

/** Streams whose state is kept in memory for each aggregate; the longest unread ones go first. */
const cachedStreamsMax = 10_000;

/**
 * States by stream. Whoever reads or writes one keeps it again, newer or not, so those that were
 * kept longest ago are the least used. Only a help: the expected revision guards every write.
 */
export class StateCache<State> {
  readonly #states = new Map<string, KnownState<State>>();

  get(stream: string): KnownState<State> | undefined {
    return this.#states.get(stream);
  }

  /** Keeps the newer of what is known and what is offered. */
  set(stream: string, offered: KnownState<State>): void {
    const known = this.#states.get(stream);
    if (known !== undefined && known.revision > offered.revision) return;
    this.#states.delete(stream);
    this.#states.set(stream, offered);
    if (this.#states.size <= cachedStreamsMax) return;
    const oldest = this.#states.keys().next();
    if (!oldest.done) this.#states.delete(oldest.value);
  }
}
