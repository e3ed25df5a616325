import test from 'ava';
import { owedAt, paymentStatusAt, type RentalEvent, rental } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { type Instant, plusMs } from '../../domain/shared/instant.js';
import { toRupees } from '../../domain/shared/money.js';
import {
  back,
  bank,
  becameOverdue,
  before,
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
  station,
  waiting,
  wish,
} from '../support/rental.js';
import { sealed } from '../support/sealed.js';

type Completed = Extract<RentalEvent, { type: 'RentalCompleted' }>['data'];

const lost = minute(60 + 1440);
const zero = money('0');

const abandoned = (at: Instant, change: Partial<Completed> = {}) =>
  fact('RentalCompleted', {
    reason: 'ABANDONED',
    endedAt: lost,
    onTime: false,
    charges: {
      use: money('50'),
      extensions: zero,
      lateFee: money('100'),
      overdueMinutes: 1440,
      penalty: money('5000'),
      staffAmount: null,
      total: money('5150'),
    },
    paid: money('50'),
    owed: money('5100'),
    note: null,
    at,
    ...change,
  });

const overdue = [...running(), becameOverdue];
const abandon = (at: Instant) => wish('AbandonRental', { at });
const allowed = ['ACTIVE', 'OVERDUE'] as const;

const stateOf = (...history: readonly RentalEvent[]) => {
  const state = fold(rental, history);
  if (state === null) throw new Error('the history opens no rental');
  return state;
};

test(
  'the due time passed, and the rental becomes overdue, once',
  rentals
    .given(...running())
    .when(wish('MarkOverdue', { at: plusMs(minute(60), 1) }))
    .thenOnce(fact('RentalBecameOverdue', { at: plusMs(minute(60), 1) })),
);

test(
  'RET-2: at the due time itself it is not overdue',
  rentals
    .given(...running())
    .when(wish('MarkOverdue', { at: minute(60) }))
    .refuses({ kind: 'TooEarly', notBefore: plusMs(minute(60), 1) }),
);

test(
  'a rental that has not started does not become overdue',
  rentals
    .given(...waiting())
    .when(wish('MarkOverdue', { at: minute(99) }))
    .refuses({ kind: 'InvalidRentalStatus', status: 'PENDING_POPUP', allowed: ['ACTIVE'] }),
);

test(
  'ABN-1, P-019: exactly 24 hours after due the rental owes 100.00 and the penalty of 5000.00',
  rentals
    .given(...overdue)
    .when(abandon(lost))
    .thenOnce(abandoned(lost)),
);

test(
  'ABN-1: a late timer changes neither the end nor the amount',
  rentals
    .given(...overdue)
    .when(abandon(minute(9_999)))
    .thenOnce(abandoned(minute(9_999))),
);

test(
  'ABN-1: a moment earlier the bank is not lost',
  rentals
    .given(...overdue)
    .when(abandon(plusMs(lost, -1)))
    .refuses({ kind: 'TooEarly', notBefore: lost }),
);

test(
  'P-017: the penalty and the time come from the terms',
  rentals
    .given(...running({ lostItemPenalty: money('7'), abandonedAfterMinutes: 32 }))
    .when(abandon(minute(92)))
    .thenOnce(
      abandoned(minute(92), {
        endedAt: minute(92),
        charges: {
          use: money('50'),
          extensions: zero,
          lateFee: money('50'),
          overdueMinutes: 32,
          penalty: money('7'),
          staffAmount: null,
          total: money('107'),
        },
        owed: money('57'),
      }),
    ),
);

test(
  'P-069: a late fee paid while the bank was out is deducted, and one under way is released',
  rentals
    .given(
      ...overdue,
      ...paid({ id: 'p-1', purpose: 'DUE', amount: '25', split: split(0, '25'), at: minute(77) }),
      planned({ id: 'p-2', purpose: 'DUE', amount: '75', split: split(0, '75'), at: lost }),
    )
    .when(abandon(lost))
    .thenOnce(released('p-2', lost), abandoned(lost, { paid: money('75'), owed: money('5075') })),
);

test(
  'ABN-1: a rental whose bank never came out is not abandoned',
  rentals
    .given(...waiting())
    .when(abandon(lost))
    .refuses({ kind: 'InvalidRentalStatus', status: 'PENDING_POPUP', allowed }),
);

test('P-071: an abandoned rental is PENDING until its dues are paid in full', (t) => {
  const left = [...overdue, abandoned(lost), fact('DueOpened', { owed: money('5100'), at: lost })];
  const settled = [
    ...left,
    ...paid({ id: 'p-due', purpose: 'DUE', amount: '5100', split: split(0, '5100'), at: lost }),
  ];
  t.is(paymentStatusAt(stateOf(...left), lost), 'PENDING');
  t.is(paymentStatusAt(stateOf(...settled), lost), 'PAID');
  t.is(toRupees(owedAt(stateOf(...left), minute(99_999))), '5100.00');
});

const foundAt = { station: station('PKR001'), slot: 3, at: minute(5_000) } as const;
const found = fact('LostPowerBankFound', foundAt);

test(
  'ABN-2, P-072: the lost bank is found and the rental stays closed, once',
  rentals
    .given(...overdue, abandoned(lost))
    .when(wish('RecordLostPowerBankFound', foundAt))
    .thenOnce(found),
);

test(
  'ABN-2: the report of its return is the finding',
  rentals
    .given(...overdue, abandoned(lost))
    .when(back(minute(5_000), { station: station('PKR001') }))
    .thenOnce(found),
);

