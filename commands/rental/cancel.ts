import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Rental } from '../../domain/rental/index.js';
import { nullable } from '../../domain/shared/codecs.js';
import { PaymentId } from '../../domain/shared/ids.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { sealWordsIfAny } from '../../ports/sealed-words.js';
import { rentalWordsPlace } from '../../ports/user-data.js';
import { type Asking, contextOf, idFrom, problemsOf, submit, withPosition } from '../operation.js';
import { RentalAnswer, rentalAnswer } from './answer.js';
import { sightOfOwnBank } from './own-bank.js';
import {
  clientPatience,
  loadOwn,
  ownWorkPatience,
  RentalPath,
  rentalNotFound,
  waitForRental,
} from './own-rental.js';
import { letBankBePutBack } from './put-back.js';
import { ReasonText, type WordsTools } from './words.js';

const CancelBody = t.strict({ reason: withDefault(nullable(ReasonText), null) }, 'CancelRental');

const problems = problemsOf([
  'rental_not_found',
  'invalid_rental_status',
  'cancellation_in_progress',
  'swap_in_progress',
  'powerbank_not_returned',
  'powerbank_not_in_slot',
  'slot_not_occupied',
  'insufficient_balance_for_cancellation',
]);

/** The payment of a fee that only the wallet can pay, named by the request (CAN-6). */
const feePaymentIdOf = ({ rentalId }: Rental, { commandId }: Asking): PaymentId =>
  idFrom(PaymentId, `${rentalId}:cancellation:${commandId}`);

const isSettled = (rental: Rental): boolean => rental.cancellationRequest === null;

/** The wallet could not pay the fee, and everything is as it was (CAN-6). */
const feeWasDeclined = (rental: Rental, feePaymentId: PaymentId): boolean => {
  const status = rental.payments.get(feePaymentId)?.status;
  return status === 'declined' || status === 'released';
};

const description = [
  'Before the bank is out a cancellation is free; while the cabinet is ejecting, its outcome',
  'decides, and `Prefer: wait` waits for it (else 202). A running rental is cancelled only with',
  'the bank back in the pickup station: free at first, then against a fee (CAN-1 to CAN-6). Send',
  '`Prefer: wait=N` first and put the bank into a slot within that time; a bank put back without',
  'this announcement is a return and ends the rental. What was paid goes back as it was paid.',
].join(' ');

export const cancelRental = (tools: WordsTools): Route =>
  route({
    operation: 'cancelRental',
    method: 'POST',
    path: '/api/rentals/:id/cancel',
    summary: 'Cancels a rental that has just begun',
    description,
    tag: 'Rentals',
    idempotency: 'required',
    wait: true,
    params: RentalPath,
    body: CancelBody,
    responses: { 200: RentalAnswer, 202: RentalAnswer },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      const own = await loadOwn(tools, principal.id, params.id);
      if (own === null) return rentalNotFound;
      const feePaymentId = feePaymentIdOf(own.rental, asking);
      const place = rentalWordsPlace(principal.id, 'cancelReason');
      const reason = await sealWordsIfAny(tools.personalData, place, body.reason);
      const wish = { kind: 'cancel', reason, feePaymentId } as const;
      const judgedAt = await letBankBePutBack(tools, own.rental, { wish, asking });
      const sight = await sightOfOwnBank(tools, own.rental);
      const cancelled = await submit(
        tools.handlers.rental,
        params.id,
        { type: 'CancelRental', reason, sight, feePaymentId, at: judgedAt },
        contextOf(asking),
      );
      if (E.isLeft(cancelled)) return problems.refused(cancelled.left);
      const isFeeAsked = cancelled.right.state?.payments.has(feePaymentId) === true;
      const patience = isFeeAsked ? ownWorkPatience(asking) : clientPatience(asking);
      const loaded = await waitForRental(tools, params.id, { isAsWished: isSettled, patience });
      if (loaded === null) return rentalNotFound;
      const { rental, position } = loaded;
      const data = rentalAnswer(rental, now);
      if (!isSettled(rental)) {
        return answer(202, data, {
          message: 'The cancellation is under way',
          ...withPosition(position),
        });
      }
      if (rental.status === 'CANCELLED') {
        return answer(200, data, { message: 'The rental is cancelled', ...withPosition(position) });
      }
      // The bank came out while the cancellation waited for the cabinet (CAN-1).
      return feeWasDeclined(rental, feePaymentId)
        ? problem('insufficient_balance_for_cancellation')
        : problem('powerbank_not_returned');
    },
  });
