import { isAfter, plusSeconds } from '../shared/instant.js';
import type { ReturnPowerBank } from './commands.js';
import type { RentalEvent } from './events.js';
import { type StartedRental, statusAt } from './state.js';

/**
 * Whether a bank that a cabinet shows is put back rather than returned: the renter has announced
 * it, or the operator leaves every return to the pickup station open for a moment. `null`: it is
 * a return.
 */
export const putBackInsteadOfReturn = (
  rental: StartedRental,
  { station, slot, powerBank, batteryPercent, at }: ReturnPowerBank,
): RentalEvent | null => {
  const { awaitedPutBack, request } = rental;
  if (statusAt(rental, at) !== 'ACTIVE') return null;
  if (station !== request.station) return null;
  const isAnnounced = awaitedPutBack !== null && !isAfter(at, awaitedPutBack.until);
  const { returnDecisionSeconds, slotSightMaxAgeSeconds } = request.terms;
  if (!isAnnounced && returnDecisionSeconds === 0) return null;
  // No longer than the cabinet's sight of the bank is believed, or nothing could be done with it.
  const openSeconds = isAnnounced ? slotSightMaxAgeSeconds : returnDecisionSeconds;
  return {
    type: 'PowerBankPutBack',
    data: {
      sight: { station, slot, powerBank, batteryPercent, at },
      wish: isAnnounced ? awaitedPutBack.wish : null,
      decideBy: plusSeconds(at, openSeconds),
      at,
    },
  };
};
