import * as E from 'fp-ts/lib/Either.js';
import { planPayment } from '../../domain/pricing/index.js';
import { owedAt, type Rental, type RentalPayment } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { EntryId, HoldId, PaymentId, RentalId } from '../../domain/shared/ids.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import { isPositive, type Money, subtract, zero } from '../../domain/shared/money.js';
import type { CommandContext } from '../context.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, settingsInForce, stepsAfter } from '../process/tools.js';
import { balancesOf, loadRental, type RentalTools, rentalActor } from './common.js';

/** Both legs of a payment, points and money, are held under the payment's own id. */
const holdIdOf = (paymentId: PaymentId): HoldId => ownId(HoldId, paymentId);

/** The payment that tries at once to collect what is owed at the end (RET-4). */
const collectionPaymentId = (rentalId: RentalId): PaymentId =>
  ownId(PaymentId, `${rentalId}:due:collect`);

const paymentOf = (rental: Rental, paymentId: PaymentId): RentalPayment => {
  const payment = rental.payments.get(paymentId);
  if (payment === undefined) throw new Bug(`payment ${paymentId} was never planned`);
  return payment;
};

/** The one path of every payment: hold points, hold money, then capture or release both. */
export const paymentReactions = (tools: RentalTools) => {
  const { handlers } = tools;

  const holdPoints = async (
    payment: FactOf<'rental', 'PaymentPlanned'>['data'],
    rental: Rental,
    context: CommandContext,
  ): Promise<boolean> => {
    const { points } = payment.split;
    if (points === 0) return true;
    const { rentalId, request } = rental;
    const { at, paymentId } = payment;
    const expiresAt = plusSeconds(at, request.terms.holdTtlSeconds);
    const holdId = holdIdOf(paymentId);
    const held = await issue(
      handlers.points,
      request.userId,
      { type: 'HoldPoints', holdId, points, rentalId, expiresAt, at },
      context,
    );
    return E.isRight(held);
  };

  /** What the wallet lacks; zero when the money is held. */
  const holdFunds = async (
    payment: FactOf<'rental', 'PaymentPlanned'>['data'],
    rental: Rental,
    context: CommandContext,
  ): Promise<Money> => {
    const { wallet: amount } = payment.split;
    if (!isPositive(amount)) return zero;
    const { rentalId, request } = rental;
    const { at, paymentId, purpose } = payment;
    const expiresAt = plusSeconds(at, request.terms.holdTtlSeconds);
    const holdId = holdIdOf(paymentId);
    const held = await issue(
      handlers.wallet,
      request.userId,
      { type: 'HoldFunds', holdId, amount, purpose, rentalId, expiresAt, at },
      context,
    );
    if (E.isRight(held)) return zero;
    const { left: refusal } = held;
    return refusal.kind === 'InsufficientFunds'
      ? subtract(refusal.required, refusal.available)
      : amount;
  };

  const release = async (
    rental: Rental,
    fact: FactOf<'rental', 'PaymentReleased' | 'PaymentDeclined'>,
  ): Promise<void> => {
    const step = stepsAfter(fact, rentalActor);
    const { paymentId, at } = fact.data;
    const { userId } = rental.request;
    const wish = { type: 'ReleaseHold', holdId: holdIdOf(paymentId), at } as const;
    // Refused where there is no such hold (never held, or no such leg) or it is closed already.
    await issue(handlers.points, userId, wish, step('release-points'));
    await issue(handlers.wallet, userId, wish, step('release-funds'));
  };

  return {
    securePayment: async (fact: FactOf<'rental', 'PaymentPlanned'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const rental = await loadRental(tools, rentalId, fact);
      const step = stepsAfter(fact, rentalActor);
      const { paymentId, split, at } = fact.data;
      const pointsAreHeld = await holdPoints(fact.data, rental, step('hold-points'));
      const shortfall = pointsAreHeld
        ? await holdFunds(fact.data, rental, step('hold-funds'))
        : split.wallet;
      const isSecured = pointsAreHeld && !isPositive(shortfall);
      await issue(
        handlers.rental,
        rentalId,
        isSecured
          ? { type: 'RecordPaymentSecured', paymentId, at }
          : { type: 'RecordPaymentDeclined', paymentId, shortfall, at },
        step('record'),
      );
    },

    releasePayment: async (fact: FactOf<'rental', 'PaymentReleased' | 'PaymentDeclined'>) => {
      await release(await loadRental(tools, ownId(RentalId, fact.streamId), fact), fact);
    },

    capturePayment: async (fact: FactOf<'rental', 'PaymentConfirmed'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const rental = await loadRental(tools, rentalId, fact);
      const step = stepsAfter(fact, rentalActor);
      const { paymentId, at } = fact.data;
      const { split } = paymentOf(rental, paymentId);
      const { userId } = rental.request;
      const holdId = holdIdOf(paymentId);
      if (split.points > 0) {
        const redeemed = await issue(
          handlers.points,
          userId,
          { type: 'RedeemHold', holdId, at },
          step('redeem'),
        );
        if (E.isLeft(redeemed)) throw new Bug(`points of ${paymentId}: ${redeemed.left.kind}`);
      }
      if (isPositive(split.wallet)) {
        const captureId = ownId(EntryId, paymentId);
        const captured = await issue(
          handlers.wallet,
          userId,
          { type: 'CaptureHold', holdId, captureId, amount: split.wallet, final: true, at },
          step('capture'),
        );
        if (E.isLeft(captured)) throw new Bug(`money of ${paymentId}: ${captured.left.kind}`);
      }
      await issue(
        handlers.rental,
        rentalId,
        { type: 'RecordPaymentCaptured', paymentId, at },
        step('record'),
      );
    },

    /** What is owed at the end is collected in full at once, or stands as a due (RET-4, P-034). */
    collectOwed: async (fact: FactOf<'rental', 'RentalCompleted'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const rental = await loadRental(tools, rentalId, fact);
      const paymentId = collectionPaymentId(rentalId);
      const { at } = fact.data;
      const amount = owedAt(rental, at);
      if (!isPositive(amount) || rental.payments.has(paymentId)) return;
      const { topUpSuggestionStep: topUpStep } = await settingsInForce(handlers);
      const { userId, terms } = rental.request;
      const plan = planPayment({
        amount,
        choice: { mode: 'wallet_points', split: null },
        available: await balancesOf(tools, userId),
        pointsPerNpr: terms.pointsPerNpr,
        topUpStep,
      });
      await issue(
        handlers.rental,
        rentalId,
        E.isRight(plan)
          ? { type: 'PlanPayment', paymentId, purpose: 'DUE', split: plan.right, at }
          : { type: 'OpenDue', at },
        stepsAfter(fact, rentalActor)('collect'),
      );
    },

    /** The balances fell between the plan and the hold: then it is a due after all. */
    openDueAfterDecline: async (fact: FactOf<'rental', 'PaymentDeclined'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { paymentId, at } = fact.data;
      if (paymentId !== collectionPaymentId(rentalId)) return;
      const context = stepsAfter(fact, rentalActor)('open-due');
      await issue(handlers.rental, rentalId, { type: 'OpenDue', at }, context);
    },

    /** Gives back what was already taken, as it was paid: points as points (CAN-3, P-008). */
    payRefund: async (fact: FactOf<'rental', 'RentalCancelled'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { refund, at } = fact.data;
      if (refund.points === 0 && !isPositive(refund.wallet)) return;
      const { userId } = (await loadRental(tools, rentalId, fact)).request;
      const step = stepsAfter(fact, rentalActor);
      const entry = ownId(EntryId, `${rentalId}:refund`);
      if (refund.points > 0) {
        const wish = { givingBackId: entry, points: refund.points, rentalId, at };
        await issue(handlers.points, userId, { type: 'GiveBackPoints', ...wish }, step('points'));
      }
      if (isPositive(refund.wallet)) {
        const wish = { creditId: entry, amount: refund.wallet, gateway: null, rentalId, at };
        await issue(
          handlers.wallet,
          userId,
          { type: 'CreditWallet', source: 'REFUND', ...wish },
          step('funds'),
        );
      }
      await issue(handlers.rental, rentalId, { type: 'RecordRefundPaid', at }, step('record'));
    },
  };
};
