import * as t from 'io-ts';
import { PaymentModel } from '../../domain/pricing/index.js';
import {
  CancellationCause,
  CompletionReason,
  openSwapOf,
  owedAt,
  PaymentStatuses,
  paidSoFar,
  paymentStatusAt,
  type Rental,
  RentalStatus,
  statusAt,
} from '../../domain/rental/index.js';
import {
  NonNegativeInteger,
  nullable,
  oneOf,
  PositiveInteger,
} from '../../domain/shared/codecs.js';
import {
  PackageId,
  PowerBankSerial,
  RentalCode,
  RentalId,
  StationSerial,
} from '../../domain/shared/ids.js';
import { Instant } from '../../domain/shared/instant.js';
import { MoneyText } from '../../ports/http/money-text.js';

/** How a rental stands after a command: what an app needs to show the next screen. */
export const RentalAnswer = t.strict(
  {
    rental_id: RentalId,
    rental_code: RentalCode,
    status: RentalStatus,
    payment_status: oneOf('PaymentStatus', PaymentStatuses),
    station_sn: StationSerial,
    /** The bank that the renter has, or that is kept for them; `null` before one is chosen. */
    powerbank_sn: nullable(PowerBankSerial),
    package: t.strict({
      id: PackageId,
      name: t.string,
      duration_minutes: PositiveInteger,
      payment_model: PaymentModel,
      price: MoneyText,
      discount_percent: nullable(NonNegativeInteger),
    }),
    requested_at: Instant,
    started_at: nullable(Instant),
    due_at: nullable(Instant),
    ended_at: nullable(Instant),
    paid: t.strict({ amount: MoneyText, points: NonNegativeInteger, wallet: MoneyText }),
    /** What would have to be paid now for nothing to be owed. */
    owed: MoneyText,
    extensions_count: NonNegativeInteger,
    swap_in_progress: t.boolean,
    cancellation_in_progress: t.boolean,
    cancellation: nullable(
      t.strict({
        cause: CancellationCause,
        fee: MoneyText,
        refunded_points: NonNegativeInteger,
        refunded_wallet: MoneyText,
      }),
    ),
    completion: nullable(t.strict({ reason: CompletionReason, on_time: t.boolean })),
  },
  'RentalAnswer',
);
export type RentalAnswer = t.TypeOf<typeof RentalAnswer>;

const packageOf = ({ request: { terms } }: Rental): RentalAnswer['package'] => ({
  id: terms.packageId,
  name: terms.packageName,
  duration_minutes: terms.durationMinutes,
  payment_model: terms.paymentModel,
  price: terms.price,
  discount_percent: terms.discount?.percent ?? null,
});

const cancellationOf = ({ cancellation }: Rental): RentalAnswer['cancellation'] =>
  cancellation === null
    ? null
    : {
        cause: cancellation.cause,
        fee: cancellation.fee,
        refunded_points: cancellation.refund.points,
        refunded_wallet: cancellation.refund.wallet,
      };

/** The rental as of `now`, by the same functions that charge it (P-029). */
export const rentalAnswer = (rental: Rental, now: Instant): RentalAnswer => {
  const { request, run, completion } = rental;
  const paid = paidSoFar(rental);
  return {
    rental_id: rental.rentalId,
    rental_code: request.rentalCode,
    status: statusAt(rental, now),
    payment_status: paymentStatusAt(rental, now),
    station_sn: request.station,
    powerbank_sn: run?.powerBank ?? rental.assigned?.powerBank ?? null,
    package: packageOf(rental),
    requested_at: rental.requestedAt,
    started_at: run?.startedAt ?? null,
    due_at: run?.dueAt ?? null,
    ended_at: completion?.endedAt ?? null,
    paid: { amount: paid.amount, points: paid.split.points, wallet: paid.split.wallet },
    owed: owedAt(rental, now),
    extensions_count: rental.extensions.length,
    swap_in_progress: openSwapOf(rental) !== null,
    cancellation_in_progress: rental.cancellationRequest !== null,
    cancellation: cancellationOf(rental),
    completion:
      completion === null ? null : { reason: completion.reason, on_time: completion.onTime },
  };
};
