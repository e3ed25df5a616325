import * as E from 'fp-ts/lib/Either.js';
import { RentalId } from '../../domain/shared/ids.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, stepsAfter } from '../process/tools.js';
import { loadRental, type RentalTools, rentalActor } from './common.js';

/** The swap of a just-taken bank; reserving and ejecting walk the same path as a start. */
export const swapReactions = (tools: RentalTools) => {
  const { handlers } = tools;
  return {
    reserveForSwap: async (fact: FactOf<'rental', 'SwapRequested'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { swapId, requestedPowerBank: requested, returned, at } = fact.data;
      const { request } = await loadRental(tools, rentalId, fact);
      const step = stepsAfter(fact, rentalActor);
      const reserved = await issue(
        handlers.station,
        request.station,
        {
          type: 'ReservePowerBank',
          rentalId,
          purpose: 'SWAP',
          requested,
          exclude: [returned.powerBank],
          minBatteryPercent: request.terms.minRentalBatteryPercent,
          at,
        },
        step('reserve'),
      );
      if (E.isRight(reserved)) return;
      const code = 'no_swap_powerbank_available';
      await issue(handlers.rental, rentalId, { type: 'FailSwap', swapId, code, at }, step('fail'));
    },

    releaseAfterFailure: async (fact: FactOf<'rental', 'SwapFailed'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { at } = fact.data;
      const { request } = await loadRental(tools, rentalId, fact);
      const context = stepsAfter(fact, rentalActor)('release');
      const wish = { type: 'ReleaseReservation', rentalId, at } as const;
      await issue(handlers.station, request.station, wish, context);
    },

    /** Swaps are free, but not without number (SWAP-2). */
    countSwap: async (fact: FactOf<'rental', 'SwapCompleted'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { swapId, at } = fact.data;
      const { request } = await loadRental(tools, rentalId, fact);
      const { userId, station } = request;
      const wish = { type: 'CountSwap', rentalId, swapId, station, at } as const;
      const context = stepsAfter(fact, rentalActor)('count');
      await issue(handlers.renter, userId, wish, context);
    },

    /** A bank given back as defective is not handed out again (SWAP-3). */
    retireDefective: async (fact: FactOf<'rental', 'SwapCompleted'>) => {
      const { reason, oldPowerBank, at } = fact.data;
      if (reason !== 'DEFECTIVE') return;
      const wish = { state: 'MAINTENANCE', reason: 'swapped as defective', at } as const;
      const context = stepsAfter(fact, rentalActor)('retire');
      await issue(handlers.powerBank, oldPowerBank, { type: 'SetServiceState', ...wish }, context);
    },
  };
};
