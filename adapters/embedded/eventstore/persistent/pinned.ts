/**
 * One consumer per key, as long as it is there: events of one stream (or of one correlation) are
 * handled one consumer at a time. Keys are hashed into lanes, and lanes are given to consumers.
 *
 * A lane changes hands only while none of its events is with a consumer, so two consumers never
 * hold events of one key. A consumer that joins gets its share lane by lane: from whoever has more
 * than an even share, when the next event of an idle lane comes. Lanes that are free go to whoever
 * has the fewest among those with room.
 */
import { PINNED_LANES } from '../limits.js';
import type { ResolvedEvent } from '../log/links.js';
import type { Consumer } from './consumer.js';
import type { Choice, Strategy } from './strategies.js';

export class PinnedStrategy implements Strategy {
  private readonly owners = new Map<number, Consumer>();
  /** Events of each lane that are with its owner. */
  private readonly inFlight = new Map<number, number>();
  /** How many lanes each consumer has. */
  private readonly shares = new Map<Consumer, number>();

  /** @param keyOf what events have in common that one consumer has to get */
  constructor(private readonly keyOf: (event: ResolvedEvent) => string) {}

  laneOf(event: ResolvedEvent): number {
    return hash(this.keyOf(event)) % PINNED_LANES;
  }

  join(consumer: Consumer): void {
    this.shares.set(consumer, 0);
  }

  leave(consumer: Consumer): void {
    this.shares.delete(consumer);
    for (const [lane, owner] of this.owners) {
      if (owner === consumer) this.owners.delete(lane);
    }
  }

  choose(lane: number): Choice {
    const [least] = [...this.shares]
      .filter(([consumer]) => consumer.hasRoom)
      .sort(([, a], [, b]) => a - b);
    if (least === undefined) return 'full';
    const owner = this.owners.get(lane) ?? this.give(lane, least[0]);
    if (this.inFlight.has(lane) || !this.hasTooMany(owner)) return owner.hasRoom ? owner : 'wait';
    return this.give(lane, least[0]);
  }

  sent(lane: number): void {
    this.inFlight.set(lane, (this.inFlight.get(lane) ?? 0) + 1);
  }

  released(lane: number): void {
    const left = (this.inFlight.get(lane) ?? 0) - 1;
    if (left > 0) this.inFlight.set(lane, left);
    else this.inFlight.delete(lane);
  }

  private give(lane: number, next: Consumer): Consumer {
    const owner = this.owners.get(lane);
    if (owner !== undefined) this.shares.set(owner, (this.shares.get(owner) ?? 1) - 1);
    this.owners.set(lane, next);
    this.shares.set(next, (this.shares.get(next) ?? 0) + 1);
    return next;
  }

  private hasTooMany(owner: Consumer): boolean {
    const evenShare = Math.ceil(this.owners.size / this.shares.size);
    return (this.shares.get(owner) ?? 0) > evenShare;
  }
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
