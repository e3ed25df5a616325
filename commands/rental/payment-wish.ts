import * as E from 'fp-ts/lib/Either.js';
import { type PaymentRefusal, planPayment } from '../../domain/pricing/index.js';
import type { PaymentChoice, PaymentSplit } from '../../domain/rental/index.js';
import { NonNegativeInteger, nullable, oneOf, text } from '../../domain/shared/codecs.js';
import type { UserId } from '../../domain/shared/ids.js';
import { type Money, zero } from '../../domain/shared/money.js';
import type { Problem } from '../../ports/http/answer.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { moneyText } from '../../ports/http/money-text.js';
import type { Handlers } from '../handlers.js';
import { settingsNow } from '../operation.js';
import { refusalFacts } from '../refusal-facts.js';
import { balancesOf } from '../rental-process/common.js';

/** PAY-2; `direct` (through a gateway) is known, and refused while no gateway is connected. */
const WishedMode = oneOf('WishedPaymentMode', ['wallet', 'points', 'wallet_points', 'direct']);

/** Part of an amount that the wallet shall pay. */
const WalletPart = moneyText('WalletPart', { minimum: zero });

/** How somebody wants to pay, as bodies say it; all of it may be left out (PAY-2, PAY-5). */
export const paymentFields = {
  payment_mode: withDefault(WishedMode, 'wallet_points'),
  /** The gateway of mode `direct`. */
  payment_method_id: withDefault(nullable(text('PaymentMethodId', { maxLength: 100 })), null),
  wallet_amount: withDefault(nullable(WalletPart), null),
  points_to_use: withDefault(nullable(NonNegativeInteger), null),
};

export interface PaymentWish {
  readonly payment_mode: PaymentChoice['mode'] | 'direct';
  readonly wallet_amount: Money | null;
  readonly points_to_use: number | null;
}

/** What a payment wish can be refused with before anything is computed. */
export const wishProblems = ['payment_mode_not_supported', 'invalid_wallet_points_split'] as const;

/**
 * The domain's form of the wish. Left: no gateway is connected, so `direct` is not offered; or a
 * split names only one of its two parts (PAY-5).
 */
export const paymentChoiceOf = (
  wish: PaymentWish,
): E.Either<Problem<(typeof wishProblems)[number]>, PaymentChoice> => {
  const { payment_mode: mode, wallet_amount: wallet, points_to_use: points } = wish;
  if (mode === 'direct') {
    const detail = 'No payment gateway is connected; pay from wallet and points.';
    return E.left(problem('payment_mode_not_supported', { detail, facts: { mode } }));
  }
  if (wallet === null && points === null) return E.right({ mode, split: null });
  if (wallet === null || points === null) {
    const detail = 'A split names both wallet_amount and points_to_use.';
    return E.left(problem('invalid_wallet_points_split', { detail }));
  }
  return E.right({ mode, split: { points, wallet } });
};

/** What paying an amount can be refused with. */
export const planProblems = [
  'payment_required',
  'invalid_wallet_points_split',
  'payment_amount_mismatch',
] as const;

const planProblem = (refusal: PaymentRefusal): Problem<(typeof planProblems)[number]> => {
  const facts = refusalFacts(refusal);
  switch (refusal.kind) {
    case 'InsufficientFunds':
      return problem('payment_required', { facts });
    case 'InvalidSplit':
      return problem('invalid_wallet_points_split', { facts });
    case 'SplitTotalMismatch':
      return problem('payment_amount_mismatch', { facts });
  }
};

/** How a user pays this amount now, by the same function as everywhere (PAY-3 to PAY-7). */
export const planFor = async (
  handlers: Handlers,
  userId: UserId,
  payment: {
    readonly amount: Money;
    readonly choice: PaymentChoice;
    /** As agreed for the rental that is paid for. */
    readonly pointsPerNpr: number;
  },
): Promise<E.Either<Problem<(typeof planProblems)[number]>, PaymentSplit>> => {
  const [available, settings] = await Promise.all([
    balancesOf({ handlers }, userId),
    settingsNow(handlers),
  ]);
  const topUpStep = settings.topUpSuggestionStep;
  return E.mapLeft(planProblem)(planPayment({ ...payment, available, topUpStep }));
};
