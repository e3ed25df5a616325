import test, { type ExecutionContext } from 'ava';
import { RentalBooks } from '../../domain/ledger/index.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import { balancesOf, lastPosted, line, ofRental } from '../support/books.js';
import {
  confirmed,
  fact,
  minute,
  money,
  paid,
  pay,
  planned,
  released,
  running,
  secured,
  split,
} from '../support/rental.js';

const zero = money('0');
const noSplit = split(0, '0');

type Completed = Extract<RentalEvent, { type: 'RentalCompleted' }>['data'];
type Cancelled = Extract<RentalEvent, { type: 'RentalCancelled' }>['data'];

const completed = (
  charges: Partial<Completed['charges']>,
  settlement: { readonly paid: string; readonly owed: string },
): RentalEvent =>
  fact('RentalCompleted', {
    reason: 'RETURNED',
    endedAt: minute(90),
    onTime: false,
    charges: {
      use: zero,
      extensions: zero,
      lateFee: zero,
      overdueMinutes: 0,
      penalty: zero,
      staffAmount: null,
      total: zero,
      ...charges,
    },
    paid: money(settlement.paid),
    owed: money(settlement.owed),
    note: null,
    at: minute(90),
  });

const cancelled = (change: Partial<Cancelled>): RentalEvent =>
  fact('RentalCancelled', {
    cause: 'user',
    code: null,
    reason: null,
    fee: zero,
    refund: noSplit,
    returned: null,
    at: minute(3),
    ...change,
  });

const posts =
  (history: readonly RentalEvent[], ...lines: readonly string[]) =>
  (t: ExecutionContext): void => {
    t.deepEqual(lastPosted(...history.map(ofRental)), lines);
  };

/** What the books of the rental alone say in the end, its clearing left to wallet and points. */
const leaves =
  (history: readonly RentalEvent[], ...lines: readonly string[]) =>
  (t: ExecutionContext): void => {
    const books = new RentalBooks();
    const balances = balancesOf(history.flatMap((event) => [...books.post(ofRental(event))]));
    const shown = [...balances].map(([account, minor]) => `${account} ${(minor / 100).toFixed(2)}`);
    t.deepEqual(shown.sort(), [...lines].sort());
  };

test('a payment that is planned and held is not yet ours', posts([planned(), secured()]));

test(
  'a confirmed payment is owed to the renter until the rental ends, its points at their value',
  posts(
    [planned(), secured(), confirmed()],
    'assets:payment-clearing:r-1 30.00',
    'expenses:points-discount 20.00',
    'liabilities:unearned-rentals:r-1 -50.00',
  ),
);

test(
  'PAY-3: a last point worth more than the rest counts for the rest only',
  posts(
    [planned({ amount: '49.99', split: split(500, '0') }), secured(), confirmed()],
    'expenses:points-discount 49.99',
    'liabilities:unearned-rentals:r-1 -49.99',
  ),
);

test(
  'a payment that was released is never posted',
  posts([planned(), secured(), released('p-start', minute(0)), confirmed()]),
);

test('what the log does not tell the amount of posts nothing', posts([confirmed('p-never')]));

test(
  'RET-3: at the end what was paid becomes income by kind, and the rest is a due',
  posts(
    [
      ...running(),
      ...paid({ id: 'p-ext', purpose: 'EXTENSION', split: split(0, '50'), at: minute(20) }),
      completed(
        {
          use: money('50'),
          extensions: money('50'),
          lateFee: money('12.34'),
          penalty: money('5000'),
          total: money('5112.34'),
        },
        { paid: '100', owed: '5012.34' },
      ),
    ],
    'liabilities:unearned-rentals:r-1 100.00',
    'assets:receivable-dues:r-1 5012.34',
    'income:rental -50.00',
    'income:extension -50.00',
    'income:late-fee -12.34',
    'income:penalty -5000.00',
  ),
);

test(
  'ABN-3: what staff set is income of its own, and payments beyond the charges are not lost',
  posts(
    [
      ...running(),
      completed({ staffAmount: money('20'), total: money('20') }, { paid: '50', owed: '0' }),
    ],
    'liabilities:unearned-rentals:r-1 50.00',
    'income:staff-charge -20.00',
    'income:rounding -30.00',
  ),
);

test(
  'a payment after the end settles the due',
  posts(
    [
      ...running(),
      completed(
        { use: money('50'), lateFee: money('30'), total: money('80') },
        { paid: '50', owed: '30' },
      ),
      ...paid({
        id: 'p-due',
        purpose: 'DUE',
        amount: '30',
        split: split(100, '20'),
        at: minute(95),
      }),
    ],
    'assets:payment-clearing:r-1 20.00',
    'expenses:points-discount 10.00',
    'assets:receivable-dues:r-1 -30.00',
  ),
);

test(
  'CAN-5: of a cancelled rental the fee is income, and the rest is owed back as it was paid',
  posts(
    [...running(), cancelled({ fee: money('10'), refund: split(160, '24') })],
    'liabilities:unearned-rentals:r-1 50.00',
    'income:cancellation-fee -10.00',
    'liabilities:refunds-payable:r-1 -24.00',
    'expenses:points-discount -16.00',
  ),
);

test(
  'CAN-3: a free cancellation gives back all of it',
  leaves(
    [...running(), cancelled({ refund: split(200, '30') })],
    'assets:payment-clearing:r-1 30.00',
    'liabilities:refunds-payable:r-1 -30.00',
  ),
);

test(
  'CAN-6: a fee that the wallet pays first is income at once',
  leaves(
    [
      ...running({ paymentModel: 'POSTPAID' }),
      ...paid({
        id: 'p-fee',
        purpose: 'CANCELLATION_FEE',
        amount: '5.55',
        split: split(0, '5.55'),
        at: minute(3),
      }),
      cancelled({ fee: money('5.55') }),
    ],
    'assets:payment-clearing:r-1 5.55',
    'income:cancellation-fee -5.55',
  ),
);

test('a rental that was cancelled before anything was paid moves nothing', (t) => {
  t.deepEqual(lastPosted(...[planned(), secured(), cancelled({})].map(ofRental)), []);
});

test('charges that are not their total are no entry', (t) => {
  const contradiction = completed({ use: money('50') }, { paid: '50', owed: '0' });
  t.throws(() => lastPosted(...[...running(), contradiction].map(ofRental)), {
    message: /must cancel out, NPR is off by/,
  });
});

test('books forget a rental that is settled, whatever is told of it afterwards', (t) => {
  const books = new RentalBooks();
  const late = [planned({ id: 'p-late', at: minute(2) }), cancelled({ refund: split(200, '30') })];
  for (const event of [...running(), ...late]) books.post(ofRental(event));
  t.is(books.open, 0);
  for (const event of [
    released('p-late', minute(4)),
    fact('RefundPaid', { refund: split(200, '30'), at: minute(4) }),
    fact('PaymentCaptured', { paymentId: pay('p-start'), at: minute(4) }),
    fact('PaymentDeclined', { paymentId: pay('p-late'), shortfall: zero, at: minute(4) }),
  ]) {
    t.deepEqual(books.post(ofRental(event)).map(line), []);
    t.is(books.open, 0, event.type);
  }
});
