import test from 'ava';
import { type RentalEvent, rental, timersOf } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import {
  assigned,
  back,
  bank,
  bankOne,
  bankTwo,
  before,
  confirmed,
  ejectId,
  ejectRequested,
  fact,
  giveUp,
  minute,
  money,
  pay,
  planned,
  postpaid,
  released,
  rentalId,
  rentals,
  request,
  requested,
  running,
  secured,
  sight,
  split,
  started,
  waiting,
  wish,
} from '../support/rental.js';
import { sealed } from '../support/sealed.js';

const failStart = wish('FailStart', {
  cause: 'eject-refused',
  code: 'rental_popup_failed',
  at: minute(1),
});

type Cancelled = Extract<RentalEvent, { type: 'RentalCancelled' }>['data'];

const cancelled = (change: Partial<Cancelled> = {}) =>
  fact('RentalCancelled', {
    cause: 'eject-refused',
    code: 'rental_popup_failed',
    reason: null,
    fee: money('0'),
    refund: split(0, '0'),
    returned: null,
    at: minute(1),
    ...change,
  });

const start = wish('StartRental', { ...bankOne, at: minute(0) });
const eject = wish('RequestEject', { ejectId: ejectId('e-1'), at: before });

test(
  'a request opens a rental, once',
  rentals
    .given()
    .when(wish('OpenRental', { rentalId, request: request(), at: before }))
    .thenOnce(requested()),
);

test(
  'nothing can be wished of a rental that was never opened',
  rentals.given().when(start).refuses({ kind: 'RentalNotFound' }),
);

test(
  'the bank that the station keeps is assigned, once',
  rentals
    .given(requested())
    .when(wish('AssignPowerBank', { ...bankOne, at: before }))
    .thenOnce(assigned),
);

test(
  'START-11: a second bank is not assigned',
  rentals
    .given(requested(), assigned)
    .when(wish('AssignPowerBank', { ...bankTwo, at: before }))
    .refuses({ kind: 'PowerBankAlreadyAssigned', assigned: bank('PB001') }),
);

test(
  'no bank is assigned to a rental that runs',
  rentals
    .given(...running())
    .when(wish('AssignPowerBank', { ...bankTwo, at: minute(2) }))
    .refuses({ kind: 'InvalidRentalStatus', status: 'ACTIVE', allowed: ['PENDING'] }),
);

test(
  'START-12: the eject is ordered when bank and payment are secured, once',
  rentals.given(requested(), assigned, planned(), secured()).when(eject).thenOnce(ejectRequested),
);

test(
  'START-12: no eject before a bank is assigned',
  rentals
    .given(requested(), planned(), secured())
    .when(eject)
    .refuses({ kind: 'PowerBankNotAssigned' }),
);

test(
  'PAY-10: no eject while the payment is only planned',
  rentals
    .given(requested(), assigned, planned())
    .when(eject)
    .refuses({ kind: 'PaymentNotSecured' }),
);

test(
  'PKG-3: a postpaid rental needs no payment before the eject',
  rentals.given(requested(postpaid), assigned).when(eject).thenOnce(ejectRequested),
);

test(
  'START-13: a second order is never made, whatever its id',
  rentals
    .given(...waiting())
    .when(wish('RequestEject', { ejectId: ejectId('e-2'), at: minute(0) }))
    .refuses({ kind: 'EjectAlreadyRequested', ejectId: ejectId('e-1') }),
);

test(
  'START-13: a missing answer leaves the order undecided, once',
  rentals
    .given(...waiting())
    .when(wish('RecordEjectUndecided', { ejectId: ejectId('e-1'), at: minute(0) }))
    .thenOnce(fact('EjectLeftUndecided', { ejectId: ejectId('e-1'), at: minute(0) })),
);

test(
  'an order that the rental never made cannot be undecided',
  rentals
    .given(...waiting())
    .when(wish('RecordEjectUndecided', { ejectId: ejectId('e-9'), at: minute(0) }))
    .refuses({ kind: 'UnknownEject', ejectId: ejectId('e-9') }),
);

test(
  'START-12: the confirmed eject takes the payment and starts the rental, in one append',
  rentals
    .given(...waiting())
    .when(start)
    .thenOnce(confirmed(), started()),
);

test(
  'START-12: an undecided eject that turns out well starts the rental all the same',
  rentals
    .given(...waiting(), fact('EjectLeftUndecided', { ejectId: ejectId('e-1'), at: before }))
    .when(start)
    .thenOnce(confirmed(), started()),
);

test(
  'PKG-3: a postpaid rental starts without taking anything',
  rentals
    .given(...waiting(postpaid))
    .when(start)
    .thenOnce(started()),
);

test(
  'START-14: the rental follows the bank really out',
  rentals
    .given(...waiting())
    .when(wish('StartRental', { ...bankTwo, at: minute(0) }))
    .thenOnce(
      confirmed(),
      fact('RentalStarted', { ...bankTwo, startedAt: minute(0), dueAt: minute(60) }),
    ),
);

