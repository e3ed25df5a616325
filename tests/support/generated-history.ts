/**
 * A long history for audits: many small worlds that live at the same time, with whatever renters
 * and cabinets do to each other, faults included, settled to their ends. The same seed gives the
 * same lives. Each world is a house of its own, so that the time it takes grows with its length
 * alone.
 */

import { type Instant, instant } from '../../domain/shared/instant.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import { liveWorld } from './audited-history.js';
import { openMemoryHouse } from './memory-house.js';
import { collect } from './proposed-event.js';
import { createTestClock } from './test-clock.js';

/** Worlds whose events stand mixed in the log; the next ones begin when these have ended. */
const worldsAtOnce = 8;
/** Positions are not dense, as in a real log. */
const positionStep = 7n;
const firstAt = instant('2026-01-01T00:00:00Z');

/** There is one network with one set of settings, whatever worlds there are in it. */
const isOfNetwork = ({ stream }: RecordedEvent): boolean => stream.startsWith('settings-');

const liveAt = async (
  name: number,
  { seed, from }: { readonly seed: number; readonly from: Instant },
): Promise<readonly RecordedEvent[]> => {
  const house = openMemoryHouse(createTestClock(from));
  await liveWorld(house, String(name), seed + name);
  return collect(house.store.readLog(null));
};

export interface GeneratedHistory {
  readonly seed: number;
  /** At least so many; whole worlds are told to their ends. */
  readonly events: number;
}

/** Event by event, in the order of the log; memory is that of the worlds that live at once. */
export async function* generatedHistory({
  seed,
  events,
}: GeneratedHistory): AsyncGenerator<RecordedEvent> {
  let told = 0;
  let position: Position = 0n;
  let from = firstAt;
  for (let name = 1; told < events; name += worldsAtOnce) {
    const together: RecordedEvent[] = [];
    for (let index = 0; index < worldsAtOnce; index += 1) {
      const life = await liveAt(name + index, { seed, from });
      const isFirst = name + index === 1;
      together.push(...life.filter((event) => isFirst || !isOfNetwork(event)));
    }
    // The sort is stable: within a world nothing changes places.
    together.sort((left, right) => left.recordedAt.localeCompare(right.recordedAt));
    for (const event of together) {
      position += positionStep;
      told += 1;
      yield { ...event, position };
    }
    from = together.at(-1)?.recordedAt ?? from;
  }
}
