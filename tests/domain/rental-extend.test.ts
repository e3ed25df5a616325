import test from 'ava';
import { type RentalEvent, rental, timersOf } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { type Instant, plusMs } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import {
  back,
  becameOverdue,
  confirmed,
  fact,
  minute,
  offer,
  pay,
  planned,
  postpaid,
  released,
  rentals,
  running,
  secured,
  sight,
  split,
  waiting,
  wish,
} from '../support/rental.js';

const extend = (id: string, at: Instant, parts = split(100, '40')) =>
  wish('RequestExtension', { paymentId: pay(id), offer: offer(), split: parts, at });

const extensionPlanned = (id: string, at: Instant) =>
  planned({ id, purpose: 'EXTENSION', split: split(100, '40'), extension: offer(), at });

const extensionSecured = (id: string, at: Instant) =>
  wish('RecordPaymentSecured', { paymentId: pay(id), at });

/** The n-th extension by an hour, n from 1. */
const extended = (n: number, at = minute(n)): readonly RentalEvent[] => [
  extensionPlanned(`x-${n}`, at),
  secured(`x-${n}`, at),
  confirmed(`x-${n}`, at),
  fact('RentalExtended', {
    paymentId: pay(`x-${n}`),
    offer: offer(),
    previousDueAt: minute(60 * n),
    dueAt: minute(60 * (n + 1)),
    at,
  }),
];

test(
  'EXT-2: an extension plans its payment, once',
  rentals
    .given(...running())
    .when(extend('x-1', minute(10)))
    .thenOnce(extensionPlanned('x-1', minute(10))),
);

test(
  'EXT-3: the paid extension moves the due time from the due time',
  rentals
    .given(...running(), extensionPlanned('x-1', minute(10)))
    .when(extensionSecured('x-1', minute(10)))
    .thenOnce(...extended(1, minute(10)).slice(1)),
);

test(
  'EXT-1: the due time itself is not past due',
  rentals
    .given(...running())
    .when(extend('x-1', minute(60)))
    .thenOnce(extensionPlanned('x-1', minute(60))),
);

test(
  'P-020: no extension past due, marked or not',
  rentals
    .given(...running())
    .when(extend('x-1', plusMs(minute(60), 1)))
    .refuses({ kind: 'RentalOverdue', dueAt: minute(60) }),
);

test(
  'P-020: no extension of an overdue rental',
  rentals
    .given(...running(), becameOverdue)
    .when(extend('x-1', minute(61)))
    .refuses({ kind: 'RentalOverdue', dueAt: minute(60) }),
);

test(
  'P-020: no fourth extension',
  rentals
    .given(...running(), ...extended(1), ...extended(2), ...extended(3))
    .when(extend('x-4', minute(10)))
    .refuses({ kind: 'MaxExtensionsReached', maxExtensions: 3 }),
);

test(
  'P-017: how many there may be is a term of the rental',
  rentals
    .given(...running({ maxExtensions: 0 }))
    .when(extend('x-1', minute(10)))
    .refuses({ kind: 'MaxExtensionsReached', maxExtensions: 0 }),
);

test(
  'EXT-1: postpaid rentals have no extensions',
  rentals
    .given(...running(postpaid))
    .when(extend('x-1', minute(10)))
    .refuses({ kind: 'ExtensionNotSupported', paymentModel: 'POSTPAID' }),
);

test(
  'EXT-1: a rental that has not started cannot be extended',
  rentals
    .given(...waiting())
    .when(extend('x-1', minute(10)))
    .refuses({ kind: 'RentalNotStarted', status: 'PENDING_POPUP' }),
);

const free = { price: rupees('0') } as const;

test(
  'CAN-6: a free rental that waits for its cancellation fee is not extended',
  rentals
    .given(
      ...running(free),
      fact('CancellationRequested', { reason: null, returned: sight(minute(20)), at: minute(20) }),
    )
    .when(extend('x-1', minute(20)))
    .refuses({ kind: 'CancellationInProgress' }),
);

