import * as t from 'io-ts';
import type { Moment, Past } from '../../audit/past/index.js';
import {
  CancellationCause,
  CompletionReason,
  type Rental,
  RentalPaymentPurpose,
  type RentalState,
  RentalStatus,
} from '../../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf } from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import { MoneyText } from '../../ports/http/money-text.js';
import { askedItem, pastOf } from './shapes.js';

const Split = t.strict({ points: NonNegativeInteger, wallet: MoneyText }, 'SplitAt');

const Completion = t.strict(
  {
    reason: CompletionReason,
    ended_at: Instant,
    on_time: t.boolean,
    use: MoneyText,
    extensions: MoneyText,
    late_fee: MoneyText,
    penalty: MoneyText,
    staff_amount: nullable(MoneyText),
    total: MoneyText,
  },
  'CompletionAt',
);

const Cancellation = t.strict(
  { cause: CancellationCause, fee: MoneyText, refund: Split, refund_paid: t.boolean },
  'CancellationAt',
);

const Payment = t.strict(
  {
    payment_id: t.string,
    purpose: RentalPaymentPurpose,
    amount: MoneyText,
    split: Split,
    status: oneOf('PaymentStatusAt', [
      'planned',
      'secured',
      'declined',
      'confirmed',
      'captured',
      'released',
    ]),
  },
  'PaymentAt',
);

/** Ids, times and amounts; what people wrote in their own words is not part of it. */
export const RentalAt = pastOf('RentalAt', {
  rental_id: t.string,
  status: RentalStatus,
  user_id: t.string,
  rental_code: t.string,
  package_id: t.string,
  pickup_station: t.string,
  return_station: nullable(t.string),
  /** The bank that the renter answered for, or that was set aside. */
  power_bank: nullable(t.string),
  requested_at: Instant,
  started_at: nullable(Instant),
  due_at: nullable(Instant),
  returned_at: nullable(Instant),
  extensions_count: NonNegativeInteger,
  swaps_count: NonNegativeInteger,
  has_open_eject: t.boolean,
  has_open_due: t.boolean,
  payments: t.array(Payment),
  completion: nullable(Completion),
  cancellation: nullable(Cancellation),
});

const completionItem = ({ completion }: Rental): t.TypeOf<typeof Completion> | null => {
  if (completion === null) return null;
  const { reason, endedAt, onTime, charges } = completion;
  return {
    reason,
    ended_at: endedAt,
    on_time: onTime,
    use: charges.use,
    extensions: charges.extensions,
    late_fee: charges.lateFee,
    penalty: charges.penalty,
    staff_amount: charges.staffAmount,
    total: charges.total,
  };
};

const cancellationItem = ({ cancellation }: Rental): t.TypeOf<typeof Cancellation> | null => {
  if (cancellation === null) return null;
  const { cause, fee, refund, isRefundPaid } = cancellation;
  return { cause, fee, refund, refund_paid: isRefundPaid };
};

/** A due is open until every payment for it is confirmed. */
const hasOpenDue = ({ isDueOpened, payments }: Rental): boolean =>
  isDueOpened &&
  ![...payments.values()].some(
    ({ purpose, status }) => purpose === 'DUE' && (status === 'confirmed' || status === 'captured'),
  );

const paymentsOf = ({ payments }: Rental): t.TypeOf<typeof Payment>[] =>
  [...payments.values()].map(({ paymentId, purpose, amount, split, status }) => ({
    payment_id: paymentId,
    purpose,
    amount,
    split,
    status,
  }));

/** `null` when the rental had not begun. */
export const rentalItem = (
  moment: Moment,
  past: Past<RentalState>,
): t.TypeOf<typeof RentalAt> | null => {
  const { state } = past;
  if (state === null) return null;
  const { request, run, returned, assigned } = state;
  return {
    ...askedItem(moment, past),
    rental_id: state.rentalId,
    status: state.status,
    user_id: request.userId,
    rental_code: request.rentalCode,
    package_id: request.terms.packageId,
    pickup_station: request.station,
    return_station: returned?.station ?? null,
    power_bank: run?.powerBank ?? assigned?.powerBank ?? null,
    requested_at: state.requestedAt,
    started_at: run?.startedAt ?? null,
    due_at: run?.dueAt ?? null,
    returned_at: returned?.at ?? null,
    extensions_count: state.extensions.length,
    swaps_count: state.swaps.size,
    has_open_eject: state.openEject !== null,
    has_open_due: hasOpenDue(state),
    payments: paymentsOf(state),
    completion: completionItem(state),
    cancellation: cancellationItem(state),
  };
};
