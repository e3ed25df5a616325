/** `POST payments/calculate-options`: what would be paid with what, by the functions that pay. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  type Available,
  type PaymentRefusal,
  planPayment,
  valueOfPoints,
} from '../domain/pricing/index.js';
import {
  type NotPayable,
  owedAt,
  type PaymentChoice,
  type PaymentSplit,
  payabilityOf,
} from '../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf } from '../domain/shared/codecs.js';
import { PackageId, RentalId, StationSerial } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';
import { isZero, type Money, zero } from '../domain/shared/money.js';
import { type Problem, problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { MoneyText } from '../ports/http/money-text.js';
import { type Route, route } from '../ports/http/route.js';
import { type Asking, type OperationTools, settingsNow, userOf } from './operation.js';
import { refusalFacts } from './refusal-facts.js';
import { loadOwn } from './rental/own-rental.js';
import { paymentChoiceOf, paymentFields, wishProblems } from './rental/payment-wish.js';
import { offeredTerms } from './rental/start-facts.js';
import { balancesOf } from './rental-process/common.js';

const OptionsBody = t.strict(
  {
    package_id: withDefault(nullable(PackageId), null),
    rental_id: withDefault(nullable(RentalId), null),
    /** Where the package would be rented: its discount counts. */
    station_sn: withDefault(nullable(StationSerial), null),
    ...paymentFields,
  },
  'CalculatePaymentOptions',
);

const Split = t.strict(
  { points: NonNegativeInteger, points_value: MoneyText, wallet: MoneyText },
  'PaymentBreakdown',
);

export const PaymentOptions = t.strict(
  {
    scenario: oneOf('PaymentScenario', ['prepaid', 'postpaid', 'due']),
    /** What would be paid now, or has to be in the wallet for a postpaid package. */
    amount: MoneyText,
    payable: t.boolean,
    /** How the amount would be paid, or how far the balances reach. */
    breakdown: Split,
    shortfall: MoneyText,
    suggested_top_up: MoneyText,
    available: t.strict({ points: NonNegativeInteger, wallet: MoneyText }),
  },
  'PaymentOptions',
);
type PaymentOptions = t.TypeOf<typeof PaymentOptions>;

const problems = [
  'invalid_request',
  'package_not_found',
  'rental_not_found',
  'no_due_amount',
  'split_total_mismatch',
  'payment_amount_mismatch',
  ...wishProblems,
] as const;
type Code = (typeof problems)[number];

interface Ask {
  readonly tools: OperationTools;
  readonly asking: Asking & { readonly now: Instant };
  readonly choice: PaymentChoice;
}

interface Question {
  readonly scenario: PaymentOptions['scenario'];
  readonly amount: Money;
  readonly available: Available;
  readonly pointsPerNpr: number;
}

type Answered = E.Either<Problem<Code>, PaymentOptions>;

/** Not enough is an answer here; a wish that makes no sense is refused as the real one would be. */
const optionsOf = (
  plan: E.Either<NotPayable | PaymentRefusal, PaymentSplit>,
  { scenario, amount, available, pointsPerNpr }: Question,
): Answered => {
  const common = { scenario, amount, available };
  if (E.isRight(plan)) {
    const { points, wallet } = plan.right;
    const points_value = valueOfPoints(points, pointsPerNpr);
    const breakdown = { points, points_value, wallet };
    const nothingMissing = { shortfall: zero, suggested_top_up: zero };
    return E.right({ ...common, payable: true, breakdown, ...nothingMissing });
  }
  const refusal = plan.left;
  switch (refusal.kind) {
    case 'PaymentRequired':
    case 'InsufficientFunds': {
      const { shortfall, suggestedTopUp: suggested_top_up } = refusal;
      const { points, pointsValue: points_value, wallet } = refusal.breakdown;
      const breakdown = { points, points_value, wallet };
      return E.right({ ...common, payable: false, breakdown, shortfall, suggested_top_up });
    }
    case 'PaymentModeNotSupported':
      return E.left(problem('payment_mode_not_supported', { facts: refusalFacts(refusal) }));
    case 'InvalidWalletPointsSplit':
    case 'InvalidSplit':
      return E.left(problem('invalid_wallet_points_split', { facts: refusalFacts(refusal) }));
    case 'SplitTotalMismatch': {
      const code = scenario === 'due' ? 'payment_amount_mismatch' : 'split_total_mismatch';
      return E.left(problem(code, { facts: refusalFacts(refusal) }));
    }
  }
};

