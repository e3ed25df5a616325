/** Nothing that follows the log may have come further than the log goes, or left a stream out. */

import type { EventStore, Position } from '../../ports/event-store.js';
import { type LogCheck, nothing } from '../check.js';
import { nowhere } from '../finding.js';
import type { Snapshot } from './snapshot.js';

/** Events of a page while the end of the store is looked for. */
const pageEvents = 500;

/**
 * The last position of the store. Followers stand there although nothing of theirs does: what
 * others have written was looked at, too.
 */
export const endOfStore = async (
  store: Pick<EventStore, 'lastPosition' | 'readLogPage'>,
): Promise<Position | null> => {
  let after = await store.lastPosition();
  for (;;) {
    const page = await store.readLogPage(after, pageEvents);
    after = page.upTo ?? after;
    if (page.isLast) return after;
  }
};

/** @param logEnd the last position of the store, whatever stands there, read after the snapshot. */
export const checkpointsNotAhead = (
  { followers }: Snapshot,
  logEnd: Position | null,
): LogCheck => ({
  name: 'checkpoints-not-ahead',
  claim: 'no read model and no process claims to have read more than there is',
  begin: () => ({
    see: () => nothing,
    end: () =>
      followers.flatMap(({ name, position }) =>
        position === null || (logEnd !== null && position <= logEnd)
          ? []
          : [
              {
                code: 'checkpoint-ahead',
                place: { ...nowhere, position },
                expected: `${name} to stand at ${logEnd ?? 'the beginning'} at most`,
                found: `a checkpoint of ${position}`,
              },
            ],
      ),
  }),
});

export const nothingIsParked = ({ parked }: Snapshot): LogCheck => ({
  name: 'nothing-is-parked',
  claim: 'no read model and no process has set a stream aside',
  begin: () => ({
    see: () => nothing,
    end: () =>
      parked.map(({ name, stream, position }) => ({
        code: 'stream-parked',
        place: { ...nowhere, stream, position },
        expected: `${name} to take every event`,
        found: 'events that it has set aside',
      })),
  }),
});
