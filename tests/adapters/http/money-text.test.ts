import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { paisa, rupees } from '../../../domain/shared/money.js';
import { MoneyText, moneyText, PositiveMoneyText } from '../../../ports/http/money-text.js';

const read = (input: unknown) => {
  const decoded = MoneyText.decode(input);
  return E.isRight(decoded) ? decoded.right.minor : null;
};

test('amounts are read from text and from numbers, to the paisa', (t) => {
  const cases: readonly (readonly [unknown, number | null])[] = [
    ['150', 15_000],
    ['150.5', 15_050],
    ['150.05', 15_005],
    ['-0.01', -1],
    [150, 15_000],
    [0.1, 10],
    [1.15, 115],
    [4.35, 435],
    [999_999_999_999.99, 99_999_999_999_999],
  ];
  for (const [input, minor] of cases) t.is(read(input), minor, String(input));
});

test('what is no amount with at most two decimals is refused', (t) => {
  const inputs = [
    '150.005',
    150.005,
    1e21,
    1e-7,
    Number.NaN,
    '1e2',
    '1,50',
    ' 1',
    '',
    null,
    {},
    '.5',
  ];
  for (const input of inputs) t.is(read(input), null, JSON.stringify(input));
});

test('every amount survives the way out and back, as text and as number', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (minor) => {
      const text = MoneyText.encode(paisa(minor));
      t.regex(String(text), /^-?\d+\.\d{2}$/);
      return read(text) === minor && read(Number(text)) === minor;
    }),
  );
});

test('limits hold on the way in', (t) => {
  const topUp = moneyText('TopUp', { minimum: rupees('10'), maximum: rupees('50000') });
  t.deepEqual(
    ['9.99', '10', '50000.00', '50000.01'].map((amount) => E.isRight(topUp.decode(amount))),
    [false, true, true, false],
  );
  t.is(
    topUp.wire.description,
    'an amount in rupees with at most two decimals of at least 10.00 and at most 50000.00',
  );
  t.true(E.isLeft(PositiveMoneyText.decode('0')));
});
