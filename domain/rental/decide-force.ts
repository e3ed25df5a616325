import { isLess, zero } from '../shared/money.js';
import { forcedCharges, paymentStatusAt } from './charges.js';
import { closeOpenMatters } from './closing.js';
import type { ForceComplete } from './commands.js';
import { rentalCompleted } from './decide-return.js';
import { accept, type Decision, refuse, refuseStatus } from './refusals.js';
import type { Rental } from './state.js';

const unfinished = ['PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE'] as const;

/**
 * Staff end a rental that does not end by itself (ABN-3). A rental that is already PAID stays so:
 * the amount is charged only where something was open. A finished rental is never changed (P-032).
 */
export const forceComplete = (command: ForceComplete, rental: Rental): Decision => {
  const { amount, note, at } = command;
  if (rental.status === 'COMPLETED' || rental.status === 'CANCELLED') {
    return refuseStatus(rental.status, unfinished);
  }
  if (isLess(amount, zero)) return refuse({ kind: 'AmountTooLow', minimum: zero });
  const isPaid = paymentStatusAt(rental, at) === 'PAID';
  return accept(
    ...closeOpenMatters(rental, at),
    rentalCompleted(rental, {
      reason: 'FORCED',
      endedAt: at,
      onTime: false,
      charges: forcedCharges(rental, isPaid ? zero : amount, at),
      note,
      at,
    }),
  );
};
