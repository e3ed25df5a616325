import type { RentalCharges } from '../rental/events.js';
import type { PaymentSplit } from '../rental/request.js';
import type { RentalId } from '../shared/ids.js';
import { type Money, subtract, sum, zero } from '../shared/money.js';
import { rentalAccount, soleAccount } from './account.js';
import { credit, debit, type Posting } from './posting.js';
import type { RentalBook } from './rental-book.js';
import { movesNothing, type PostingRules } from './rules.js';

/** A rental and its book as it was before the event. */
export interface OfRental {
  readonly rental: RentalId;
  readonly book: RentalBook;
}

const earned = (charges: RentalCharges): readonly Posting[] => [
  credit(soleAccount('rental'), charges.use),
  credit(soleAccount('extension'), charges.extensions),
  credit(soleAccount('late-fee'), charges.lateFee),
  credit(soleAccount('penalty'), charges.penalty),
  credit(soleAccount('staff-charge'), charges.staffAmount ?? zero),
];

/**
 * What was paid beyond the fee goes back: money as money, and the rest is the value of points that
 * come back. Where no points do, there is no rest but of a payment that nobody gives back.
 */
const givenBack = (
  { rental }: OfRental,
  rest: Money,
  { points, wallet }: PaymentSplit,
): readonly Posting[] => [
  credit(rentalAccount('refunds-payable', rental), wallet),
  credit(soleAccount(points > 0 ? 'points-discount' : 'rounding'), subtract(rest, wallet)),
];

/**
 * A rental is a contract: what is paid for it is owed to the renter until it ends, and becomes
 * income by kind when its charges are final (RET-3). What is then not paid is a due (RET-4).
 */
export const rentalRules: PostingRules<'rental', OfRental> = {
  PaymentConfirmed: ({ rental, book }, { paymentId }) => {
    const payment = book.planned.get(paymentId);
    // Nobody can say how much: the legs of this rental will not close, which an audit finds.
    if (payment === undefined) return [];
    const { amount, fromWallet } = payment;
    const settles = book.isCompleted ? 'receivable-dues' : 'unearned-rentals';
    return [
      debit(rentalAccount('payment-clearing', rental), fromWallet),
      debit(soleAccount('points-discount'), subtract(amount, fromWallet)),
      credit(rentalAccount(settles, rental), amount),
    ];
  },
  RentalCompleted: ({ rental }, { charges, paid, owed }) => [
    debit(rentalAccount('unearned-rentals', rental), paid),
    debit(rentalAccount('receivable-dues', rental), owed),
    ...earned(charges),
    credit(soleAccount('rounding'), subtract(sum([paid, owed]), charges.total)),
  ],
  RentalCancelled: (of, { fee, refund }) => [
    debit(rentalAccount('unearned-rentals', of.rental), of.book.paid),
    credit(soleAccount('cancellation-fee'), fee),
    ...givenBack(of, subtract(of.book.paid, fee), refund),
  ],

  RentalRequested: movesNothing,
  PowerBankAssigned: movesNothing,
  /** The wallet's and the points' own events move what is held. */
  PaymentPlanned: movesNothing,
  PaymentSecured: movesNothing,
  PaymentDeclined: movesNothing,
  PaymentReleased: movesNothing,
  PaymentCaptured: movesNothing,
  EjectRequested: movesNothing,
  EjectLeftUndecided: movesNothing,
  RentalStarted: movesNothing,
  CancellationRequested: movesNothing,
  /** The refund reaches the wallet by the wallet's own `FundsCredited`. */
  RefundPaid: movesNothing,
  ReminderDue: movesNothing,
  RentalBecameOverdue: movesNothing,
  RentalExtended: movesNothing,
  PutBackAwaited: movesNothing,
  PowerBankPutBack: movesNothing,
  SwapRequested: movesNothing,
  SwapCompleted: movesNothing,
  SwapFailed: movesNothing,
  PowerBankReturned: movesNothing,
  /** `RentalCompleted` booked what is owed already; the due is how it is collected. */
  DueOpened: movesNothing,
  DueSettled: movesNothing,
  LostPowerBankFound: movesNothing,
};
