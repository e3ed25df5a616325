import test from 'ava';
import { paymentStatusAt, type RentalEvent, rental, splitPays } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/instant.js';
import {
  becameOverdue,
  before,
  captured,
  confirmed,
  fact,
  minute,
  money,
  paid,
  pay,
  planned,
  postpaid,
  released,
  rentals,
  requested,
  running,
  secured,
  split,
  waiting,
  wish,
} from '../support/rental.js';

const planStart = (id = 'p-start', parts = split(200, '30')) =>
  wish('PlanPayment', { paymentId: pay(id), purpose: 'RENTAL', split: parts, at: before });
const planDue = (id: string, at: Instant, parts: ReturnType<typeof split>) =>
  wish('PlanPayment', { paymentId: pay(id), purpose: 'DUE', split: parts, at });
const isSecured = (id: string, at: Instant) =>
  wish('RecordPaymentSecured', { paymentId: pay(id), at });
const isDeclined = (id: string, at: Instant) =>
  wish('RecordPaymentDeclined', { paymentId: pay(id), shortfall: money('5'), at });
const isCaptured = (id: string, at: Instant) =>
  wish('RecordPaymentCaptured', { paymentId: pay(id), at });
const declined = (id: string, at: Instant) =>
  fact('PaymentDeclined', { paymentId: pay(id), shortfall: money('5'), at });

test(
  'P-033: the split of the start is fixed before anything is held, once',
  rentals.given(requested()).when(planStart()).thenOnce(planned()),
);

/** PAY-3 to PAY-5 at 10 points for NPR 1: amount, points, wallet, whether it pays exactly. */
const splits: readonly (readonly [string, number, string, boolean])[] = [
  ['50', 0, '50', true],
  ['50', 200, '30', true],
  ['50', 500, '0', true],
  ['50', 200, '29.99', false],
  ['50', 200, '30.01', false],
  ['50', 501, '0', false],
  ['50', -100, '60', false],
  ['50', 600, '-10', false],
  ['50', 0.5, '49.95', false],
  ['63.89', 639, '0', true],
  ['63.89', 640, '0', false],
  ['63.89', 638, '0.09', true],
  ['31.25', 313, '0', true],
  ['31.25', 312, '0', false],
  ['31.25', 312, '0.06', false],
  ['31.25', 313, '0.10', false],
  ['0', 0, '0', true],
  ['0', 1, '0', false],
];

for (const [amount, points, wallet, pays] of splits) {
  test(`PAY-5: ${points} points and ${wallet} ${pays ? 'pay' : 'do not pay'} ${amount}`, (t) => {
    t.is(splitPays(money(amount), split(points, wallet), 10), pays);
  });
}

test(
  'PAY-5: a split that does not pay the price is refused',
  rentals
    .given(requested())
    .when(planStart('p-start', split(200, '20')))
    .refuses({
      kind: 'PaymentAmountMismatch',
      required: money('50'),
      split: split(200, '20'),
    }),
);

test(
  'START-15: the discounted price is what the start costs',
  rentals
    .given(requested({ price: money('40') }))
    .when(planStart('p-start', split(200, '20')))
    .thenOnce(planned({ amount: '40', split: split(200, '20') })),
);

test(
  'P-074: a free start is paid with nothing, like any other',
  rentals
    .given(requested({ price: money('0') }))
    .when(planStart('p-start', split(0, '0')))
    .thenOnce(planned({ amount: '0', split: split(0, '0') })),
);

test(
  'PKG-3: nothing is paid at the start of a postpaid rental',
  rentals.given(requested(postpaid)).when(planStart()).refuses({ kind: 'NothingToPayAtStart' }),
);

test(
  'the start is planned once at a time',
  rentals
    .given(requested(), planned())
    .when(planStart('p-other'))
    .refuses({ kind: 'PaymentInProgress', paymentId: pay('p-start'), purpose: 'RENTAL' }),
);

test(
  'a declined start may be planned again',
  rentals
    .given(requested(), planned(), declined('p-start', before))
    .when(planStart('p-other', split(0, '50')))
    .thenOnce(planned({ id: 'p-other', split: split(0, '50') })),
);

test(
  'a start is not paid again once the rental is under way',
  rentals
    .given(...waiting())
    .when(planStart('p-other'))
    .refuses({ kind: 'InvalidRentalStatus', status: 'PENDING_POPUP', allowed: ['PENDING'] }),
);

test(
  'PAY-10: the secured start waits for the bank',
  rentals.given(requested(), planned()).when(isSecured('p-start', before)).thenOnce(secured()),
);

test(
  'a declined payment is recorded, once',
  rentals
    .given(requested(), planned())
    .when(isDeclined('p-start', before))
    .thenOnce(declined('p-start', before)),
);

test(
  'holds that stand are not declined any more',
  rentals
    .given(requested(), planned(), secured())
    .when(isDeclined('p-start', before))
    .refuses({ kind: 'InvalidPaymentStatus', paymentId: pay('p-start'), status: 'secured' }),
);

