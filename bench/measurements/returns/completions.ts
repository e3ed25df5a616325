/** Hears when rentals are completed, so that nobody has to ask for it again and again. */

import type { EventStore, Position } from '../../../ports/event-store.js';
import type { Cleanup } from '../../cleanup.js';

export interface Completions {
  /** Where in the log the completion of a rental is, once it is there. */
  of(rentalId: string): Promise<Position>;
}

const category = 'rental';
/** A return that has not led to anything by then never will. */
const patienceMs = 60_000;

/** Follows the log from its end until the run is over. */
export const watchCompletions = (store: EventStore, cleanup: Cleanup): Completions => {
  const stop = new AbortController();
  const waiting = new Map<string, (position: Position) => void>();
  const follow = async (): Promise<void> => {
    const filter = { categories: [category] };
    for await (const item of store.subscribeLog({ after: 'end', filter, signal: stop.signal })) {
      if (item.kind !== 'event' || item.event.type !== 'RentalCompleted') continue;
      waiting.get(item.event.stream)?.(item.event.position);
    }
  };
  const following = follow();
  cleanup.add(async () => {
    stop.abort();
    await following;
  });
  return {
    of: (rentalId) =>
      new Promise((resolve, reject) => {
        const late = (): void => reject(new Error(`${rentalId} is back and not completed`));
        const timer = setTimeout(late, patienceMs);
        waiting.set(`${category}-${rentalId}`, (position) => {
          clearTimeout(timer);
          resolve(position);
        });
      }),
  };
};
