import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import {
  type PaymentQuestion,
  planPayment,
  suggestedTopUp,
  valueOfPoints,
} from '../../domain/pricing/index.js';
import { rupees, toRupees, zero } from '../../domain/shared/money.js';

const ask = (
  amount: string,
  points: number,
  wallet: string,
  choice: PaymentQuestion['choice'] = { mode: 'wallet_points', split: null },
) =>
  planPayment({
    amount: rupees(amount),
    choice,
    available: { points, wallet: rupees(wallet) },
    pointsPerNpr: 10,
    topUpStep: rupees('100'),
  });

const pays = (points: number, wallet: string) => E.right({ points, wallet: rupees(wallet) });

// The table of PAY-4, and the other modes beside it.
const plans = `
  mode           amount  points  wallet  | points  wallet
  wallet_points  50.00   0       60.00   | 0       50.00
  wallet_points  50.00   200     60.00   | 200     30.00
  wallet_points  150.00  2000    0.00    | 1500    0.00
  wallet_points  63.89   300     100.00  | 300     33.89
  wallet_points  31.25   1000    5.00    | 312     0.05
  wallet_points  31.25   1000    0.00    | 313     0.00
  wallet_points  31.25   1000    0.04    | 313     0.00
  wallet_points  31.25   312     0.05    | 312     0.05
  wallet_points  0.00    100     10.00   | 0       0.00
  wallet         50.00   1000    50.00   | 0       50.00
  points         63.89   639     0.00    | 639     0.00
  points         31.25   1000    90.00   | 313     0.00`;

const isMode = (text: string): text is 'wallet' | 'points' | 'wallet_points' =>
  ['wallet', 'points', 'wallet_points'].includes(text);

for (const row of plans.trim().split('\n').slice(1)) {
  const [mode = '', amount = '', points = '', wallet = '', , usedPoints = '', used = ''] = row
    .trim()
    .split(/\s+/);
  test(`PAY-2 to PAY-4: ${amount} by ${mode} from ${points} pt + ${wallet}`, (t) => {
    if (!isMode(mode)) return t.fail(`no mode: ${mode}`);
    const plan = ask(amount, Number(points), wallet, { mode, split: null });
    t.deepEqual(plan, pays(Number(usedPoints), used));
  });
}

test('PAY-4, PAY-7: what is missing is told with the suggested top-up', (t) => {
  t.deepEqual(
    ask('50.00', 100, '10.00'),
    E.left({
      kind: 'InsufficientFunds' as const,
      required: rupees('50'),
      shortfall: rupees('30'),
      suggestedTopUp: rupees('100'),
      breakdown: { points: 100, pointsValue: rupees('10'), wallet: rupees('10') },
    }),
  );
});

test('PAY-4: the one further point must exist', (t) => {
  const plan = ask('31.25', 312, '0.04');
  t.like(plan, { _tag: 'Left', left: { shortfall: rupees('0.01') } });
});

test('PAY-3: points that do not reach are not filled up from the wallet', (t) => {
  const plan = ask('63.89', 638, '500', { mode: 'points', split: null });
  t.like(plan, {
    _tag: 'Left',
    left: { shortfall: rupees('0.09'), breakdown: { points: 638, wallet: zero } },
  });
});

test('PAY-2: mode wallet leaves the points alone', (t) => {
  const plan = ask('50', 10_000, '49.99', { mode: 'wallet', split: null });
  t.like(plan, {
    _tag: 'Left',
    left: { shortfall: rupees('0.01'), breakdown: { points: 0, wallet: rupees('49.99') } },
  });
});

const split = (points: number, wallet: string) => ({ points, wallet: rupees(wallet) });
const explicit = (points: number, wallet: string) => ({
  mode: 'wallet_points' as const,
  split: split(points, wallet),
});

test('PAY-5: an explicit split that adds up and is covered is taken as it is', (t) => {
  t.deepEqual(ask('50', 500, '50', explicit(123, '37.70')), pays(123, '37.70'));
  t.deepEqual(ask('50', 0, '50', explicit(0, '50')), pays(0, '50'));
});

test('PAY-5: an explicit split must add up exactly', (t) => {
  t.deepEqual(
    ask('50', 500, '50', explicit(123, '37.69')),
    E.left({
      kind: 'SplitTotalMismatch' as const,
      split: split(123, '37.69'),
      total: rupees('49.99'),
      required: rupees('50'),
    }),
  );
});

test('PAY-5: an explicit split must be covered by both balances', (t) => {
  const refusal = { _tag: 'Left', left: { kind: 'InvalidSplit', fault: 'BeyondBalance' } };
  t.like(ask('50', 122, '50', explicit(123, '37.70')), refusal);
  t.like(ask('50', 500, '37.69', explicit(123, '37.70')), refusal);
});

test('PAY-5: a negative part is refused even when the sum is right', (t) => {
  const refusal = { _tag: 'Left', left: { kind: 'InvalidSplit', fault: 'NegativePart' } };
  t.like(ask('50', 900, '50', explicit(600, '-10')), refusal);
});

test('PAY-5: only wallet_points takes a split', (t) => {
  const refusal = { _tag: 'Left', left: { kind: 'InvalidSplit', fault: 'ModeTakesNoSplit' } };
  t.like(ask('50', 900, '50', { mode: 'wallet', split: split(0, '50') }), refusal);
  t.like(ask('50', 900, '50', { mode: 'points', split: split(500, '0') }), refusal);
});

test('PAY-1: ten points are one rupee', (t) => {
  t.is(toRupees(valueOfPoints(639, 10)), '63.90');
});

test('PAY-7: a suggested top-up is the shortfall in full steps', (t) => {
  const suggestions = ['0.01', '30', '100', '100.01'].map((shortfall) =>
    toRupees(suggestedTopUp(rupees(shortfall), rupees('100'))),
  );
  t.deepEqual(suggestions, ['100.00', '100.00', '100.00', '200.00']);
});
