import { isBefore } from '../shared/instant.js';
import { abandonedAtOf, abandonmentCharges, chargeBasisOf } from './charges.js';
import { closeOpenMatters } from './closing.js';
import type { AbandonRental, MarkOverdue, MarkReminderDue } from './commands.js';
import { rentalCompleted } from './decide-return.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { hasStarted, isPastDue, type Rental } from './state.js';
import { overdueFromOf, reminderAtOf } from './timers.js';

/**
 * The reminder of the present due time. The timer of a due time that an extension has moved finds
 * that it is too early (P-015), and one that comes after the due time has nothing to say any more.
 */
export const markReminderDue = (command: MarkReminderDue, rental: Rental): Decision => {
  const { at } = command;
  if (!hasStarted(rental) || rental.status !== 'ACTIVE') {
    return refuseStatus(rental.status, ['ACTIVE']);
  }
  const { run } = rental;
  const reminderAt = reminderAtOf(rental);
  if (reminderAt === null || rental.remindedOf === run.dueAt) return nothingNew;
  if (isBefore(at, reminderAt)) return refuse({ kind: 'TooEarly', notBefore: reminderAt });
  if (isPastDue(run, at)) return nothingNew;
  return accept({ type: 'ReminderDue', data: { dueAt: run.dueAt, at } });
};

export const markOverdue = (command: MarkOverdue, rental: Rental): Decision => {
  const { at } = command;
  // A bank that was put back in time is not overdue, however long the renter takes to choose.
  if (rental.status === 'OVERDUE' || rental.putBack !== null) return nothingNew;
  if (!hasStarted(rental) || rental.status !== 'ACTIVE') {
    return refuseStatus(rental.status, ['ACTIVE']);
  }
  return isPastDue(rental.run, at)
    ? accept({ type: 'RentalBecameOverdue', data: { at } })
    : refuse({ kind: 'TooEarly', notBefore: overdueFromOf(rental.run) });
};

/**
 * The bank counts as lost: the rental ends at that moment, however late the timer is, with the
 * late fee up to it and the penalty on top (ABN-1, P-019).
 */
export const abandonRental = (command: AbandonRental, rental: Rental): Decision => {
  const { at } = command;
  if (rental.completion?.reason === 'ABANDONED') return nothingNew;
  // It is in a slot of the pickup station, and its put-back has a timer of its own.
  if (rental.putBack !== null) {
    return refuse({ kind: 'PowerbankAlreadyPutBack', seenAt: rental.putBack.sight.at });
  }
  const isOut = rental.status === 'ACTIVE' || rental.status === 'OVERDUE';
  if (!isOut || !hasStarted(rental)) return refuseStatus(rental.status, ['ACTIVE', 'OVERDUE']);
  const endedAt = abandonedAtOf(chargeBasisOf(rental));
  if (isBefore(at, endedAt)) return refuse({ kind: 'TooEarly', notBefore: endedAt });
  return accept(
    ...closeOpenMatters(rental, at),
    rentalCompleted(rental, {
      reason: 'ABANDONED',
      endedAt,
      onTime: false,
      charges: abandonmentCharges(rental),
      note: null,
      at,
    }),
  );
};
