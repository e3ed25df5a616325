import test from 'ava';
import {
  cancellationFee,
  chargesAtReturn,
  discountedPrice,
  postpaidUse,
  type RentalTerms,
  refundAfterFee,
  stillOwed,
} from '../../domain/pricing/index.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { rupees, toRupees, zero } from '../../domain/shared/money.js';
import { rentalTerms } from '../support/terms.js';

const startedAt = instant('2026-03-01T10:00:00.000Z');

const endedAfter = (terms: RentalTerms, minutes: number) =>
  chargesAtReturn(terms, {
    startedAt,
    dueAt: plusMinutes(startedAt, terms.durationMinutes),
    endedAt: plusMinutes(startedAt, minutes),
  });

const discounts: readonly (readonly [string, number, string])[] = [
  ['150.00', 20, '120.00'],
  ['50.00', 0, '50.00'],
  ['50.00', 100, '0.00'],
  ['0.01', 50, '0.01'],
  ['63.89', 33, '42.81'],
];

for (const [price, percent, discounted] of discounts) {
  test(`START-15: ${price} at ${percent} % off is ${discounted}`, (t) => {
    t.is(toRupees(discountedPrice(rupees(price), percent)), discounted);
  });
}

const postpaid: readonly (readonly [number, string])[] = [
  [0, '0.00'],
  [10, '8.33'],
  [37, '30.83'],
  [60, '50.00'],
  [92, '76.67'],
];

for (const [minutes, cost] of postpaid) {
  test(`PKG-2: ${minutes} minutes of postpaid use at 50 an hour cost ${cost}`, (t) => {
    t.is(toRupees(postpaidUse({ price: rupees('50'), minutes: 60 }, minutes)), cost);
  });
}

test('PKG-2: postpaid minutes past due cost the base rate and the late fee', (t) => {
  const charges = endedAfter(rentalTerms({ paymentModel: 'POSTPAID' }), 92);
  t.is(toRupees(charges.use), '76.67');
  t.is(toRupees(charges.lateFee.fee), '50.00');
  t.is(toRupees(charges.total), '126.67');
});

test('RET-3: a prepaid rental owes nothing but its late fee', (t) => {
  t.is(toRupees(endedAfter(rentalTerms(), 60).total), '0.00');
  t.is(toRupees(endedAfter(rentalTerms(), 92).total), '50.00');
});

test('LATE-6: a discount lowers the use and leaves the late rate alone', (t) => {
  const discounted = rentalTerms({ paymentModel: 'POSTPAID', price: rupees('25') });
  const charges = endedAfter(discounted, 92);
  t.is(toRupees(charges.use), '38.33');
  t.is(toRupees(charges.lateFee.fee), '50.00');
});

test('LATE-6: an extension moves the due time and leaves the late rate alone', (t) => {
  const terms = rentalTerms();
  const charges = chargesAtReturn(terms, {
    startedAt,
    dueAt: plusMinutes(startedAt, 60 + 240),
    endedAt: plusMinutes(startedAt, 60 + 240 + 32),
  });
  t.is(toRupees(charges.lateFee.fee), '50.00');
});

test('P-069: what was already paid is deducted once, and never owed back', (t) => {
  t.deepEqual(stillOwed(rupees('75'), rupees('50')), rupees('25'));
  t.deepEqual(stillOwed(rupees('75'), rupees('75')), zero);
  t.deepEqual(stillOwed(rupees('75'), rupees('80')), zero);
});

const cancellations: readonly (readonly [number, string, string])[] = [
  // Used minutes, paid, fee.
  [0, '50.00', '0.00'],
  [5, '50.00', '0.00'],
  [6, '50.00', '0.00'],
  [8, '50.00', '1.67'],
  [20, '50.00', '21.67'],
  [38, '50.00', '50.00'],
  [38, '0.00', '51.67'],
];

for (const [usedMinutes, paid, fee] of cancellations) {
  test(`CAN-4: cancelling after ${usedMinutes} minutes with ${paid} paid costs ${fee}`, (t) => {
    const { lateFee, listPrice, durationMinutes } = rentalTerms();
    const charged = cancellationFee({
      lateFee,
      rate: { price: listPrice, minutes: durationMinutes },
      usedMinutes,
      freeMinutes: 5,
      paid: rupees(paid),
      unpaidFeeMax: rupees('500'),
    });
    t.is(toRupees(charged), fee);
  });
}

test('CAN-4: where nothing was paid, the fee is bound by its own maximum', (t) => {
  const { lateFee } = rentalTerms();
  const charged = cancellationFee({
    lateFee: { ...lateFee, capPerDay: null },
    rate: { price: rupees('50'), minutes: 60 },
    usedMinutes: 1_000,
    freeMinutes: 5,
    paid: zero,
    unpaidFeeMax: rupees('500'),
  });
  t.is(toRupees(charged), '500.00');
});

const refunds = `
  amount  points  wallet  fee    | points  wallet
  50.00   0       50.00   21.67  | 0       28.33
  50.00   500     0.00    21.67  | 283     0.03
  50.00   200     30.00   21.67  | 113     17.03
  50.00   200     30.00   50.00  | 0       0.00
  50.00   200     30.00   0.00   | 200     30.00
  63.89   639     0.00    0.00   | 639     0.00
  63.89   639     0.00    0.01   | 638     0.08
  63.83   639     0.00    0.01   | 638     0.02
  63.81   639     0.00    33.85  | 300     0.00`;

for (const row of refunds.trim().split('\n').slice(1)) {
  const [amount = '', points = '', wallet = '', fee = '', , back = '', cash = ''] = row
    .trim()
    .split(/\s+/);
  test(`CAN-5, P-067: of ${amount} (${points} pt + ${wallet}), ${fee} is kept`, (t) => {
    const paid = {
      amount: rupees(amount),
      split: { points: Number(points), wallet: rupees(wallet) },
    };
    const refund = refundAfterFee(paid, rupees(fee), 10);
    t.deepEqual(refund, { points: Number(back), wallet: rupees(cash) });
  });
}

test('a fee above what was paid is a bug of the caller', (t) => {
  const paid = { amount: rupees('50'), split: { points: 0, wallet: rupees('50') } };
  t.throws(() => refundAfterFee(paid, rupees('50.01'), 10), { name: 'Bug' });
});
