import { isOpenPayment, type Rental } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { PaymentId } from '../../domain/shared/ids.js';

/** Whether this payment is still between plan and outcome. */
export const isPaymentOpen = (rental: Rental, paymentId: PaymentId): boolean => {
  const payment = rental.payments.get(paymentId);
  return payment !== undefined && isOpenPayment(payment);
};

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
