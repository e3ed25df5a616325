import test from 'ava';
import type { RentalTerms } from '../../domain/pricing/index.js';
import {
  cancellationFeeAt,
  hasStarted,
  paymentStatusAt,
  type Rental,
  type RentalEvent,
  rental,
} from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { toRupees } from '../../domain/shared/money.js';
import {
  back,
  bank,
  becameOverdue,
  confirmed,
  fact,
  minute,
  money,
  offer,
  paid,
  pay,
  planned,
  postpaid,
  released,
  rentals,
  running,
  secured,
  sight,
  split,
  started,
  station,
  swapId,
  waiting,
  wish,
} from '../support/rental.js';

const cancelAt = (at: Instant, look: ReturnType<typeof sight> | null = sight(at)) =>
  wish('CancelRental', { reason: null, sight: look, feePaymentId: pay('p-fee'), at });

type Cancelled = Extract<RentalEvent, { type: 'RentalCancelled' }>['data'];

const cancelled = (at: Instant, change: Partial<Cancelled> = {}) =>
  fact('RentalCancelled', {
    cause: 'user',
    code: null,
    reason: null,
    fee: money('0'),
    refund: split(200, '30'),
    returned: sight(at),
    at,
    ...change,
  });

const opened = (...history: readonly RentalEvent[]): Rental => {
  const state = fold(rental, history);
  if (state === null) throw new Error('the history opens no rental');
  return state;
};

test(
  'CAN-3, P-008: within five minutes everything goes back as it was paid',
  rentals
    .given(...running())
    .when(cancelAt(minute(5)))
    .thenOnce(cancelled(minute(5))),
);

const extensionPaid = paid({
  id: 'p-ext',
  purpose: 'EXTENSION',
  amount: '50',
  split: split(100, '40'),
  extension: offer(),
  at: minute(2),
});

const extended = fact('RentalExtended', {
  paymentId: pay('p-ext'),
  offer: offer(),
  previousDueAt: minute(60),
  dueAt: minute(120),
  at: minute(2),
});

test(
  'CAN-3: extensions go back too',
  rentals
    .given(...running(), ...extensionPaid, extended)
    .when(cancelAt(minute(5)))
    .thenOnce(cancelled(minute(5), { refund: split(300, '70') })),
);

test(
  'P-020: an extension under way is released, not charged',
  rentals
    .given(
      ...running(),
      planned({ id: 'p-ext', purpose: 'EXTENSION', extension: offer(), at: minute(2) }),
    )
    .when(cancelAt(minute(5)))
    .thenOnce(released('p-ext', minute(5)), cancelled(minute(5))),
);

/** CAN-4 for 1 hour at 50: minutes used, fee, and the refund of 200 points and 30.00. */
const fees: readonly (readonly [number, string, number, string])[] = [
  [6, '0', 200, '30'],
  [8, '1.67', 193, '29.03'],
  [20, '21.67', 113, '17.03'],
  [38, '50', 0, '0'],
];

for (const [used, fee, points, wallet] of fees) {
  test(
    `CAN-4, CAN-5, P-067: after ${used} minutes the fee is ${fee} and the rest goes back in proportion`,
    rentals
      .given(...running())
      .when(cancelAt(minute(used)))
      .thenOnce(cancelled(minute(used), { fee: money(fee), refund: split(points, wallet) })),
  );
}

test('P-017: the free minutes and the fee come from the terms of the rental', (t) => {
  const fee = (terms: Partial<RentalTerms>): string => {
    const state = opened(...running(terms));
    return hasStarted(state) ? toRupees(cancellationFeeAt(state, minute(20))) : 'not started';
  };
  t.is(fee({}), '21.67');
  t.is(fee({ freeCancellationMinutes: 20 }), '0.00');
  t.is(fee({ ...postpaid, freeCancellationMinutes: 0 }), '30.00');
  t.is(fee({ ...postpaid, unpaidCancellationFeeMax: money('10') }), '10.00');
});

const notReturned = (lastSeenAt: Instant | null) =>
  ({
    kind: 'PowerbankNotReturned',
    powerBank: bank('PB001'),
    lastSeenAt,
    maxAgeSeconds: 60,
  }) as const;

test(
  'P-010: a rental whose bank no cabinet sees cannot be cancelled',
  rentals
    .given(...running())
    .when(cancelAt(minute(3), null))
    .refuses(notReturned(null)),
);

test(
  'P-011: a look of 61 seconds ago proves nothing',
  rentals
    .given(...running())
    .when(cancelAt(plusSeconds(minute(2), 61), sight(minute(2))))
    .refuses(notReturned(minute(2))),
);

test(
  'P-011: a look of 60 seconds ago does',
  rentals
    .given(...running())
    .when(cancelAt(minute(3), sight(minute(2))))
    .thenOnce(cancelled(minute(3), { returned: sight(minute(2)) })),
);

test(
  'P-010: the bank must be back in the pickup station',
  rentals
    .given(...running())
    .when(cancelAt(minute(3), sight(minute(3), { station: station('PKR001') })))
    .refuses({
      kind: 'PowerbankNotInSlot',
      station: station('KTM001'),
      seenIn: station('PKR001'),
    }),
);

test(
  'P-010: another bank in the slot is no proof',
  rentals
    .given(...running())
    .when(cancelAt(minute(3), sight(minute(3), { powerBank: bank('PB009') })))
    .refuses({
      kind: 'SlotNotOccupied',
      slot: 3,
      expected: bank('PB001'),
      seen: bank('PB009'),
    }),
);

const allowed = ['PENDING', 'PENDING_POPUP', 'ACTIVE'] as const;

