/**
 * Events that wait for a consumer with room. Retries go first, in the order of the source; then
 * what is replayed from the parked stream; then what is new.
 *
 * Each part is a map in the order of delivery, so that an event in the middle can leave while
 * others are looked at: a strategy may pass over events whose consumer has no room.
 */
import { bodyBytes, type Message } from './message.js';

type Queue = Map<number, Message>;

export class Waiting {
  private retries: Queue = new Map();
  private readonly replayed: Queue = new Map();
  private readonly fresh: Queue = new Map();
  private lastRetry = 0;
  private live = 0;
  private bytes = 0;

  /** An event that was never delivered. */
  addNew(message: Message): void {
    this.fresh.set(message.sequence, message);
    if (message.body !== undefined) this.bytes += bodyBytes(message.body);
    if (message.live) this.live += 1;
  }

  /** An event that has to be delivered again. */
  addRetry(message: Message): void {
    if (message.parkedRevision !== undefined) {
      this.addReplayed(message);
      return;
    }
    const inOrder = this.retries.size === 0 || message.sequence > this.lastRetry;
    this.retries.set(message.sequence, message);
    if (inOrder) this.lastRetry = message.sequence;
    else this.retries = new Map([...this.retries].sort(([a], [b]) => a - b));
  }

  /** An event from the parked stream. */
  addReplayed(message: Message): void {
    this.replayed.set(message.sequence, message);
  }

  /** All of them in the order of delivery. The one at hand may be deleted. */
  *inOrder(): Generator<Message> {
    yield* this.retries.values();
    yield* this.replayed.values();
    yield* this.fresh.values();
  }

  /** Takes a message out; while it still has its body. */
  delete(message: Message): void {
    const { sequence } = message;
    if (this.retries.delete(sequence) || this.replayed.delete(sequence)) return;
    if (!this.fresh.delete(sequence)) return;
    if (message.body !== undefined) this.bytes -= bodyBytes(message.body);
    if (message.live) this.live -= 1;
  }

  get retryCount(): number {
    return this.retries.size;
  }

  get replayedCount(): number {
    return this.replayed.size;
  }

  get newCount(): number {
    return this.fresh.size;
  }

  /** Of the new ones, how many came as they were written. */
  get liveCount(): number {
    return this.live;
  }

  /** What the new ones weigh, bytes. */
  get newBytes(): number {
    return this.bytes;
  }
}
