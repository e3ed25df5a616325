import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  type LateFeeTerms,
  lateFee,
  planPayment,
  refundAfterFee,
} from '../../domain/pricing/index.js';
import { isZero, paisa, subtract } from '../../domain/shared/money.js';

const minutes = fc.integer({ min: 0, max: 20_000 });
const money = (max: number) => fc.integer({ min: 0, max }).map(paisa);

const terms: fc.Arbitrary<LateFeeTerms> = fc.record({
  configId: fc.constant(null),
  feeType: fc.constantFrom('MULTIPLIER' as const, 'FLAT_RATE' as const, 'COMPOUND' as const),
  multiplierHundredths: fc.integer({ min: 0, max: 1_000 }),
  flatRatePerHour: money(100_000),
  graceMinutes: fc.integer({ min: 0, max: 120 }),
  capPerDay: fc.option(money(500_000)),
});
const rate = fc.record({ price: money(1_000_000), minutes: fc.integer({ min: 1, max: 50_000 }) });

/** The fee once more, written differently on purpose: one integer division, no helpers. */
const dullFee = (
  { feeType, multiplierHundredths, flatRatePerHour, graceMinutes, capPerDay }: LateFeeTerms,
  price: { readonly minor: number; readonly minutes: number },
  overdue: number,
): number => {
  const effective = BigInt(Math.max(0, overdue - graceMinutes));
  const multiplied = feeType === 'FLAT_RATE' ? 0n : BigInt(multiplierHundredths);
  const flat = feeType === 'MULTIPLIER' ? 0n : BigInt(flatRatePerHour.minor);
  const perMinutes = BigInt(price.minutes) * 100n;
  const above = effective * (BigInt(price.minor) * multiplied * 60n + flat * perMinutes);
  const below = perMinutes * 60n;
  const periods = effective === 0n ? 1n : (effective + 1_439n) / 1_440n;
  const cap = capPerDay === null ? null : BigInt(capPerDay.minor) * periods;
  const isCapped = cap !== null && above >= cap * below;
  return Number(isCapped ? cap : (2n * above + below) / (2n * below));
};

test('P-031: the fee equals one exact division rounded once', (t) => {
  fc.assert(
    fc.property(terms, rate, minutes, (chosen, price, overdue) => {
      const dull = dullFee(chosen, { minor: price.price.minor, minutes: price.minutes }, overdue);
      t.is(lateFee(chosen, price, overdue).fee.minor, dull);
    }),
  );
});

test('P-031: a later minute never costs less', (t) => {
  fc.assert(
    fc.property(terms, rate, minutes, minutes, (chosen, price, one, other) => {
      const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
      const [low, high] = [lateFee(chosen, price, earlier), lateFee(chosen, price, later)];
      t.true(low.fee.minor <= high.fee.minor);
    }),
  );
});

const mode = fc.constantFrom('wallet' as const, 'points' as const, 'wallet_points' as const);

test('PAY-2 to PAY-7: a plan pays from what is there, a refusal says what lacks', (t) => {
  const points = fc.integer({ min: 0, max: 20_000 });
  const paisaPerPoint = 10;
  fc.assert(
    fc.property(mode, money(200_000), points, money(200_000), (chosen, amount, held, wallet) => {
      const plan = planPayment({
        amount,
        choice: { mode: chosen, split: null },
        available: { points: held, wallet },
        pointsPerNpr: 10,
        topUpStep: paisa(10_000),
      });
      if (E.isRight(plan)) {
        const excess = plan.right.points * paisaPerPoint + plan.right.wallet.minor - amount.minor;
        t.true(excess >= 0 && excess < paisaPerPoint);
        t.true(plan.right.points <= held && plan.right.wallet.minor <= wallet.minor);
        return;
      }
      if (plan.left.kind !== 'InsufficientFunds') return t.fail(plan.left.kind);
      const { required, shortfall, suggestedTopUp, breakdown } = plan.left;
      const reached = breakdown.pointsValue.minor + breakdown.wallet.minor;
      t.is(reached + shortfall.minor, required.minor);
      t.true(shortfall.minor > 0);
      t.is(suggestedTopUp.minor % 10_000, 0);
      t.true(suggestedTopUp.minor >= shortfall.minor);
    }),
  );
});

test('PAY-4, PAY-7: after the suggested top-up the same payment goes through', (t) => {
  const points = fc.integer({ min: 0, max: 5_000 });
  const payable = fc.constantFrom('wallet' as const, 'wallet_points' as const);
  fc.assert(
    fc.property(payable, money(200_000), points, money(9_999), (chosen, amount, held, wallet) => {
      const question = {
        amount,
        choice: { mode: chosen, split: null },
        available: { points: held, wallet },
        pointsPerNpr: 10,
        topUpStep: paisa(10_000),
      };
      const first = planPayment(question);
      if (E.isRight(first) || first.left.kind !== 'InsufficientFunds') return;
      const richer = paisa(wallet.minor + first.left.suggestedTopUp.minor);
      const second = planPayment({ ...question, available: { points: held, wallet: richer } });
      t.true(E.isRight(second));
    }),
  );
});

test('CAN-5, P-067: fee and refund are together what was paid, and no part grows', (t) => {
  const points = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(points, money(50_000), fc.nat(), (paidPoints, wallet, pick) => {
      const amount = paisa(paidPoints * 10 + wallet.minor);
      const fee = paisa(pick % (amount.minor + 1));
      const refund = refundAfterFee({ amount, split: { points: paidPoints, wallet } }, fee, 10);
      t.is(refund.points * 10 + refund.wallet.minor, subtract(amount, fee).minor);
      t.true(refund.points <= paidPoints);
      if (isZero(fee)) t.deepEqual(refund, { points: paidPoints, wallet });
    }),
  );
});
