import { timersOf } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { RentalId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Timer, TimerChange } from '../../ports/timers.js';
import type { Fact, FactOf } from '../process/facts.js';
import { issue, ownId, stepsAfter } from '../process/tools.js';
import { type RentalTools, rentalActor } from './common.js';

/** The waits of a running rental, and the wish that each ends in. */
const wishes = {
  remind: 'MarkReminderDue',
  overdue: 'MarkOverdue',
  abandon: 'AbandonRental',
  complete: 'CompletePutBack',
} as const;

type Wait = keyof typeof wishes;

const isWait = (word: string): word is Wait => Object.hasOwn(wishes, word);

const change = (rentalId: RentalId, wait: Wait, dueAt: Instant | null): TimerChange => {
  const timerId = `rental:${rentalId}:${wait}`;
  return dueAt === null
    ? { kind: 'cancel', timerId }
    : { kind: 'schedule', timer: { timerId, kind: wait, dueAt, payload: { rentalId } } };
};

/** Reminder, due time and abandonment: set anew from the rental's state after every move. */
export const timerReactions = ({ handlers }: RentalTools) => {
  const timersAfter = async ({
    streamId,
    position,
  }: Pick<Fact<unknown>, 'streamId' | 'position'>): Promise<readonly TimerChange[]> => {
    const rentalId = ownId(RentalId, streamId);
    const { remindAt, overdueAt, abandonAt, completeAt } = timersOf(
      await handlers.rental.upTo(rentalId, position),
    );
    return [
      change(rentalId, 'remind', remindAt),
      change(rentalId, 'overdue', overdueAt),
      change(rentalId, 'abandon', abandonAt),
      change(rentalId, 'complete', completeAt),
    ];
  };

  return {
    setTimers: (
      fact: FactOf<
        'rental',
        | 'RentalStarted'
        | 'RentalExtended'
        | 'RentalBecameOverdue'
        | 'PowerBankPutBack'
        | 'CancellationRequested'
        | 'PaymentDeclined'
        | 'SwapRequested'
        | 'SwapCompleted'
        | 'SwapFailed'
        | 'RentalCompleted'
        | 'RentalCancelled'
      >,
    ): Promise<readonly TimerChange[]> => timersAfter(fact),

    /**
     * A wait is over. The rental itself says whether there is still something to do: an extension
     * may have moved the time, or the bank may be back.
     */
    fire: async (timer: Timer): Promise<readonly TimerChange[]> => {
      if (!isWait(timer.kind)) throw new Bug(`no such wait of a rental: ${timer.kind}`);
      const rentalId = ownId(RentalId, timer.payload.rentalId);
      const cause = { id: `${timer.timerId}@${timer.dueAt}`, correlationId: timer.timerId };
      await issue(
        handlers.rental,
        rentalId,
        { type: wishes[timer.kind], at: timer.dueAt },
        stepsAfter(cause, rentalActor)(timer.kind),
      );
      return [];
    },
  };
};