test(
  'CAN-2: an overdue rental cannot be cancelled',
  rentals
    .given(...running(), becameOverdue)
    .when(cancelAt(minute(62)))
    .refuses({ kind: 'InvalidRentalStatus', status: 'OVERDUE', allowed }),
);

test(
  'CAN-2: nor can one that is past due and not marked yet',
  rentals
    .given(...running())
    .when(cancelAt(plusSeconds(minute(60), 1)))
    .refuses({ kind: 'InvalidRentalStatus', status: 'OVERDUE', allowed }),
);

test(
  'a swap under way is settled before anything else',
  rentals
    .given(
      ...running(),
      fact('SwapRequested', {
        swapId: swapId('s-1'),
        requestedPowerBank: null,
        reason: 'OTHER',
        description: null,
        returned: sight(minute(2)),
        at: minute(2),
      }),
    )
    .when(cancelAt(minute(3)))
    .refuses({ kind: 'SwapInProgress', swapId: swapId('s-1') }),
);

const feeAsked = [
  fact('CancellationRequested', { reason: null, returned: sight(minute(20)), at: minute(20) }),
  planned({
    id: 'p-fee',
    purpose: 'CANCELLATION_FEE',
    amount: '21.67',
    split: split(0, '21.67'),
    at: minute(20),
  }),
];
const feeSecured = wish('RecordPaymentSecured', { paymentId: pay('p-fee'), at: minute(21) });
const feeRefused = fact('PaymentDeclined', {
  paymentId: pay('p-fee'),
  shortfall: money('1.67'),
  at: minute(21),
});

test(
  'CAN-6: a postpaid rental asks the wallet for the fee first',
  rentals
    .given(...running(postpaid))
    .when(cancelAt(minute(20)))
    .thenOnce(...feeAsked),
);

test(
  'CAN-3: a postpaid rental is free within five minutes',
  rentals
    .given(...running(postpaid))
    .when(cancelAt(minute(5)))
    .thenOnce(cancelled(minute(5), { refund: split(0, '0') })),
);

test(
  'CAN-6: the fee is taken and the rental cancelled in one append',
  rentals
    .given(...running(postpaid), ...feeAsked)
    .when(feeSecured)
    .thenOnce(
      secured('p-fee', minute(21)),
      confirmed('p-fee', minute(21)),
      cancelled(minute(21), {
        fee: money('21.67'),
        refund: split(0, '0'),
        returned: sight(minute(20)),
      }),
    ),
);

test(
  'CAN-6: a wallet that cannot pay the fee leaves the rental running, and it can be tried again',
  rentals
    .given(...running(postpaid), ...feeAsked, feeRefused)
    .when({ ...cancelAt(minute(22)), feePaymentId: pay('p-fee-2') })
    .thenOnce(
      fact('CancellationRequested', { reason: null, returned: sight(minute(22)), at: minute(22) }),
      planned({
        id: 'p-fee-2',
        purpose: 'CANCELLATION_FEE',
        amount: '25',
        split: split(0, '25'),
        at: minute(22),
      }),
    ),
);

test(
  'CAN-6: the very same wish, sent again after the wallet refused, does nothing',
  rentals
    .given(...running(postpaid), ...feeAsked, feeRefused)
    .when(cancelAt(minute(22)))
    .nothing(),
);

test('a return that comes before the fee completes the rental and releases the fee', (t) => {
  const history = [...running(postpaid), ...feeAsked];
  const answer = rental.decide(back(minute(20)), fold(rental, history));
  const events = answer._tag === 'Right' ? answer.right : [];
  t.deepEqual(
    events.map(({ type }) => type),
    ['PaymentReleased', 'PowerBankReturned', 'RentalCompleted'],
  );
  rentals
    .given(...history, ...events)
    .when(feeSecured)
    .thenOnce(
      secured('p-fee', minute(21)),
      released('p-fee', minute(21)),
    )(t);
});

test(
  'CAN-2: the fee of a rental that became overdue meanwhile is given back',
  rentals
    .given(...running(postpaid), ...feeAsked, becameOverdue)
    .when(feeSecured)
    .thenOnce(secured('p-fee', minute(21)), released('p-fee', minute(21))),
);

test('P-068: a cancelled rental is REFUNDED, PAID by its fee, or FAILED, never PAID for nothing', (t) => {
  const statusOf = (...history: readonly RentalEvent[]) =>
    paymentStatusAt(opened(...history), minute(99));
  const noRefund = split(0, '0');
  t.is(statusOf(...running(), cancelled(minute(5))), 'REFUNDED');
  t.is(statusOf(...running(), cancelled(minute(20), { fee: money('21.67') })), 'PAID');
  t.is(statusOf(...waiting(), cancelled(minute(1), { refund: noRefund })), 'FAILED');
  t.is(
    statusOf(...waiting(postpaid), started(), cancelled(minute(5), { refund: noRefund })),
    'FAILED',
  );
});

const refundPaid = wish('RecordRefundPaid', { at: minute(7) });

test(
  'P-009: the refund that reached the renter is recorded, once',
  rentals
    .given(...running(), cancelled(minute(5)))
    .when(refundPaid)
    .thenOnce(fact('RefundPaid', { refund: split(200, '30'), at: minute(7) })),
);

test(
  'there is no refund of a rental that runs',
  rentals
    .given(...running())
    .when(refundPaid)
    .refuses({ kind: 'NoRefundOpen' }),
);

test(
  'there is no refund where nothing was given back',
  rentals
    .given(...waiting(), cancelled(minute(1), { refund: split(0, '0') }))
    .when(refundPaid)
    .refuses({ kind: 'NoRefundOpen' }),
);
