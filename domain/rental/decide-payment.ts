import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../shared/instant.js';
import { add, isLess, isZero, type Money } from '../shared/money.js';
import { owedAt, paidSoFar, splitPays } from './charges.js';
import { paymentReleased } from './closing.js';
import type {
  PlanPayment,
  RecordPaymentCaptured,
  RecordPaymentDeclined,
  RecordPaymentSecured,
} from './commands.js';
import { feePaid } from './decide-cancel.js';
import { extensionPaid, extensionRefusal } from './decide-extend.js';
import type { RentalEvent } from './events.js';
import { accept, type Decision, nothingNew, type RentalRefusal, refuse } from './refusals.js';
import { openPayments, type Rental, type RentalPayment, statusAt } from './state.js';

type Amount = E.Either<RentalRefusal, Money>;

const dueStatuses = ['OVERDUE', 'COMPLETED'] as const;

/** The price of a prepaid start; free ones are paid with nothing, so that each start is alike. */
const amountAtStart = ({ status, request }: Rental): Amount => {
  if (status !== 'PENDING') {
    return E.left({ kind: 'InvalidRentalStatus', status, allowed: ['PENDING'] });
  }
  return request.terms.paymentModel === 'PREPAID'
    ? E.right(request.terms.price)
    : E.left({ kind: 'NothingToPayAtStart' });
};

/** Exactly what is owed now, in full; paying while the bank is out is allowed (DUE-2, DUE-3). */
const amountDue = (rental: Rental, at: Instant): Amount => {
  const status = statusAt(rental, at);
  if (status !== 'OVERDUE' && status !== 'COMPLETED') {
    return E.left({ kind: 'InvalidRentalStatus', status, allowed: dueStatuses });
  }
  const owed = owedAt(rental, at);
  return isZero(owed) ? E.left({ kind: 'NoDueAmount' }) : E.right(owed);
};

export const planPayment = (command: PlanPayment, rental: Rental): Decision => {
  const { paymentId, purpose, split, at } = command;
  if (rental.payments.has(paymentId)) return nothingNew;
  const required = purpose === 'RENTAL' ? amountAtStart(rental) : amountDue(rental, at);
  if (E.isLeft(required)) return required;
  const amount = required.right;

  const other = openPayments(rental).find((payment) => payment.purpose === purpose);
  if (other !== undefined) {
    return refuse({ kind: 'PaymentInProgress', paymentId: other.paymentId, purpose });
  }
  if (!splitPays(amount, split, rental.request.terms.pointsPerNpr)) {
    return refuse({ kind: 'PaymentAmountMismatch', required: amount, split });
  }
  return accept({
    type: 'PaymentPlanned',
    data: { paymentId, purpose, amount, split, extension: null, at },
  });
};

/** A due is settled when its rental is over and nothing is left to pay. */
const duePaid = (rental: Rental, payment: RentalPayment, at: Instant): readonly RentalEvent[] => {
  if (rental.completion === null) return [];
  const paid = add(paidSoFar(rental).amount, payment.amount);
  return isLess(paid, rental.completion.charges.total)
    ? []
    : [{ type: 'DueSettled', data: { paymentId: payment.paymentId, at } }];
};

/** Whether the thing that a payment was planned for can still be had, and is not yet paid. */
const isStillWanted = (rental: Rental, payment: RentalPayment, at: Instant): boolean => {
  if (payment.status !== 'planned') return false;
  switch (payment.purpose) {
    case 'RENTAL':
      return rental.status === 'PENDING';
    case 'EXTENSION':
      return extensionRefusal(rental, at) === null;
    case 'DUE':
      // It was exact when it was planned, no second one was planned beside it, an ending would
      // have released it, and what is owed only grows: a clock that lags must not undo it.
      return true;
    case 'CANCELLATION_FEE':
      return rental.status === 'ACTIVE' && rental.cancellationRequest !== null;
  }
};

/** What a payment buys. All but the start's, which waits for the bank (PAY-10), is had at once. */
const bought = (rental: Rental, payment: RentalPayment, at: Instant): readonly RentalEvent[] => {
  const confirmed: RentalEvent = {
    type: 'PaymentConfirmed',
    data: { paymentId: payment.paymentId, at },
  };
  switch (payment.purpose) {
    case 'RENTAL':
      return [];
    case 'EXTENSION':
      return [confirmed, ...extensionPaid(rental, payment, at)];
    case 'DUE':
      return [confirmed, ...duePaid(rental, payment, at)];
    case 'CANCELLATION_FEE':
      return [confirmed, ...feePaid(rental, payment, at)];
  }
};

/**
 * The holds stand. The rental may have moved on since they were planned: then they are released,
 * once more if need be, because a release that came before the hold released nothing.
 */
export const recordPaymentSecured = (command: RecordPaymentSecured, rental: Rental): Decision => {
  const { paymentId, at } = command;
  const payment = rental.payments.get(paymentId);
  if (payment === undefined) return refuse({ kind: 'UnknownPayment', paymentId });
  if (payment.wasSecured) return nothingNew;
  const secured: RentalEvent = { type: 'PaymentSecured', data: { paymentId, at } };
  return isStillWanted(rental, payment, at)
    ? accept(secured, ...bought(rental, payment, at))
    : accept(secured, paymentReleased(payment, at));
};

export const recordPaymentDeclined = (command: RecordPaymentDeclined, rental: Rental): Decision => {
  const { paymentId, shortfall, at } = command;
  const payment = rental.payments.get(paymentId);
  if (payment === undefined) return refuse({ kind: 'UnknownPayment', paymentId });
  switch (payment.status) {
    case 'planned':
      return accept({ type: 'PaymentDeclined', data: { paymentId, shortfall, at } });
    case 'declined':
    case 'released':
      return nothingNew;
    case 'secured':
    case 'confirmed':
    case 'captured':
      return refuse({ kind: 'InvalidPaymentStatus', paymentId, status: payment.status });
  }
};

export const recordPaymentCaptured = (command: RecordPaymentCaptured, rental: Rental): Decision => {
  const { paymentId, at } = command;
  const payment = rental.payments.get(paymentId);
  if (payment === undefined) return refuse({ kind: 'UnknownPayment', paymentId });
  if (payment.status === 'captured') return nothingNew;
  return payment.status === 'confirmed'
    ? accept({ type: 'PaymentCaptured', data: { paymentId, at } })
    : refuse({ kind: 'InvalidPaymentStatus', paymentId, status: payment.status });
};
