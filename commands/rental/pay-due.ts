import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { owedAt, type PaymentChoice, type Rental, statusAt } from '../../domain/rental/index.js';
import { PaymentId } from '../../domain/shared/ids.js';
import { isPositive } from '../../domain/shared/money.js';
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
import { loadOwn, RentalPath, rentalNotFound, type Waiting } from './own-rental.js';
import { paymentEnded, waitForPayment } from './payment-end.js';
import {
  paymentChoiceOf,
  paymentFields,
  planFor,
  planProblems,
  wishProblems,
} from './payment-wish.js';

const PayDueBody = t.strict(paymentFields, 'PayDue');

/** Of one user. Nobody pays this often; somebody who tries amounts and cards does. */
const paymentsPerMinuteMax = 10;

const problems = problemsOf([
  'rental_not_found',
  'invalid_rental_status',
  'no_due_amount',
  'payment_in_progress',
  ...wishProblems,
  ...planProblems,
]);
type Code = (typeof problems.codes)[number];

/** Plans to pay exactly what is owed now (DUE-2); a repeated request finds it planned. */
const planDue = async (
  tools: OperationTools,
  asking: Asking & Waiting,
  due: {
    readonly rental: Rental;
    readonly paymentId: PaymentId;
    readonly choice: PaymentChoice;
  },
): Promise<Problem<Code> | null> => {
  const { rental, paymentId, choice } = due;
  const { rentalId, request } = rental;
  const { now } = asking;
  if (rental.payments.has(paymentId)) return null;
  const amount = owedAt(rental, now);
  const status = statusAt(rental, now);
  // While nothing is owed there is nothing to split; the command then says which of two it is.
  const isDue = isPositive(amount) && (status === 'OVERDUE' || status === 'COMPLETED');
  const { pointsPerNpr } = request.terms;
  const split = isDue
    ? await planFor(tools.handlers, request.userId, { amount, choice, pointsPerNpr })
    : E.right({ points: 0, wallet: amount });
  if (E.isLeft(split)) return split.left;
  const planned = await submit(
    tools.handlers.rental,
    rentalId,
    { type: 'PlanPayment', paymentId, purpose: 'DUE', split: split.right, at: now },
    contextOf(asking),
  );
  return E.isLeft(planned) ? problems.refused(planned.left) : null;
};

const description = [
  'Pays in full what is owed at this moment, from points and wallet; the amount is computed here',
  'and a split of the client must match it (DUE-2). Allowed while the bank is still out: later',
  'charges then count only what accrues beyond it (DUE-3). `payment_mode: direct` is refused while',
  'no payment gateway is connected. 202 when the payment is still being secured.',
].join(' ');

export const payDue = (tools: OperationTools): Route =>
  route({
    operation: 'payDue',
    method: 'POST',
    path: '/api/rentals/:id/pay-due',
    summary: 'Pays what is owed for a rental',
    description,
    tag: 'Rentals',
    idempotency: 'required',
    wait: true,
    params: RentalPath,
    body: PayDueBody,
    responses: { 200: RentalAnswer, 202: RentalAnswer },
    problems: problems.codes,
    rateLimits: [
      {
        name: 'pay-due',
        requestsMax: paymentsPerMinuteMax,
        windowSeconds: 60,
        key: ({ principal }) => principal.id,
        whenStoreFails: 'refuse',
      },
    ],
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      const choice = paymentChoiceOf(body);
      if (E.isLeft(choice)) return choice.left;
      const own = await loadOwn(tools, principal.id, params.id);
      if (own === null) return rentalNotFound;
      const paymentId = idFrom(PaymentId, `${params.id}:due:${asking.commandId}`);
      const due = { rental: own.rental, paymentId, choice: choice.right };
      const refused = await planDue(tools, asking, due);
      if (refused !== null) return refused;
      const loaded = await waitForPayment(tools, own.rental, { paymentId, waiting: asking });
      if (loaded === null) return rentalNotFound;
      const data = rentalAnswer(loaded.rental, now);
      switch (paymentEnded(loaded.rental, paymentId)) {
        case 'paid':
          return answer(200, data, {
            message: 'The due is paid',
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
          return problem('invalid_rental_status');
      }
    },
  });