test(
  'PAY-5: the split pays exactly the price of the extension',
  rentals
    .given(...running())
    .when(extend('x-1', minute(10), split(100, '39.99')))
    .refuses({
      kind: 'PaymentAmountMismatch',
      required: rupees('50'),
      split: split(100, '39.99'),
    }),
);

test(
  'one extension is paid at a time',
  rentals
    .given(...running(), extensionPlanned('x-1', minute(10)))
    .when(extend('x-2', minute(10)))
    .refuses({ kind: 'PaymentInProgress', paymentId: pay('x-1'), purpose: 'EXTENSION' }),
);

test(
  'EXT-2: short of money, nothing changes, and it can be tried again',
  rentals
    .given(
      ...running(),
      extensionPlanned('x-1', minute(10)),
      fact('PaymentDeclined', { paymentId: pay('x-1'), shortfall: rupees('5'), at: minute(10) }),
    )
    .when(extend('x-2', minute(12)))
    .thenOnce(extensionPlanned('x-2', minute(12))),
);

test(
  'P-020: the due time passed before the money was held, so it goes back',
  rentals
    .given(...running(), extensionPlanned('x-1', minute(60)))
    .when(extensionSecured('x-1', minute(61)))
    .thenOnce(secured('x-1', minute(61)), released('x-1', minute(61))),
);

const typesOf = (history: readonly RentalEvent[], at: Instant): readonly string[] => {
  const answer = rental.decide(back(at), fold(rental, history));
  return answer._tag === 'Right' ? answer.right.map(({ type }) => type) : [answer.left.kind];
};

test('EXT-3: the return came first, so the extension is released with it', (t) => {
  t.deepEqual(typesOf([...running(), extensionPlanned('x-1', minute(10))], minute(10)), [
    'PaymentReleased',
    'PowerBankReturned',
    'RentalCompleted',
  ]);
});

test('EXT-3: the extension came first, so the return is that of an extended rental', (t) => {
  const answer = rental.decide(
    back(minute(100)),
    fold(rental, [...running(), ...extended(1, minute(60))]),
  );
  const [, completed] = answer._tag === 'Right' ? answer.right : [];
  t.is(completed?.type, 'RentalCompleted');
  if (completed?.type !== 'RentalCompleted') return;
  t.true(completed.data.onTime);
  t.deepEqual(completed.data.charges.extensions, rupees('50'));
  t.deepEqual(completed.data.owed, rupees('0'));
});

const remind = (at: Instant) => wish('MarkReminderDue', { at });
const reminded = (dueAt: Instant, at: Instant) => fact('ReminderDue', { dueAt, at });

test(
  'START-16: the reminder comes 15 minutes before due, once',
  rentals
    .given(...running())
    .when(remind(minute(45)))
    .thenOnce(reminded(minute(60), minute(45))),
);

test(
  'P-015: an extension moves the reminder, so the old time is too early',
  rentals
    .given(...running(), ...extended(1))
    .when(remind(minute(45)))
    .refuses({ kind: 'TooEarly', notBefore: minute(105) }),
);

test(
  'P-015: after an extension there is a reminder of the new due time',
  rentals
    .given(...running(), reminded(minute(60), minute(45)), ...extended(1, minute(50)))
    .when(remind(minute(105)))
    .thenOnce(reminded(minute(120), minute(105))),
);

test(
  'a reminder that is late reminds of nothing past',
  rentals
    .given(...running())
    .when(remind(minute(61)))
    .nothing(),
);

test(
  'a rental that is over needs no reminder',
  rentals
    .given(...waiting())
    .when(remind(minute(45)))
    .refuses({ kind: 'InvalidRentalStatus', status: 'PENDING_POPUP', allowed: ['ACTIVE'] }),
);

test('EXT-3: an extension moves every timer', (t) => {
  const timers = timersOf(fold(rental, [...running(), ...extended(1)]));
  t.deepEqual(timers, {
    remindAt: minute(105),
    overdueAt: plusMs(minute(120), 1),
    completeAt: null,
    abandonAt: minute(120 + 1440),
  });
});