test(
  'P-023: holds that come after the release are released once more, and only once',
  rentals
    .given(requested(), planned(), released('p-start', minute(1)))
    .when(isSecured('p-start', minute(1)))
    .thenOnce(secured('p-start', minute(1)), released('p-start', minute(1))),
);

test(
  'holds that were given back before need no second release',
  rentals
    .given(requested(), planned(), secured(), released('p-start', minute(1)))
    .when(isSecured('p-start', minute(1)))
    .nothing(),
);

test(
  'P-023: holds that come after a decline go back too',
  rentals
    .given(requested(), planned(), declined('p-start', before))
    .when(isSecured('p-start', minute(1)))
    .thenOnce(secured('p-start', minute(1)), released('p-start', minute(1))),
);

test(
  'a confirmed payment is captured, once',
  rentals
    .given(...running())
    .when(isCaptured('p-start', minute(0)))
    .thenOnce(captured()),
);

test(
  'PAY-10: a payment that waits for the bank is not captured',
  rentals
    .given(...waiting())
    .when(isCaptured('p-start', minute(0)))
    .refuses({ kind: 'InvalidPaymentStatus', paymentId: pay('p-start'), status: 'secured' }),
);

for (const command of [isSecured, isDeclined, isCaptured]) {
  test(
    `${command('p-9', before).type} of a payment nobody planned is refused`,
    rentals
      .given(requested())
      .when(command('p-9', before))
      .refuses({ kind: 'UnknownPayment', paymentId: pay('p-9') }),
  );
}

const duePlanned = (id: string, at: Instant, amount: string) =>
  planned({ id, purpose: 'DUE', amount, split: split(0, amount), at });

test(
  'DUE-2, DUE-3: while the bank is out, exactly what is owed now is paid',
  rentals
    .given(...running(), becameOverdue)
    .when(planDue('p-due', minute(77), split(0, '25')))
    .thenOnce(duePlanned('p-due', minute(77), '25')),
);

test(
  'P-034: no part of a due is taken',
  rentals
    .given(...running(), becameOverdue)
    .when(planDue('p-due', minute(77), split(0, '20')))
    .refuses({ kind: 'PaymentAmountMismatch', required: money('25'), split: split(0, '20') }),
);

test(
  'DUE-3: paid while out, the rental stays overdue and nothing is settled yet',
  rentals
    .given(...running(), becameOverdue, duePlanned('p-due', minute(77), '25'))
    .when(isSecured('p-due', minute(78)))
    .thenOnce(secured('p-due', minute(78)), confirmed('p-due', minute(78))),
);

test(
  'DUE-3: a due planned by one clock is taken by another that lags a minute',
  rentals
    .given(...running(), becameOverdue, duePlanned('p-due', minute(77), '25'))
    .when(isSecured('p-due', minute(76)))
    .thenOnce(secured('p-due', minute(76)), confirmed('p-due', minute(76))),
);

test(
  'P-069: after that only what accrues beyond it is owed',
  rentals
    .given(
      ...running(),
      becameOverdue,
      ...paid({ id: 'p-due', purpose: 'DUE', amount: '25', split: split(0, '25'), at: minute(77) }),
    )
    .when(planDue('p-due-2', minute(92), split(0, '25')))
    .thenOnce(duePlanned('p-due-2', minute(92), '25')),
);

test(
  'one due is paid at a time',
  rentals
    .given(...running(), becameOverdue, duePlanned('p-due', minute(77), '25'))
    .when(planDue('p-due-2', minute(77), split(0, '25')))
    .refuses({ kind: 'PaymentInProgress', paymentId: pay('p-due'), purpose: 'DUE' }),
);

test(
  'within grace nothing is owed',
  rentals
    .given(...running(), becameOverdue)
    .when(planDue('p-due', minute(62), split(0, '0')))
    .refuses({ kind: 'NoDueAmount' }),
);

test(
  'nothing is due before the due time',
  rentals
    .given(...running())
    .when(planDue('p-due', minute(30), split(0, '0')))
    .refuses({
      kind: 'InvalidRentalStatus',
      status: 'ACTIVE',
      allowed: ['OVERDUE', 'COMPLETED'],
    }),
);

test('the payment status follows from what is owed and paid, at each moment', (t) => {
  const statusAt = (at: Instant, ...history: readonly RentalEvent[]) => {
    const state = fold(rental, history);
    return state === null ? 'not opened' : paymentStatusAt(state, at);
  };
  t.is(statusAt(before, requested()), 'PENDING');
  t.is(statusAt(before, ...waiting()), 'PENDING');
  t.is(statusAt(minute(5), ...running()), 'PAID');
  t.is(statusAt(minute(62), ...running(), becameOverdue), 'PAID', 'within grace');
  t.is(statusAt(minute(63), ...running(), becameOverdue), 'PENDING', 'P-070');
  t.is(statusAt(minute(0), ...running(postpaid)), 'PENDING');
  t.is(statusAt(minute(5), ...running(postpaid)), 'PENDING');
});
