import { stillOwed } from '../pricing/index.js';
import { invariant } from '../shared/assert.js';
import type { Instant } from '../shared/instant.js';
import type { StoredWords } from '../shared/words.js';
import { chargesAt, paidSoFar } from './charges.js';
import { cancelUnstarted, closeOpenMatters } from './closing.js';
import type { RecordLostPowerBankFound, ReturnPowerBank } from './commands.js';
import { swapCompleted } from './decide-swap.js';
import type { CompletionReason, RentalCharges, RentalEvent } from './events.js';
import { evolve } from './evolve.js';
import { putBackInsteadOfReturn } from './put-back.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { hasStarted, isPastDue, openSwapOf, type Rental, type StartedRental } from './state.js';

/** Refusal word of a start that came to nothing (START-13). */
const popupFailed = 'rental_popup_failed';

/** How a rental ended; what is owed follows from its charges and what was paid (RET-3). */
export interface Ending {
  readonly reason: CompletionReason;
  readonly endedAt: Instant;
  readonly onTime: boolean;
  readonly charges: RentalCharges;
  readonly note: StoredWords | null;
  readonly at: Instant;
}

export const rentalCompleted = (rental: Rental, ending: Ending): RentalEvent => {
  const paid = paidSoFar(rental).amount;
  const owed = stillOwed(ending.charges.total, paid);
  return { type: 'RentalCompleted', data: { ...ending, paid, owed } };
};

/** The bank is back: the rental is over, and everything is charged once (RET-2, RET-3, P-022). */
const complete = (command: ReturnPowerBank, rental: StartedRental): readonly RentalEvent[] => {
  const { station, slot, powerBank, batteryPercent, at } = command;
  return [
    ...closeOpenMatters(rental, at),
    { type: 'PowerBankReturned', data: { station, slot, powerBank, batteryPercent, at } },
    rentalCompleted(rental, {
      reason: 'RETURNED',
      endedAt: at,
      onTime: !isPastDue(rental.run, at),
      charges: chargesAt(rental, at),
      note: null,
      at,
    }),
  ];
};

/**
 * The eject was ordered and its answer is still missing, but the ordered bank is in a slot again:
 * it came out and went straight back. Nobody has used it, so the start is undone and nothing is
 * kept (CAN-1, P-023).
 */
const undoStart = (command: ReturnPowerBank, rental: Rental): Decision => {
  const { station, slot, powerBank, batteryPercent, at } = command;
  if (rental.assigned === null || rental.assigned.powerBank !== powerBank) {
    const expected = rental.assigned?.powerBank ?? powerBank;
    return refuse({ kind: 'PowerbankMismatch', expected, named: powerBank });
  }
  const returned = { station, slot, powerBank, batteryPercent, at };
  const wish = rental.cancellationRequest;
  const why =
    wish === null
      ? { cause: 'eject-undecided' as const, code: popupFailed, reason: null }
      : { cause: 'user' as const, code: null, reason: wish.reason };
  return accept(...cancelUnstarted(rental, { ...why, returned, at }));
};

/**
 * A bank is in a slot while its rental waits for a swap. The old bank was put there for the swap,
 * which decides first what the renter holds. The new one proves that it came out and is back:
 * then the swap happened, and the rental is over (P-080).
 */
const returnDuringSwap = (command: ReturnPowerBank, rental: StartedRental): Decision => {
  const swap = openSwapOf(rental);
  const { assigned, openEject } = rental;
  invariant(swap !== null, 'a return during a swap has an open swap');
  if (command.powerBank === rental.run.powerBank) {
    return refuse({ kind: 'SwapInProgress', swapId: swap.swapId });
  }
  if (openEject === null || assigned === null || assigned.powerBank !== command.powerBank) {
    const { powerBank: expected } = rental.run;
    return refuse({ kind: 'PowerbankMismatch', expected, named: command.powerBank });
  }
  const swapped = swapCompleted(rental, swap, { ...assigned, at: command.at });
  const after = evolve(rental, swapped);
  invariant(after !== null && hasStarted(after), 'a swap leaves a running rental');
  return accept(swapped, ...complete(command, after));
};

const found = (command: RecordLostPowerBankFound | ReturnPowerBank): Decision => {
  const { station, slot, at } = command;
  return accept({ type: 'LostPowerBankFound', data: { station, slot, at } });
};

/** Ended without its bank, which nobody has seen since (ABN-2). */
const isBankMissing = (rental: Rental): boolean =>
  rental.completion !== null &&
  rental.run !== null &&
  rental.returned === null &&
  !rental.isLostPowerBankFound;

/**
 * A cabinet shows the rental's bank in a slot (RET-1). A report of a rental that is over changes
 * neither money nor points nor places (P-021); only a bank that was missing counts as found.
 */
export const returnPowerBank = (command: ReturnPowerBank, rental: Rental): Decision => {
  const { status } = rental;
  if (status === 'PENDING_POPUP') return undoStart(command, rental);
  if (!hasStarted(rental)) {
    return status === 'PENDING'
      ? refuseStatus(status, ['PENDING_POPUP', 'ACTIVE', 'OVERDUE'])
      : nothingNew;
  }
  if (openSwapOf(rental) !== null) return returnDuringSwap(command, rental);
  const { powerBank: expected } = rental.run;
  if (command.powerBank !== expected) {
    return refuse({ kind: 'PowerbankMismatch', expected, named: command.powerBank });
  }
  // Back already: another report of it is no news, and its own timer ends it (P-021).
  if (rental.putBack !== null) return nothingNew;
  const putBack = putBackInsteadOfReturn(rental, command);
  if (putBack !== null) return accept(putBack);
  if (status === 'ACTIVE' || status === 'OVERDUE') return accept(...complete(command, rental));
  return isBankMissing(rental) ? found(command) : nothingNew;
};

/** The bank of an abandoned rental is seen again; the rental stays closed (ABN-2, P-072). */
export const recordLostPowerBankFound = (
  command: RecordLostPowerBankFound,
  rental: Rental,
): Decision => {
  if (rental.isLostPowerBankFound) return nothingNew;
  return isBankMissing(rental) ? found(command) : refuseStatus(rental.status, ['COMPLETED']);
};
