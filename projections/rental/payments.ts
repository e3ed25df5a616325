import type { Instant } from '../../domain/shared/instant.js';
import type { Handlers, LoggedIn } from '../engine/projection.js';
import { change, owedOf, type PaymentRow, type RentalContext, settleStatus } from './context.js';

interface Step {
  readonly paymentId: string;
  readonly status: PaymentRow['status'];
  readonly at: Instant;
  readonly shortfall?: number;
}

const step = (context: RentalContext, logged: LoggedIn<'rental'>, to: Step): void => {
  context.payments.update([logged.streamId, to.paymentId], {
    status: to.status,
    shortfall_minor: to.shortfall ?? null,
    updated_at: to.at,
    position: logged.position,
  });
  const payment = context.payments.get(logged.streamId, to.paymentId);
  const isOver = to.status === 'declined' || to.status === 'released';
  // A cancellation that waited for its fee lapses when the wallet cannot pay it (CAN-6).
  const isFeeLost = isOver && payment?.purpose === 'CANCELLATION_FEE';
  const lapsed = isFeeLost ? { cancellation_requested_at: null } : {};
  change(context, logged, { ...lapsed, updated_at: to.at });
};

/** From its confirmation on a payment counts as paid, although the capture is still to come. */
const countAsPaid = (context: RentalContext, logged: LoggedIn<'rental'>, paymentId: string) => {
  const rental = context.rentals.get(logged.streamId);
  const payment = context.payments.get(logged.streamId, paymentId);
  if (rental === undefined || payment === undefined) return;
  const paid = rental.paid_minor + payment.amount_minor;
  context.rentals.update([logged.streamId], {
    paid_minor: paid,
    paid_points: rental.paid_points + payment.points,
    paid_wallet_minor: rental.paid_wallet_minor + payment.wallet_minor,
    owed_minor: owedOf(rental.total_minor, paid),
  });
  settleStatus(context, logged);
};

type PaymentEventType = Extract<keyof Handlers<'rental', RentalContext>, `Payment${string}`>;

export const paymentHandlers: Pick<Handlers<'rental', RentalContext>, PaymentEventType> = {
  PaymentPlanned: (context, { paymentId, purpose, amount, split, at }, logged) => {
    context.payments.put({
      rental_id: logged.streamId,
      payment_id: paymentId,
      purpose,
      status: 'planned',
      amount_minor: amount.minor,
      points: split.points,
      wallet_minor: split.wallet.minor,
      shortfall_minor: null,
      planned_at: at,
      updated_at: at,
      position: logged.position,
    });
    change(context, logged, { updated_at: at });
  },
  PaymentSecured: (context, { paymentId, at }, logged) =>
    step(context, logged, { paymentId, status: 'secured', at }),
  PaymentDeclined: (context, { paymentId, shortfall, at }, logged) =>
    step(context, logged, { paymentId, status: 'declined', at, shortfall: shortfall.minor }),
  PaymentConfirmed: (context, { paymentId, at }, logged) => {
    step(context, logged, { paymentId, status: 'confirmed', at });
    countAsPaid(context, logged, paymentId);
  },
  PaymentCaptured: (context, { paymentId, at }, logged) =>
    step(context, logged, { paymentId, status: 'captured', at }),
  PaymentReleased: (context, { paymentId, at }, logged) =>
    step(context, logged, { paymentId, status: 'released', at }),
};
