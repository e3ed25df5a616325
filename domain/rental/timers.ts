import { type Instant, isAfter, plusMinutes, plusMs } from '../shared/instant.js';
import { abandonedAtOf, chargeBasisOf } from './charges.js';
import {
  hasStarted,
  openSwapOf,
  type RentalRun,
  type RentalState,
  type StartedRental,
} from './state.js';

/** The shortest time by which an instant can be past another; instants count milliseconds. */
const shortestTimeMs = 1;

/** The first moment that is past due; a return at the due time itself is on time (RET-2). */
export const overdueFromOf = (run: RentalRun): Instant => plusMs(run.dueAt, shortestTimeMs);

/**
 * When the renter is to be reminded of the due time, or `null` where all the rented time is no
 * longer than the lead: then the reminder would come with the bank (START-16).
 */
export const reminderAtOf = ({ run, request }: StartedRental): Instant | null => {
  const remindAt = plusMinutes(run.dueAt, -request.terms.reminderLeadMinutes);
  return isAfter(remindAt, run.startedAt) ? remindAt : null;
};

/** The first moments at which the three timed wishes are granted; `null` where there is none. */
export interface RentalTimers {
  /** `MarkReminderDue`. */
  readonly remindAt: Instant | null;
  /** `MarkOverdue`. */
  readonly overdueAt: Instant | null;
  /** `AbandonRental`. */
  readonly abandonAt: Instant | null;
  /** `CompletePutBack`. */
  readonly completeAt: Instant | null;
}

const noTimers: RentalTimers = {
  remindAt: null,
  overdueAt: null,
  abandonAt: null,
  completeAt: null,
};

/** A swap or a cancellation that is under way decides first what becomes of the put-back. */
const completeAtOf = (rental: StartedRental): Instant | null =>
  openSwapOf(rental) === null && rental.cancellationRequest === null
    ? (rental.putBack?.decideBy ?? null)
    : null;

/** What a running rental waits for. An extension moves all three (EXT-3). */
export const timersOf = (state: RentalState): RentalTimers => {
  if (state === null || !hasStarted(state)) return noTimers;
  const abandonAt = abandonedAtOf(chargeBasisOf(state));
  if (state.status === 'OVERDUE') return { ...noTimers, abandonAt };
  if (state.status !== 'ACTIVE') return noTimers;
  // The bank is not out, so its time does not run.
  if (state.putBack !== null) return { ...noTimers, completeAt: completeAtOf(state) };
  const isReminded = state.remindedOf === state.run.dueAt;
  return {
    remindAt: isReminded ? null : reminderAtOf(state),
    overdueAt: overdueFromOf(state.run),
    abandonAt,
    completeAt: null,
  };
};
