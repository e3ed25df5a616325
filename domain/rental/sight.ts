import * as E from 'fp-ts/lib/Either.js';
import { type Instant, secondsBetween } from '../shared/instant.js';
import type { SlotSight } from './events.js';
import type { RentalRefusal } from './refusals.js';
import type { StartedRental } from './state.js';

/**
 * Whether a cabinet's look proves that the rental's bank is back where it was picked up, and is
 * fresh enough to be believed (CAN-2, SWAP-1, P-010, P-011). Gives the proof back, or says what
 * is wrong with it.
 */
export const proofOfReturn = (
  rental: StartedRental,
  sight: SlotSight | null,
  at: Instant,
): E.Either<RentalRefusal, SlotSight> => {
  const { station, terms } = rental.request;
  const { powerBank } = rental.run;
  const maxAgeSeconds = terms.slotSightMaxAgeSeconds;

  if (sight === null) {
    return E.left({ kind: 'PowerbankNotReturned', powerBank, lastSeenAt: null, maxAgeSeconds });
  }
  const { slot, powerBank: seen, station: seenIn, at: lastSeenAt } = sight;
  if (seenIn !== station) return E.left({ kind: 'PowerbankNotInSlot', station, seenIn });
  if (seen !== powerBank) {
    return E.left({ kind: 'SlotNotOccupied', slot, expected: powerBank, seen });
  }
  return secondsBetween(lastSeenAt, at) > maxAgeSeconds
    ? E.left({ kind: 'PowerbankNotReturned', powerBank, lastSeenAt, maxAgeSeconds })
    : E.right(sight);
};