/** What START-9 would say of this package. */
const forPackage = async (
  { tools: { handlers }, asking, choice }: Ask,
  wanted: { readonly packageId: PackageId; readonly station: StationSerial | null },
): Promise<Answered> => {
  const userId = userOf(asking);
  const [terms, available, settings] = await Promise.all([
    offeredTerms(handlers, { ...wanted, userId, at: asking.now }),
    balancesOf({ handlers }, userId),
    settingsNow(handlers),
  ]);
  if (terms === null) return E.left(problem('package_not_found'));
  const topUpStep = settings.topUpSuggestionStep;
  const payable = payabilityOf({ terms, choice, available, topUpStep });
  const isPrepaid = terms.paymentModel === 'PREPAID';
  const scenario = isPrepaid ? ('prepaid' as const) : ('postpaid' as const);
  const amount = isPrepaid ? terms.price : terms.postpaidMinimumBalance;
  const { pointsPerNpr } = terms;
  return optionsOf(payable, { scenario, amount, available, pointsPerNpr });
};

/** What `pay-due` would say of this rental. */
const forDue = async ({ tools, asking, choice }: Ask, rentalId: RentalId): Promise<Answered> => {
  const { handlers } = tools;
  const userId = userOf(asking);
  const own = await loadOwn(tools, userId, rentalId);
  if (own === null) return E.left(problem('rental_not_found'));
  const amount = owedAt(own.rental, asking.now);
  if (isZero(amount)) return E.left(problem('no_due_amount'));
  const [available, settings] = await Promise.all([
    balancesOf({ handlers }, userId),
    settingsNow(handlers),
  ]);
  const { pointsPerNpr } = own.rental.request.terms;
  const topUpStep = settings.topUpSuggestionStep;
  const plan = planPayment({ amount, choice, available, pointsPerNpr, topUpStep });
  return optionsOf(plan, { scenario: 'due', amount, available, pointsPerNpr });
};

const exactlyOne = problem('invalid_request', {
  detail: 'Name either a package or a rental.',
  facts: { errors: [{ path: 'body', message: 'must name exactly one of package_id, rental_id' }] },
});

/** Runs the deciders that the start and `pay-due` run; a test pins them equal. */
export const calculatePaymentOptions = (tools: OperationTools): Route =>
  route({
    operation: 'calculatePaymentOptions',
    method: 'POST',
    path: '/api/payments/calculate-options',
    summary: 'Shows how a package or a due would be paid',
    description: 'Nothing is held or promised; balances and prices may change until it is paid.',
    tag: 'Payments',
    body: OptionsBody,
    responses: { 200: PaymentOptions },
    problems,
    handler: async (asking, answer) => {
      const { package_id: packageId, rental_id: rentalId, station_sn: station } = asking.body;
      const choice = paymentChoiceOf(asking.body);
      if (E.isLeft(choice)) return choice.left;
      const ask = { tools, asking, choice: choice.right };
      if (packageId !== null && rentalId === null) {
        const options = await forPackage(ask, { packageId, station });
        return E.isLeft(options) ? options.left : answer(200, options.right);
      }
      if (packageId === null && rentalId !== null) {
        const options = await forDue(ask, rentalId);
        return E.isLeft(options) ? options.left : answer(200, options.right);
      }
      return exactlyOne;
    },
  });
