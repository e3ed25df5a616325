import { plusMinutes } from '../shared/instant.js';
import { cancelUnstarted } from './closing.js';
import type {
  AssignPowerBank,
  FailStart,
  OpenRental,
  RecordEjectUndecided,
  RequestEject,
  StartRental,
} from './commands.js';
import type { RentalEvent } from './events.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { openSwapOf, type Rental, type RentalPayment, type RentalState } from './state.js';

export const openRental = (command: OpenRental, state: RentalState): Decision => {
  if (state !== null) return nothingNew;
  const { rentalId, request, at } = command;
  return accept({ type: 'RentalRequested', data: { rentalId, request, at } });
};

/** The station's choice is taken over as it is: the station is where it is exclusive (START-11). */
export const assignPowerBank = (command: AssignPowerBank, rental: Rental): Decision => {
  const { powerBank, slot, batteryPercent, at } = command;
  if (rental.assigned !== null) {
    return rental.assigned.powerBank === powerBank
      ? nothingNew
      : refuse({ kind: 'PowerBankAlreadyAssigned', assigned: rental.assigned.powerBank });
  }
  if (rental.status !== 'PENDING' && openSwapOf(rental) === null) {
    return refuseStatus(rental.status, ['PENDING']);
  }
  // In a swap the bank just put back cannot be the new one.
  if (rental.run?.powerBank === powerBank) {
    return refuse({ kind: 'NoSwapPowerbankAvailable', requested: powerBank });
  }
  return accept({ type: 'PowerBankAssigned', data: { powerBank, slot, batteryPercent, at } });
};

/** The payment that is held for the start and is taken when the bank is out (PAY-10). */
const securedForStart = (rental: Rental): RentalPayment | null =>
  [...rental.payments.values()].find(
    ({ purpose, status }) => purpose === 'RENTAL' && status === 'secured',
  ) ?? null;

/** START-12: first the bank, then the payment, then the order to the cabinet. */
export const requestEject = (command: RequestEject, rental: Rental): Decision => {
  const { ejectId, at } = command;
  if (rental.ejectIds.has(ejectId)) return nothingNew;
  const { openEject, assigned, status } = rental;
  // A missing answer is settled by looking at the slot, never by a second order (START-13).
  if (openEject !== null) {
    return refuse({ kind: 'EjectAlreadyRequested', ejectId: openEject.ejectId });
  }
  const swap = openSwapOf(rental);
  if (swap === null && status !== 'PENDING') return refuseStatus(status, ['PENDING']);
  if (assigned === null) return refuse({ kind: 'PowerBankNotAssigned' });
  const mustBePaid = swap === null && rental.request.terms.paymentModel === 'PREPAID';
  if (mustBePaid && securedForStart(rental) === null) return refuse({ kind: 'PaymentNotSecured' });
  const { powerBank } = assigned;
  return accept({
    type: 'EjectRequested',
    data: { ejectId, powerBank, swapId: swap?.swapId ?? null, at },
  });
};

export const recordEjectUndecided = (command: RecordEjectUndecided, rental: Rental): Decision => {
  const { ejectId, at } = command;
  if (rental.openEject?.ejectId !== ejectId) return refuse({ kind: 'UnknownEject', ejectId });
  if (rental.openEject.isUndecided) return nothingNew;
  return accept({ type: 'EjectLeftUndecided', data: { ejectId, at } });
};

/**
 * The bank is out: the rental runs from now, and its payment is taken in the same append, so that
 * there is neither a charge without a bank nor a bank without a charge (START-12). The rental
 * follows the bank really out (START-14).
 */
export const startRental = (command: StartRental, rental: Rental): Decision => {
  const { powerBank, slot, batteryPercent, at } = command;
  if (rental.run !== null && rental.run.startedWith === powerBank) return nothingNew;
  if (rental.status !== 'PENDING_POPUP') return refuseStatus(rental.status, ['PENDING_POPUP']);
  const payment = securedForStart(rental);
  const confirmed: readonly RentalEvent[] =
    payment === null
      ? []
      : [{ type: 'PaymentConfirmed', data: { paymentId: payment.paymentId, at } }];
  const dueAt = plusMinutes(at, rental.request.terms.durationMinutes);
  return accept(...confirmed, {
    type: 'RentalStarted',
    data: { powerBank, slot, batteryPercent, startedAt: at, dueAt },
  });
};

/**
 * Nothing came out, so nothing is kept (P-023). Where the user had given up in the meantime, that
 * is the cause: the failure only granted the wish (CAN-1).
 */
export const failStart = (command: FailStart, rental: Rental): Decision => {
  const { cause, code, at } = command;
  if (rental.status === 'CANCELLED') return nothingNew;
  if (rental.status !== 'PENDING' && rental.status !== 'PENDING_POPUP') {
    return refuseStatus(rental.status, ['PENDING', 'PENDING_POPUP']);
  }
  const wish = rental.cancellationRequest;
  const why =
    wish === null
      ? { cause, code, reason: null }
      : { cause: 'user' as const, code: null, reason: wish.reason };
  return accept(...cancelUnstarted(rental, { ...why, returned: null, at }));
};