test(
  'ABN-2: a bank that is with its renter cannot be found',
  rentals
    .given(...overdue)
    .when(wish('RecordLostPowerBankFound', foundAt))
    .refuses({ kind: 'InvalidRentalStatus', status: 'OVERDUE', allowed: ['COMPLETED'] }),
);

const dueOpened = fact('DueOpened', { owed: money('5100'), at: lost });

test(
  'RET-4, P-034: what could not be collected stands as a due, all of it, once',
  rentals
    .given(...overdue, abandoned(lost))
    .when(wish('OpenDue', { at: lost }))
    .thenOnce(dueOpened),
);

const collecting = planned({
  id: 'p-due',
  purpose: 'DUE',
  amount: '5100',
  split: split(1000, '5000'),
  at: lost,
});

test(
  'a due is not opened while its collection is under way',
  rentals
    .given(...overdue, abandoned(lost), collecting)
    .when(wish('OpenDue', { at: lost }))
    .refuses({ kind: 'PaymentInProgress', paymentId: pay('p-due'), purpose: 'DUE' }),
);

test(
  'P-016: paying the due settles it',
  rentals
    .given(...overdue, abandoned(lost), dueOpened, collecting)
    .when(wish('RecordPaymentSecured', { paymentId: pay('p-due'), at: lost }))
    .thenOnce(
      secured('p-due', lost),
      confirmed('p-due', lost),
      fact('DueSettled', { paymentId: pay('p-due'), at: lost }),
    ),
);

test(
  'a settled due cannot be paid again',
  rentals
    .given(
      ...overdue,
      abandoned(lost),
      ...paid({ id: 'p-due', purpose: 'DUE', amount: '5100', split: split(0, '5100'), at: lost }),
    )
    .when(
      wish('PlanPayment', {
        paymentId: pay('p-2'),
        purpose: 'DUE',
        split: split(0, '1'),
        at: lost,
      }),
    )
    .refuses({ kind: 'NoDueAmount' }),
);

test(
  'a due is not opened where nothing is owed',
  rentals
    .given(
      ...overdue,
      abandoned(lost),
      ...paid({ id: 'p-due', purpose: 'DUE', amount: '5100', split: split(0, '5100'), at: lost }),
    )
    .when(wish('OpenDue', { at: lost }))
    .refuses({ kind: 'NoDueAmount' }),
);

const force = (at: Instant, amount = '300') =>
  wish('ForceComplete', { amount: money(amount), note: sealed('bank crushed'), at });

interface Forced {
  readonly use?: string;
  readonly staffAmount: string;
  readonly total: string;
  readonly overdueMinutes?: number;
  readonly paid?: string;
  readonly owed: string;
}

const forced = (at: Instant, amounts: Forced) =>
  fact('RentalCompleted', {
    reason: 'FORCED',
    endedAt: at,
    onTime: false,
    charges: {
      use: money(amounts.use ?? '50'),
      extensions: zero,
      lateFee: zero,
      overdueMinutes: amounts.overdueMinutes ?? 0,
      penalty: zero,
      staffAmount: money(amounts.staffAmount),
      total: money(amounts.total),
    },
    paid: money(amounts.paid ?? '50'),
    owed: money(amounts.owed),
    note: sealed('bank crushed'),
    at,
  });

test(
  'ABN-3: staff end an overdue rental at their own amount instead of the late fee',
  rentals
    .given(...overdue)
    .when(force(minute(92)))
    .then(
      forced(minute(92), { staffAmount: '300', total: '350', overdueMinutes: 32, owed: '300' }),
    ),
);

test(
  'ABN-3: a rental that is already PAID stays so, whatever the amount',
  rentals
    .given(...running())
    .when(force(minute(30)))
    .then(forced(minute(30), { staffAmount: '0', total: '50', owed: '0' })),
);

test(
  'ABN-3: the amount stands for the use of a postpaid rental',
  rentals
    .given(...running(postpaid))
    .when(force(minute(30)))
    .then(
      forced(minute(30), { use: '0', staffAmount: '300', total: '300', paid: '0', owed: '300' }),
    ),
);

test(
  'ABN-3, P-023: a rental that waits for its cabinet is ended and its payment given back',
  rentals
    .given(...waiting())
    .when(force(minute(30), '0'))
    .then(
      released('p-start', minute(30)),
      forced(minute(30), { use: '0', staffAmount: '0', total: '0', paid: '0', owed: '0' }),
    ),
);

const completion = forced(minute(92), { staffAmount: '300', total: '350', owed: '300' });

test(
  'ABN-3, P-032: a completed rental is not completed by staff',
  rentals
    .given(...overdue, completion)
    .when(force(minute(95)))
    .refuses({
      kind: 'InvalidRentalStatus',
      status: 'COMPLETED',
      allowed: ['PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE'],
    }),
);

test(
  'ABN-3: the amount is not negative',
  rentals
    .given(requested())
    .when(force(before, '-1'))
    .refuses({ kind: 'AmountTooLow', minimum: zero }),
);

test(
  'ABN-3: a bank of a rental ended by staff may still be found',
  rentals
    .given(...overdue, completion)
    .when(back(minute(5_000), { station: station('PKR001') }))
    .thenOnce(found),
);

test(
  'the bank of somebody else is not the lost one',
  rentals
    .given(...overdue, abandoned(lost))
    .when(back(minute(5_000), { powerBank: bank('PB009') }))
    .refuses({ kind: 'PowerbankMismatch', expected: bank('PB001'), named: bank('PB009') }),
);
