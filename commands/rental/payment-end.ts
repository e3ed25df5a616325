import { isOpenPayment, type Rental } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { PaymentId } from '../../domain/shared/ids.js';
import type { OperationTools } from '../operation.js';
import { type LoadedRental, ownWorkPatience, type Waiting, waitForRental } from './own-rental.js';

/** Whether this payment is still between plan and outcome. */
const isPaymentOpen = (rental: Rental, paymentId: PaymentId): boolean => {
  const payment = rental.payments.get(paymentId);
  return payment !== undefined && isOpenPayment(payment);
};

/** Waits until a payment that a request has planned is decided; only our own work is awaited. */
export const waitForPayment = (
  tools: Pick<OperationTools, 'handlers' | 'waits'>,
  { rentalId }: Rental,
  { paymentId, waiting }: { readonly paymentId: PaymentId; readonly waiting: Waiting },
): Promise<LoadedRental | null> =>
  waitForRental(tools, rentalId, {
    isAsWished: (rental) => !isPaymentOpen(rental, paymentId),
    patience: ownWorkPatience(waiting),
  });

/** What became of a payment that a request has planned. */
export const paymentEnded = (
  rental: Rental,
  paymentId: PaymentId,
): 'open' | 'paid' | 'declined' | 'released' => {
  const status = rental.payments.get(paymentId)?.status;
  switch (status) {
    case undefined:
      throw new Bug(`payment ${paymentId} was never planned`);
    case 'planned':
    case 'secured':
      return 'open';
    case 'confirmed':
    case 'captured':
      return 'paid';
    case 'declined':
    case 'released':
      return status;
  }
};
