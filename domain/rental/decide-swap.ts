import * as E from 'fp-ts/lib/Either.js';
import { isAfter, plusMinutes } from '../shared/instant.js';
import type { CompleteSwap, FailSwap, RequestSwap } from './commands.js';
import type { RentalEvent } from './events.js';
import {
  accept,
  type Decision,
  nothingNew,
  type RentalRefusal,
  refuse,
  refuseStatus,
} from './refusals.js';
import { proofOfReturn } from './sight.js';
import {
  type AssignedPowerBank,
  hasStarted,
  openSwapOf,
  type Rental,
  type RentalSwap,
  type StartedRental,
  statusAt,
} from './state.js';

/** SWAP-2: a station's banks are not tried one after the other. */
const refusalByStock = (command: RequestSwap, rental: StartedRental): RentalRefusal | null => {
  const { swapsToday, rentablePowerBanks, requestedPowerBank: requested } = command;
  if (rentablePowerBanks === 0 || requested === rental.run.powerBank) {
    return { kind: 'NoSwapPowerbankAvailable', requested };
  }
  return swapsToday < rentablePowerBanks
    ? null
    : { kind: 'SwapLimitExceeded', swapsToday, rentablePowerBanks };
};

/** Wishes for another bank, free of charge, right after the start (SWAP-1 to SWAP-3). */
export const requestSwap = (command: RequestSwap, rental: Rental): Decision => {
  const { swapId, requestedPowerBank, reason, description, at } = command;
  if (rental.swaps.has(swapId)) return nothingNew;
  const status = statusAt(rental, at);
  if (!hasStarted(rental)) return refuse({ kind: 'RentalNotStarted', status });
  if (status !== 'ACTIVE') return refuseStatus(status, ['ACTIVE']);
  if (rental.cancellationRequest !== null) return refuse({ kind: 'CancellationInProgress' });
  const open = openSwapOf(rental);
  if (open !== null) return refuse({ kind: 'SwapInProgress', swapId: open.swapId });

  const closedAt = plusMinutes(rental.run.startedAt, rental.request.terms.swapWindowMinutes);
  if (isAfter(at, closedAt)) return refuse({ kind: 'SwapWindowExpired', closedAt });
  const proof = proofOfReturn(rental, command.sight, at);
  if (E.isLeft(proof)) return proof;
  const refusal = refusalByStock(command, rental);
  if (refusal !== null) return refuse(refusal);
  const returned = proof.right;
  return accept({
    type: 'SwapRequested',
    data: { swapId, requestedPowerBank, reason, description, returned, at },
  });
};

/** The fact that a swap gave out this bank, whichever was ordered (P-080). */
export const swapCompleted = (
  rental: StartedRental,
  swap: RentalSwap,
  out: AssignedPowerBank & Pick<CompleteSwap, 'at'>,
): RentalEvent => ({
  type: 'SwapCompleted',
  data: {
    swapId: swap.swapId,
    reason: swap.reason,
    oldPowerBank: rental.run.powerBank,
    newPowerBank: out.powerBank,
    oldBatteryPercent: swap.returned.batteryPercent,
    newBatteryPercent: out.batteryPercent,
    slot: out.slot,
    at: out.at,
  },
});

export const completeSwap = (command: CompleteSwap, rental: Rental): Decision => {
  const { swapId } = command;
  const swap = rental.swaps.get(swapId);
  if (swap === undefined || !hasStarted(rental)) return refuse({ kind: 'UnknownSwap', swapId });
  if (swap.status === 'completed') return nothingNew;
  if (swap.status === 'failed') {
    return refuse({ kind: 'SwapClosed', swapId, status: swap.status });
  }
  if (rental.openEject === null) return refuse({ kind: 'PowerBankNotAssigned' });
  return accept(swapCompleted(rental, swap, command));
};

/** Nothing came out: the rental keeps the bank that it has (SWAP-3). */
export const failSwap = (command: FailSwap, rental: Rental): Decision => {
  const { swapId, code, at } = command;
  const swap = rental.swaps.get(swapId);
  if (swap === undefined) return refuse({ kind: 'UnknownSwap', swapId });
  switch (swap.status) {
    case 'failed':
      return nothingNew;
    case 'completed':
      return refuse({ kind: 'SwapClosed', swapId, status: swap.status });
    case 'open':
      return accept({ type: 'SwapFailed', data: { swapId, code, at } });
  }
};
