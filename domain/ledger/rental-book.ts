import type { RentalEvent } from '../rental/events.js';
import type { PaymentId } from '../shared/ids.js';
import { add, isZero, type Money, zero } from '../shared/money.js';

interface PlannedPayment {
  readonly amount: Money;
  /** The part that the wallet pays; the rest is paid with points. */
  readonly fromWallet: Money;
}

/**
 * What the books must remember of a rental: `PaymentConfirmed` and `RentalCancelled` say which
 * payment and which fee, and only earlier events of the stream say how much.
 */
export interface RentalBook {
  readonly planned: ReadonlyMap<PaymentId, PlannedPayment>;
  /** Confirmed so far, points at their value. */
  readonly paid: Money;
  /** From then on payments settle a due instead of being earned later. */
  readonly isCompleted: boolean;
}

export const emptyRentalBook: RentalBook = { planned: new Map(), paid: zero, isCompleted: false };

/**
 * A payment that is not planned changes nothing, not even which book it is: one that is released
 * after the end of its rental must not open a book that nobody closes.
 */
const forget = (book: RentalBook, paymentId: PaymentId): RentalBook => {
  if (!book.planned.has(paymentId)) return book;
  const planned = new Map(book.planned);
  planned.delete(paymentId);
  return { ...book, planned };
};

/** The book after an event of its rental. Everything that is settled is forgotten. */
export const evolveRentalBook = (book: RentalBook, { type, data }: RentalEvent): RentalBook => {
  if (type === 'PaymentPlanned') {
    const { paymentId, amount, split } = data;
    const planned = new Map(book.planned).set(paymentId, { amount, fromWallet: split.wallet });
    return { ...book, planned };
  }
  if (type === 'PaymentDeclined' || type === 'PaymentReleased') {
    return forget(book, data.paymentId);
  }
  if (type === 'PaymentConfirmed') {
    const payment = book.planned.get(data.paymentId);
    if (payment === undefined) return book;
    return { ...forget(book, data.paymentId), paid: add(book.paid, payment.amount) };
  }
  return type === 'RentalCompleted' ? { ...book, isCompleted: true } : book;
};

/** Whether nothing more will be posted for a rental after this event of it. */
export const endsBook = ({ type, data }: RentalEvent): boolean =>
  type === 'RentalCancelled' ||
  type === 'DueSettled' ||
  (type === 'RentalCompleted' && isZero(data.owed));
