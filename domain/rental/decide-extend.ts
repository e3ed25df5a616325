import { type Instant, plusMinutes } from '../shared/instant.js';
import { splitPays } from './charges.js';
import type { RequestExtension } from './commands.js';
import type { RentalEvent } from './events.js';
import { accept, type Decision, nothingNew, type RentalRefusal, refuse } from './refusals.js';
import { openPayments, type Rental, type RentalPayment, statusAt } from './state.js';

/**
 * Why this rental cannot be extended at `at`, or `null` (EXT-1). Asked twice: when the extension
 * is wished for, and when its payment is secured, because a return may have come between (EXT-3).
 */
export const extensionRefusal = (rental: Rental, at: Instant): RentalRefusal | null => {
  const status = statusAt(rental, at);
  const { paymentModel, maxExtensions } = rental.request.terms;
  if (status === 'COMPLETED' || status === 'CANCELLED') {
    return { kind: 'InvalidRentalStatus', status, allowed: ['ACTIVE'] };
  }
  if (rental.run === null) return { kind: 'RentalNotStarted', status };
  if (status === 'OVERDUE') return { kind: 'RentalOverdue', dueAt: rental.run.dueAt };
  if (rental.cancellationRequest !== null) return { kind: 'CancellationInProgress' };
  if (paymentModel === 'POSTPAID') return { kind: 'ExtensionNotSupported', paymentModel };
  if (rental.extensions.length >= maxExtensions) {
    return { kind: 'MaxExtensionsReached', maxExtensions };
  }
  return null;
};

export const requestExtension = (command: RequestExtension, rental: Rental): Decision => {
  const { paymentId, offer, split, at } = command;
  if (rental.payments.has(paymentId)) return nothingNew;
  const refusal = extensionRefusal(rental, at);
  if (refusal !== null) return refuse(refusal);
  const other = openPayments(rental).find(({ purpose }) => purpose === 'EXTENSION');
  if (other !== undefined) {
    return refuse({
      kind: 'PaymentInProgress',
      paymentId: other.paymentId,
      purpose: other.purpose,
    });
  }
  if (!splitPays(offer.price, split, rental.request.terms.pointsPerNpr)) {
    return refuse({ kind: 'PaymentAmountMismatch', required: offer.price, split });
  }
  return accept({
    type: 'PaymentPlanned',
    data: { paymentId, purpose: 'EXTENSION', amount: offer.price, split, extension: offer, at },
  });
};

/** The paid extension moves the due time, from the due time and not from now (EXT-3). */
export const extensionPaid = (
  rental: Rental,
  payment: RentalPayment,
  at: Instant,
): readonly RentalEvent[] => {
  const { paymentId, extension: offer } = payment;
  if (rental.run === null || offer === null) return [];
  const previousDueAt = rental.run.dueAt;
  const dueAt = plusMinutes(previousDueAt, offer.minutes);
  return [{ type: 'RentalExtended', data: { paymentId, offer, previousDueAt, dueAt, at } }];
};
