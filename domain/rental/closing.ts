import type { Instant } from '../shared/instant.js';
import { zero } from '../shared/money.js';
import type { StoredWords } from '../shared/words.js';
import type { CancellationCause, RentalEvent, SlotSight } from './events.js';
import { zeroSplit } from './request.js';
import { openPayments, openSwapOf, type Rental, type RentalPayment } from './state.js';

/** Refusal word of a swap that its rental outlived. */
const rentalEnded = 'rental_ended';

export const paymentReleased = ({ paymentId }: RentalPayment, at: Instant): RentalEvent => ({
  type: 'PaymentReleased',
  data: { paymentId, at },
});

/**
 * Ends everything that is still under way when a rental ends, in the same append: no hold may
 * outlive it (P-023), and an extension under way is refused without charge (EXT-3, P-020). A
 * payment that was only planned is released too, because holds may already stand for it.
 */
export const closeOpenMatters = (rental: Rental, at: Instant): readonly RentalEvent[] => {
  const releases = openPayments(rental).map((payment) => paymentReleased(payment, at));
  const swap = openSwapOf(rental);
  if (swap === null) return releases;
  const { swapId } = swap;
  return [...releases, { type: 'SwapFailed', data: { swapId, code: rentalEnded, at } }];
};

export interface FreeCancellation {
  readonly cause: CancellationCause;
  readonly code: string | null;
  readonly reason: StoredWords | null;
  readonly returned: SlotSight | null;
  readonly at: Instant;
}

/** Ends a rental that never started: everything is given back, and nothing is kept (CAN-1). */
export const cancelUnstarted = (
  rental: Rental,
  cancellation: FreeCancellation,
): readonly RentalEvent[] => [
  ...closeOpenMatters(rental, cancellation.at),
  { type: 'RentalCancelled', data: { ...cancellation, fee: zero, refund: zeroSplit } },
];
