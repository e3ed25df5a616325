import { hashBytes } from '../../domain/seal/merkle.js';
import { type Instant, instantOfMs, toMs } from '../../domain/shared/instant.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';

/** Events that are kept and let go of together. */
const blockEvents = 1_024;

/** Plain arrays of numbers and bytes: a log that was never sealed may be all of it here. */
interface Block {
  readonly leaves: Uint8Array;
  readonly positions: BigUint64Array;
  readonly revisions: BigUint64Array;
  readonly recordedMs: Float64Array;
  readonly streams: string[];
}

const emptyBlock = (): Block => ({
  leaves: new Uint8Array(blockEvents * hashBytes),
  positions: new BigUint64Array(blockEvents),
  revisions: new BigUint64Array(blockEvents),
  recordedMs: new Float64Array(blockEvents),
  streams: [],
});

/** Where an event stands. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position;
}

/**
 * What was read of the log and has not met its seal yet, oldest first: hashes and places, some 150
 * bytes an event. As many as wait for a seal in the log itself; none of what is sealed stays.
 */
export class UnsealedEvents {
  readonly #blocks: Block[] = [];
  /** Events of the first block that are let go of already. */
  #dropped = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(leaf: Uint8Array, event: RecordedEvent): void {
    const at = (this.#dropped + this.#count) % blockEvents;
    if (at === 0) this.#blocks.push(emptyBlock());
    this.#count += 1;
    const block = this.#blocks.at(-1);
    if (block === undefined) return;
    block.leaves.set(leaf, at * hashBytes);
    block.positions[at] = event.position;
    block.revisions[at] = event.revision;
    block.recordedMs[at] = toMs(event.recordedAt);
    block.streams[at] = event.stream;
  }

  /** @throws RangeError beyond the last one. */
  #find(index: number): { readonly block: Block; readonly at: number } {
    const overall = this.#dropped + index;
    const block = this.#blocks[Math.floor(overall / blockEvents)];
    if (block === undefined || index >= this.#count) throw new RangeError(`no event ${index}`);
    return { block, at: overall % blockEvents };
  }

  leafAt(index: number): Uint8Array {
    const { block, at } = this.#find(index);
    return block.leaves.subarray(at * hashBytes, (at + 1) * hashBytes);
  }

  placeAt(index: number): EventPlace {
    const { block, at } = this.#find(index);
    const { positions, revisions, streams } = block;
    return {
      stream: streams[at] ?? '',
      revision: revisions[at] ?? 0n,
      position: positions[at] ?? 0n,
    };
  }

  recordedAt(index: number): Instant {
    const { block, at } = this.#find(index);
    return instantOfMs(block.recordedMs[at] ?? 0);
  }

  /** Lets go of the oldest ones. */
  drop(events: number): void {
    this.#count -= events;
    this.#dropped += events;
    this.#blocks.splice(0, Math.floor(this.#dropped / blockEvents));
    this.#dropped %= blockEvents;
  }
}