test(
  'a rental does not start before its eject is ordered',
  rentals
    .given(requested(), assigned)
    .when(start)
    .refuses({ kind: 'InvalidRentalStatus', status: 'PENDING', allowed: ['PENDING_POPUP'] }),
);

test(
  'a running rental does not start again with another bank',
  rentals
    .given(...running())
    .when(wish('StartRental', { ...bankTwo, at: minute(1) }))
    .refuses({ kind: 'InvalidRentalStatus', status: 'ACTIVE', allowed: ['PENDING_POPUP'] }),
);

test(
  'P-023: a failed eject gives the held payment back',
  rentals
    .given(...waiting())
    .when(failStart)
    .thenOnce(released('p-start', minute(1)), cancelled()),
);

test(
  'P-023: a payment that was only planned is released too, because holds may stand for it',
  rentals
    .given(requested(), assigned, planned())
    .when(failStart)
    .thenOnce(released('p-start', minute(1)), cancelled()),
);

test(
  'a start fails before anything was planned',
  rentals
    .given(requested())
    .when(
      wish('FailStart', { cause: 'no-power-bank', code: 'no_power_bank_available', at: before }),
    )
    .thenOnce(cancelled({ cause: 'no-power-bank', code: 'no_power_bank_available', at: before })),
);

test(
  'a declined payment leaves nothing to release when the start fails',
  rentals
    .given(
      requested(),
      planned(),
      fact('PaymentDeclined', { paymentId: pay('p-start'), shortfall: money('5'), at: before }),
    )
    .when(wish('FailStart', { cause: 'payment-declined', code: 'payment_required', at: before }))
    .thenOnce(cancelled({ cause: 'payment-declined', code: 'payment_required', at: before })),
);

test(
  'the bank came out first: the start can no longer fail',
  rentals
    .given(...running())
    .when(failStart)
    .refuses({
      kind: 'InvalidRentalStatus',
      status: 'ACTIVE',
      allowed: ['PENDING', 'PENDING_POPUP'],
    }),
);

test(
  'a bank that comes out after the start was given up starts nothing',
  rentals
    .given(...waiting(), released('p-start', minute(1)), cancelled())
    .when(wish('StartRental', { ...bankOne, at: minute(2) }))
    .refuses({ kind: 'InvalidRentalStatus', status: 'CANCELLED', allowed: ['PENDING_POPUP'] }),
);

test(
  'CAN-1: a pending rental is given up for nothing',
  rentals
    .given(requested(), assigned, planned(), secured())
    .when(giveUp(sealed('changed my mind')))
    .thenOnce(
      released('p-start', minute(1)),
      cancelled({ cause: 'user', code: null, reason: sealed('changed my mind') }),
    ),
);

const givenUp = fact('CancellationRequested', { reason: null, returned: null, at: minute(1) });

test(
  'CAN-1: with the eject under way, giving up waits for the outcome',
  rentals
    .given(...waiting())
    .when(giveUp())
    .thenOnce(givenUp),
);

test(
  'CAN-1: nothing came out, so the wish to give up is granted',
  rentals
    .given(...waiting(), givenUp)
    .when(failStart)
    .thenOnce(released('p-start', minute(1)), cancelled({ cause: 'user', code: null })),
);

test(
  'CAN-1: the bank came out in the meantime, so the rental runs',
  rentals
    .given(...waiting(), givenUp)
    .when(start)
    .thenOnce(confirmed(), started()),
);

const seen = { ...sight(minute(1)), batteryPercent: 40 };

test(
  'P-023: a bank that came out unconfirmed and went straight back undoes the start',
  rentals
    .given(...waiting())
    .when(back(minute(1)))
    .thenOnce(
      released('p-start', minute(1)),
      cancelled({ cause: 'eject-undecided', returned: seen }),
    ),
);

test(
  'CAN-1: it grants the wish to give up where there was one',
  rentals
    .given(...waiting(), givenUp)
    .when(back(minute(1)))
    .thenOnce(
      released('p-start', minute(1)),
      cancelled({ cause: 'user', code: null, returned: seen }),
    ),
);

test(
  'another bank in a slot says nothing about the one that is awaited',
  rentals
    .given(...waiting())
    .when(back(minute(1), { powerBank: bank('PB002') }))
    .refuses({ kind: 'PowerbankMismatch', expected: bank('PB001'), named: bank('PB002') }),
);

test(
  'a bank cannot come back before it was ordered out',
  rentals
    .given(requested(), assigned)
    .when(back(minute(1)))
    .refuses({
      kind: 'InvalidRentalStatus',
      status: 'PENDING',
      allowed: ['PENDING_POPUP', 'ACTIVE', 'OVERDUE'],
    }),
);

test('START-16: the reminder waits 15 minutes before due, and a package no longer than that has none', (t) => {
  const timers = (terms = {}, minutes = 60) =>
    timersOf(fold(rental, [...waiting(terms), confirmed(), started(minutes)]));
  t.is(timers().remindAt, minute(45));
  t.is(timers({ durationMinutes: 15 }, 15).remindAt, null);
  t.is(timers({ durationMinutes: 16 }, 16).remindAt, minute(1));
  t.is(timersOf(fold(rental, waiting())).abandonAt, null);
});
