import { hasStarted, type Rental } from '../../domain/rental/index.js';
import { EntryId, RentalId } from '../../domain/shared/ids.js';
import { isPositive, zero } from '../../domain/shared/money.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, settingsInForce, stepsAfter } from '../process/tools.js';
import { loadRental, type RentalTools, rentalActor } from './common.js';

/** What an ended rental leaves: the renter is free again, rewarded, or blocked by a due. */
export const endingReactions = (tools: RentalTools) => {
  const { handlers } = tools;

  const award = async (
    rental: Rental,
    fact: FactOf<'rental', 'RentalCompleted'>,
    reward: {
      readonly source: 'RENTAL_COMPLETE' | 'TIMELY_RETURN';
      readonly points: number;
    },
  ): Promise<void> => {
    const { source, points } = reward;
    if (points === 0) return;
    const { rentalId, request } = rental;
    // Named by rental and reason, so that each is given once, however it comes about (P-014).
    const awardId = ownId(EntryId, `${rentalId}:${source}`);
    const wish = { awardId, points, source, rentalId, at: fact.data.at };
    const context = stepsAfter(fact, rentalActor)(source);
    await issue(handlers.points, request.userId, { type: 'AwardPoints', ...wish }, context);
  };

  return {
    /** Completion and on-time points (RET-5); nothing for an abandoned or forced end. */
    reward: async (fact: FactOf<'rental', 'RentalCompleted'>) => {
      if (fact.data.reason !== 'RETURNED') return;
      const rental = await loadRental(tools, ownId(RentalId, fact.streamId), fact);
      const { completionPoints, timelyReturnPoints } = rental.request.terms;
      await award(rental, fact, { source: 'RENTAL_COMPLETE', points: completionPoints });
      if (!fact.data.onTime) return;
      await award(rental, fact, { source: 'TIMELY_RETURN', points: timelyReturnPoints });
    },

    /** The bank's own books: the cycle that it did, or that it is lost (ABN-1, ABN-3). */
    closePowerBank: async (fact: FactOf<'rental', 'RentalCompleted'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const rental = await loadRental(tools, rentalId, fact);
      if (!hasStarted(rental)) return;
      const { at } = fact.data;
      const { run, returned } = rental;
      const context = stepsAfter(fact, rentalActor)('power-bank');
      if (returned === null) {
        const wish = { type: 'DeclareLost', rentalId, at } as const;
        await issue(handlers.powerBank, run.powerBank, wish, context);
        return;
      }
      const { cycleShortRentalSeconds } = await settingsInForce(handlers);
      await issue(
        handlers.powerBank,
        returned.powerBank,
        {
          type: 'LogBatteryCycle',
          rentalId,
          startPercent: run.startBatteryPercent,
          returnPercent: returned.batteryPercent,
          startedAt: run.startedAt,
          returnedAt: returned.at,
          shortRentalSeconds: cycleShortRentalSeconds,
          at,
        },
        context,
      );
    },

    /** Nothing is owed: the renter may rent again. Otherwise the due decides, once it is known. */
    freeRenter: async (fact: FactOf<'rental', 'RentalCompleted'>) => {
      if (isPositive(fact.data.owed)) return;
      await releaseClaim(tools, fact, zero);
    },

    blockRenter: async (fact: FactOf<'rental', 'DueOpened'>) => {
      await releaseClaim(tools, fact, fact.data.owed);
    },

    /** Paid at the end, or later as a due: either way nothing is owed any more (DUE-1). */
    settleRenter: async (fact: FactOf<'rental', 'DueSettled'>) => {
      await releaseClaim(tools, fact, zero);
      const rentalId = ownId(RentalId, fact.streamId);
      const { request } = await loadRental(tools, rentalId, fact);
      const wish = { type: 'ClearDue', rentalId, at: fact.data.at } as const;
      const context = stepsAfter(fact, rentalActor)('clear');
      await issue(handlers.renter, request.userId, wish, context);
    },

    warnRenter: async (fact: FactOf<'rental', 'RentalBecameOverdue'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { request } = await loadRental(tools, rentalId, fact);
      const wish = { type: 'MarkOverdue', rentalId, at: fact.data.at } as const;
      const context = stepsAfter(fact, rentalActor)('overdue');
      await issue(handlers.renter, request.userId, wish, context);
    },

    /** Nothing stays reserved and nobody stays blocked by a rental that came to nothing. */
    undoStart: async (fact: FactOf<'rental', 'RentalCancelled'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { request } = await loadRental(tools, rentalId, fact);
      const { at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      const wish = { type: 'ReleaseReservation', rentalId, at } as const;
      await issue(handlers.station, request.station, wish, step('release-bank'));
      await releaseClaim(tools, fact, zero);
    },

    /** Counted when the rental really became ACTIVE, on whichever path (START-15, P-088). */
    countDiscount: async (fact: FactOf<'rental', 'RentalStarted'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { request } = await loadRental(tools, rentalId, fact);
      const { discount } = request.terms;
      if (discount === null) return;
      const wish = { rentalId, userId: request.userId, at: fact.data.startedAt };
      const context = stepsAfter(fact, rentalActor)('discount');
      await issue(
        handlers.discount,
        discount.discountId,
        { type: 'UseDiscount', ...wish },
        context,
      );
    },
  };
};

const releaseClaim = async (
  tools: RentalTools,
  fact: FactOf<'rental', 'RentalCompleted' | 'RentalCancelled' | 'DueOpened' | 'DueSettled'>,
  owed: typeof zero,
): Promise<void> => {
  const rentalId = ownId(RentalId, fact.streamId);
  const { request } = await loadRental(tools, rentalId, fact);
  const context = stepsAfter(fact, rentalActor)('release-claim');
  await issue(
    tools.handlers.renter,
    request.userId,
    { type: 'ReleaseClaim', rentalId, owed, at: fact.data.at },
    context,
  );
};
