import type { Rental, SlotSight } from '../../domain/rental/index.js';
import { viewOfBank } from '../../domain/station/index.js';
import type { OperationTools } from '../operation.js';

/**
 * The pickup station's own latest look at the slot that holds the rental's bank; `null` when it
 * does not show it. How fresh a look must be to prove anything is the rental's decision (P-011).
 */
export const sightOfOwnBank = async (
  { handlers }: Pick<OperationTools, 'handlers'>,
  { run, request: { station } }: Rental,
): Promise<SlotSight | null> => {
  if (run === null) return null;
  const view = viewOfBank((await handlers.station.load(station)).state, run.powerBank);
  if (view === null) return null;
  const { slot, batteryPercent, seenAt } = view;
  return { station, slot, powerBank: run.powerBank, batteryPercent, at: seenAt };
};
