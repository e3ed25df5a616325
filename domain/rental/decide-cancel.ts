import * as E from 'fp-ts/lib/Either.js';
import { cancellationFee, lateRateOf, refundAfterFee } from '../pricing/index.js';
import { type Instant, wholeMinutesBetween } from '../shared/instant.js';
import { isPositive, isZero, type Money } from '../shared/money.js';
import { paidSoFar } from './charges.js';
import { cancelUnstarted, closeOpenMatters } from './closing.js';
import type { CancelRental, RecordRefundPaid } from './commands.js';
import type { RentalEvent, SlotSight } from './events.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { zeroSplit } from './request.js';
import { proofOfReturn } from './sight.js';
import {
  hasStarted,
  openSwapOf,
  type Rental,
  type RentalPayment,
  type StartedRental,
  statusAt,
} from './state.js';

const cancellable = ['PENDING', 'PENDING_POPUP', 'ACTIVE'] as const;

/** What giving up at `at` costs: nothing at first, then a fee (CAN-3, CAN-4). */
export const cancellationFeeAt = (rental: StartedRental, at: Instant): Money => {
  const { terms } = rental.request;
  return cancellationFee({
    lateFee: terms.lateFee,
    rate: lateRateOf(terms),
    usedMinutes: wholeMinutesBetween(rental.run.startedAt, at),
    freeMinutes: terms.freeCancellationMinutes,
    paid: paidSoFar(rental).amount,
    unpaidFeeMax: terms.unpaidCancellationFeeMax,
  });
};

/** Keeps the fee of what was paid, and gives the rest back as it was paid (CAN-5, P-008). */
const cancelKeepingFee = (
  rental: StartedRental,
  command: CancelRental,
  kept: { readonly fee: Money; readonly returned: SlotSight },
): Decision => {
  const { reason, at } = command;
  const refund = refundAfterFee(paidSoFar(rental), kept.fee, rental.request.terms.pointsPerNpr);
  return accept(...closeOpenMatters(rental, at), {
    type: 'RentalCancelled',
    data: { cause: 'user', code: null, reason, ...kept, refund, at },
  });
};

/**
 * Nothing was paid of which a fee could be kept, so the wallet pays it first (CAN-6). Until the
 * money is held the rental runs on; it is cancelled in the same append that takes the fee, and a
 * wallet that cannot pay leaves everything as it was.
 */
const askFeeFromWallet = (
  command: CancelRental,
  asked: { readonly fee: Money; readonly returned: SlotSight },
): Decision => {
  const { feePaymentId: paymentId, reason, at } = command;
  const { fee: amount, returned } = asked;
  const split = { points: 0, wallet: amount };
  return accept(
    { type: 'CancellationRequested', data: { reason, returned, at } },
    {
      type: 'PaymentPlanned',
      data: { paymentId, purpose: 'CANCELLATION_FEE', amount, split, extension: null, at },
    },
  );
};

const cancelRunning = (command: CancelRental, rental: StartedRental): Decision => {
  const { sight, at } = command;
  // A second tap, or the same payment named again after the wallet refused it.
  if (rental.cancellationRequest !== null) return nothingNew;
  if (rental.payments.has(command.feePaymentId)) return nothingNew;
  const swap = openSwapOf(rental);
  if (swap !== null) return refuse({ kind: 'SwapInProgress', swapId: swap.swapId });
  const proof = proofOfReturn(rental, sight, at);
  if (E.isLeft(proof)) return proof;

  const fee = cancellationFeeAt(rental, at);
  const cancellation = { fee, returned: proof.right };
  return isZero(fee) || isPositive(paidSoFar(rental).amount)
    ? cancelKeepingFee(rental, command, cancellation)
    : askFeeFromWallet(command, cancellation);
};

export const cancelRental = (command: CancelRental, rental: Rental): Decision => {
  const { reason, at } = command;
  const status = statusAt(rental, at);
  if (status === 'PENDING') {
    return accept(
      ...cancelUnstarted(rental, { cause: 'user', code: null, reason, returned: null, at }),
    );
  }
  if (status === 'PENDING_POPUP') {
    // The order may have been carried out already: its outcome decides (CAN-1).
    return rental.cancellationRequest === null
      ? accept({ type: 'CancellationRequested', data: { reason, returned: null, at } })
      : nothingNew;
  }
  if (status === 'ACTIVE' && hasStarted(rental)) return cancelRunning(command, rental);
  return rental.cancellation?.cause === 'user' ? nothingNew : refuseStatus(status, cancellable);
};

/** The fee is taken, so the rental that waited for it is cancelled (CAN-6). */
export const feePaid = (
  rental: Rental,
  payment: RentalPayment,
  at: Instant,
): readonly RentalEvent[] => {
  const { reason = null, returned = null } = rental.cancellationRequest ?? {};
  const others = new Map(rental.payments);
  others.delete(payment.paymentId);
  return [
    ...closeOpenMatters({ ...rental, payments: others }, at),
    {
      type: 'RentalCancelled',
      data: {
        cause: 'user',
        code: null,
        reason,
        fee: payment.amount,
        refund: zeroSplit,
        returned,
        at,
      },
    },
  ];
};

export const recordRefundPaid = (command: RecordRefundPaid, rental: Rental): Decision => {
  const { cancellation } = rental;
  if (cancellation === null) return refuse({ kind: 'NoRefundOpen' });
  const { refund, isRefundPaid } = cancellation;
  if (isRefundPaid) return nothingNew;
  if (refund.points === 0 && isZero(refund.wallet)) {
    return refuse({ kind: 'NoRefundOpen' });
  }
  return accept({ type: 'RefundPaid', data: { refund, at: command.at } });
};
