/** The order of the log itself: positions, revisions, and that nothing stands in it twice. */

import type { Position, Revision } from '../../ports/event-store.js';
import type { LogCheck } from '../check.js';
import { nothing } from '../check.js';
import { type Finding, placeOf } from '../finding.js';
import { SeenIds } from '../seen-ids.js';

export const positionsGrow: LogCheck = {
  name: 'positions-grow',
  claim: 'each event stands at a higher position than the one before',
  begin: () => {
    let last: Position | null = null;
    return {
      see: ({ recorded }) => {
        const before = last;
        last = recorded.position;
        if (before === null || recorded.position > before) return nothing;
        const expected = `a position above ${before}`;
        const found = String(recorded.position);
        return [{ code: 'position-not-growing', place: placeOf(recorded), expected, found }];
      },
      end: () => nothing,
    };
  },
};

/** Remembers the last revision of each stream: some 150 bytes a stream. */
export const revisionsAreDense: LogCheck = {
  name: 'revisions-are-dense',
  claim: 'the events of each stream are numbered from 0 without gap or repetition',
  begin: () => {
    const last = new Map<string, Revision>();
    return {
      see: ({ recorded }) => {
        const { stream, revision } = recorded;
        const next = (last.get(stream) ?? -1n) + 1n;
        if (revision >= next) last.set(stream, revision);
        if (revision === next) return nothing;
        const isGap = revision > next;
        const finding: Finding = {
          code: isGap ? 'revision-missing' : 'revision-repeated',
          place: isGap
            ? { stream, revision: next, position: recorded.position }
            : placeOf(recorded),
          expected: `revision ${next}`,
          found: `revision ${revision}`,
        };
        return [finding];
      },
      end: () => nothing,
    };
  },
};

export const eventsAreUnique: LogCheck = {
  name: 'events-are-unique',
  claim: 'no event id stands in the log twice',
  begin: () => {
    const seen = new SeenIds();
    return {
      see: ({ recorded }) => {
        if (!seen.add(recorded.id)) return nothing;
        const expected = 'an id that no other event has';
        return [{ code: 'event-repeated', place: placeOf(recorded), expected, found: recorded.id }];
      },
      end: () => nothing,
    };
  },
};
