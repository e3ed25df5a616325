import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type ExtensionOffer, extensionRefusal, type Rental } from '../../domain/rental/index.js';
import { PackageId, PaymentId } from '../../domain/shared/ids.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import { type Route, route } from '../../ports/http/route.js';
import {
  type Asking,
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from '../operation.js';
import { RentalAnswer, rentalAnswer } from './answer.js';
import {
  type LoadedRental,
  loadOwn,
  RentalPath,
  rentalNotFound,
  type Waiting,
} from './own-rental.js';
import { paymentEnded, waitForPayment } from './payment-end.js';
import { planFor, planProblems } from './payment-wish.js';

const ExtendBody = t.strict({ package_id: PackageId }, 'ExtendRental');

const problems = problemsOf([
  'rental_not_found',
  'rental_not_started',
  'invalid_rental_status',
  'rental_overdue',
  'max_extensions_reached',
  'extension_not_supported',
  'cancellation_in_progress',
  'payment_in_progress',
  'package_not_found',
  ...planProblems,
]);
type Code = (typeof problems.codes)[number];

/** The package as an extension: its own price, no discount (EXT-2); only prepaid ones (EXT-1). */
const offerOf = async (
  { handlers }: OperationTools,
  packageId: PackageId,
): Promise<E.Either<Problem<Code>, ExtensionOffer>> => {
  const { state } = await handlers.rentalPackage.load(packageId);
  if (state === null || !state.isActive) return E.left(problem('package_not_found'));
  const { name, durationMinutes, price, paymentModel } = state.details;
  if (paymentModel !== 'PREPAID') {
    return E.left(problem('extension_not_supported', { facts: { payment_model: paymentModel } }));
  }
  return E.right({ packageId, packageName: name, minutes: durationMinutes, price });
};

interface Extension {
  readonly rental: Rental;
  readonly packageId: PackageId;
  readonly paymentId: PaymentId;
}

/** Plans the extension and its payment; a repeated request finds both planned. */
const request = async (
  tools: OperationTools,
  asking: Asking & Waiting,
  { rental, packageId, paymentId }: Extension,
): Promise<Problem<Code> | null> => {
  if (rental.payments.has(paymentId)) return null;
  // Told before any question of money (EXT-1), and decided once more by the command.
  const refusal = extensionRefusal(rental, asking.now);
  if (refusal !== null) return problems.refused(refusal);
  const offer = await offerOf(tools, packageId);
  if (E.isLeft(offer)) return offer.left;
  const { pointsPerNpr } = rental.request.terms;
  const choice = { mode: 'wallet_points', split: null } as const;
  const payment = { amount: offer.right.price, choice, pointsPerNpr };
  const split = await planFor(tools.handlers, rental.request.userId, payment);
  if (E.isLeft(split)) return split.left;
  const requested = await submit(
    tools.handlers.rental,
    rental.rentalId,
    {
      type: 'RequestExtension',
      paymentId,
      offer: offer.right,
      split: split.right,
      at: asking.now,
    },
    contextOf(asking),
  );
  return E.isLeft(requested) ? problems.refused(requested.left) : null;
};

/** A return or the due time came first, and the extension costs nothing (EXT-3, P-020). */
const overtaken = ({ rental }: LoadedRental, { now }: Waiting): Problem<Code> => {
  const refusal = extensionRefusal(rental, now);
  return refusal === null ? problem('invalid_rental_status') : problems.refused(refusal);
};

const description = [
  'Buys a further package for a running prepaid rental, paid from points and then wallet at its',
  'list price (EXT-1 to EXT-3). 202 when the payment is still being secured.',
].join(' ');

export const extendRental = (tools: OperationTools): Route =>
  route({
    operation: 'extendRental',
    method: 'POST',
    path: '/api/rentals/:id/extend',
    summary: 'Extends a running rental',
    description,
    tag: 'Rentals',
    idempotency: 'required',
    wait: true,
    params: RentalPath,
    body: ExtendBody,
    responses: { 200: RentalAnswer, 202: RentalAnswer },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      const own = await loadOwn(tools, principal.id, params.id);
      if (own === null) return rentalNotFound;
      const paymentId = idFrom(PaymentId, `${params.id}:extension:${asking.commandId}`);
      const extension = { rental: own.rental, packageId: body.package_id, paymentId };
      const refused = await request(tools, asking, extension);
      if (refused !== null) return refused;
      const loaded = await waitForPayment(tools, own.rental, { paymentId, waiting: asking });
      if (loaded === null) return rentalNotFound;
      const data = rentalAnswer(loaded.rental, now);
      switch (paymentEnded(loaded.rental, paymentId)) {
        case 'paid':
          return answer(200, data, {
            message: 'The rental is extended',
            ...withPosition(loaded.position),
          });
        case 'open':
          return answer(202, data, {
            message: 'The payment is under way',
            ...withPosition(loaded.position),
          });
        case 'declined':
          return problem('payment_required');
        case 'released':
          return overtaken(loaded, asking);
      }
    },
  });
