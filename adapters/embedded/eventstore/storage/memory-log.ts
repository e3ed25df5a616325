/**
 * All events of a log in memory by position, with gaps where events were removed.
 *
 * A removed event leaves an empty slot, so that removing is cheap; when there are more empty slots
 * than full ones they are closed up.
 */
import type { RecordedEvent } from '../log/types.js';
import type { PageRequest } from './storage.js';

interface Slot {
  readonly position: number;
  event: RecordedEvent | undefined;
}

export class MemoryLog {
  /** In order of position. The last one is never empty. */
  private slots: Slot[] = [];
  private empty = 0;

  lastPosition(): number {
    return this.slots.at(-1)?.position ?? 0;
  }

  push(event: RecordedEvent): void {
    this.slots.push({ position: event.position, event });
  }

  /** Takes the last event back. */
  pop(): void {
    this.slots.pop();
  }

  remove(events: readonly RecordedEvent[]): void {
    for (const { position } of events) {
      const slot = this.slots[this.indexFrom(position)];
      if (slot?.position !== position || slot.event === undefined) continue;
      slot.event = undefined;
      this.empty += 1;
    }
    if (this.empty <= this.slots.length / 2) return;
    this.slots = this.slots.filter(({ event }) => event !== undefined);
    this.empty = 0;
  }

  clear(): void {
    this.slots = [];
    this.empty = 0;
  }

  page({ from, backwards, eventsMax, bytesMax }: PageRequest): RecordedEvent[] {
    const taken: RecordedEvent[] = [];
    let bytes = 0;
    let index = backwards ? this.indexFrom(from + 1) - 1 : this.indexFrom(from);
    const step = backwards ? -1 : 1;
    while (taken.length < eventsMax && (bytes < bytesMax || taken.length === 0)) {
      const slot = this.slots[index];
      if (slot === undefined) break;
      index += step;
      if (slot.event === undefined) continue;
      taken.push(slot.event);
      bytes += slot.event.data.length + slot.event.customMetadata.length;
    }
    return taken;
  }

  /** The index of the first slot at a position or after it. */
  private indexFrom(position: number): number {
    let low = 0;
    let high = this.slots.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.slots[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
