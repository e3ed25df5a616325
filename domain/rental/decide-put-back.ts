import { isAfter, isBefore, plusMinutes } from '../shared/instant.js';
import { chargesAt } from './charges.js';
import { closeOpenMatters } from './closing.js';
import type { AwaitPutBack, CompletePutBack } from './commands.js';
import { rentalCompleted } from './decide-return.js';
import type { PutBackWish } from './events.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { hasStarted, isPastDue, openSwapOf, type Rental, statusAt } from './state.js';

/** Named by the id that its fulfilment will carry, so that a repeated announcement is known. */
const nameOf = (wish: PutBackWish): string =>
  wish.kind === 'swap' ? `swap ${wish.swapId}` : `cancel ${wish.feePaymentId}`;

/** A later announcement replaces an earlier one: the renter may change their mind. */
export const awaitPutBack = (command: AwaitPutBack, rental: Rental): Decision => {
  const { wish, until, at } = command;
  const awaited = rental.awaitedPutBack;
  if (awaited !== null && nameOf(awaited.wish) === nameOf(wish)) return nothingNew;
  const status = statusAt(rental, at);
  if (!hasStarted(rental)) return refuse({ kind: 'RentalNotStarted', status });
  if (status !== 'ACTIVE') return refuseStatus(status, ['ACTIVE']);
  if (rental.cancellationRequest !== null) return refuse({ kind: 'CancellationInProgress' });
  const open = openSwapOf(rental);
  if (open !== null) return refuse({ kind: 'SwapInProgress', swapId: open.swapId });
  if (rental.putBack !== null) {
    return refuse({ kind: 'PowerbankAlreadyPutBack', seenAt: rental.putBack.sight.at });
  }
  const closedAt = plusMinutes(rental.run.startedAt, rental.request.terms.swapWindowMinutes);
  if (wish.kind === 'swap' && isAfter(at, closedAt)) {
    return refuse({ kind: 'SwapWindowExpired', closedAt });
  }
  return accept({ type: 'PutBackAwaited', data: { wish, until, at } });
};

/**
 * Neither cancelled nor swapped in time: the put-back was the return, at the moment at which the
 * bank came back (RET-2).
 */
export const completePutBack = (command: CompletePutBack, rental: Rental): Decision => {
  const { at } = command;
  const { putBack } = rental;
  if (putBack === null || !hasStarted(rental)) return nothingNew;
  const swap = openSwapOf(rental);
  if (swap !== null) return refuse({ kind: 'SwapInProgress', swapId: swap.swapId });
  if (rental.cancellationRequest !== null) return refuse({ kind: 'CancellationInProgress' });
  if (isBefore(at, putBack.decideBy)) {
    return refuse({ kind: 'TooEarly', notBefore: putBack.decideBy });
  }
  const endedAt = putBack.sight.at;
  return accept(
    ...closeOpenMatters(rental, at),
    { type: 'PowerBankReturned', data: putBack.sight },
    rentalCompleted(rental, {
      reason: 'RETURNED',
      endedAt,
      onTime: !isPastDue(rental.run, endedAt),
      charges: chargesAt(rental, endedAt),
      note: null,
      at,
    }),
  );
};
