import test from 'ava';
import { type PutBackWish, rental, timersOf } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import {
  back,
  bank,
  fact,
  giveUp,
  minute,
  pay,
  rentals,
  running,
  second,
  sight,
  station,
  swapId,
  wish,
} from '../support/rental.js';

const toCancel: PutBackWish = { kind: 'cancel', reason: null, feePaymentId: pay('p-fee') };
const toSwap: PutBackWish = {
  kind: 'swap',
  swapId: swapId('s-1'),
  requestedPowerBank: null,
  reason: 'LOW_BATTERY',
  description: null,
};

const announce = (wanted: PutBackWish, at = minute(2)) =>
  wish('AwaitPutBack', { wish: wanted, until: plusSeconds(at, 30), at });
const announced = (wanted: PutBackWish, at = minute(2)) =>
  fact('PutBackAwaited', { wish: wanted, until: plusSeconds(at, 30), at });

const inSlot = (at = second(130)) =>
  sight(at, { slot: 3, powerBank: bank('PB001'), batteryPercent: 80 });
const comesBack = (at = second(130)) =>
  back(at, { station: station('KTM001'), slot: 3, batteryPercent: 80 });
const putBack = (wanted: PutBackWish | null = toCancel, at = second(130)) =>
  fact('PowerBankPutBack', {
    sight: inSlot(at),
    wish: wanted,
    decideBy: plusSeconds(at, 60),
    at,
  });

test(
  'an announced bank that comes back to the pickup station is put back, not returned',
  rentals
    .given(...running(), announced(toCancel))
    .when(comesBack())
    .thenOnce(putBack()),
);

test('an unannounced one is a return (RET-1)', (t) => {
  const { state } = rentals.given(...running());
  const decided = rental.decide(comesBack(), state);
  t.true(decided._tag === 'Right' && decided.right.at(-1)?.type === 'RentalCompleted');
});

test('so is one that comes back too late, or at another station', (t) => {
  const { state } = rentals.given(...running(), announced(toCancel));
  for (const command of [comesBack(minute(3)), back(second(130), { station: station('PKR001') })]) {
    const decided = rental.decide(command, state);
    t.true(decided._tag === 'Right' && decided.right.at(-1)?.type === 'RentalCompleted');
  }
});

test(
  'an operator may leave every return to the pickup station open for a moment',
  rentals
    .given(...running({ returnDecisionSeconds: 60 }))
    .when(comesBack())
    .thenOnce(putBack(null)),
);

test('CAN-3: what was put back is cancelled free of charge', (t) => {
  const { state } = rentals.given(...running(), announced(toCancel), putBack());
  const cancel = wish('CancelRental', {
    reason: null,
    sight: inSlot(),
    feePaymentId: pay('p-fee'),
    at: second(131),
  });
  const decided = rental.decide(cancel, state);
  t.true(decided._tag === 'Right' && decided.right.at(-1)?.type === 'RentalCancelled');
});

test('P-021: another report of the same put-back changes nothing', (t) => {
  const { state } = rentals.given(...running(), announced(toCancel), putBack());
  t.deepEqual(rental.decide(comesBack(second(140)), state), { _tag: 'Right', right: [] });
});

test('nothing chosen in time: it was a return at the moment at which the bank came back', (t) => {
  const { state } = rentals.given(...running(), announced(toSwap), putBack(toSwap));
  const completed = rental.decide(wish('CompletePutBack', { at: minute(4) }), state);
  t.true(completed._tag === 'Right');
  if (completed._tag === 'Left') return;
  const last = completed.right.at(-1);
  t.true(last?.type === 'RentalCompleted' && last.data.endedAt === second(130));
});

test(
  'it is not completed before its time',
  rentals
    .given(...running(), announced(toSwap), putBack(toSwap))
    .when(wish('CompletePutBack', { at: minute(3) }))
    .refuses({ kind: 'TooEarly', notBefore: second(190) }),
);

test('while it is put back its time stands still: no overdue, no reminder', (t) => {
  const state = fold(rental, [...running(), announced(toSwap), putBack(toSwap)]);
  t.deepEqual(timersOf(state), {
    remindAt: null,
    overdueAt: null,
    abandonAt: null,
    completeAt: second(190),
  });
});

test(
  'a bank that is put back is not lost, however late its timer is',
  rentals
    .given(...running(), announced(toSwap), putBack(toSwap))
    .when(wish('AbandonRental', { at: minute(60 + 1_441) }))
    .refuses({ kind: 'PowerbankAlreadyPutBack', seenAt: second(130) }),
);

test(
  'a later announcement replaces an earlier one',
  rentals
    .given(...running(), announced(toSwap))
    .when(announce(toCancel, second(121)))
    .thenOnce(announced(toCancel, second(121))),
);

test(
  'SWAP-1: a swap is not announced after its window',
  rentals
    .given(...running())
    .when(announce(toSwap, minute(6)))
    .refuses({ kind: 'SwapWindowExpired', closedAt: minute(5) }),
);

test(
  'P-010: giving up without the bank in its slot is refused',
  rentals
    .given(...running())
    .when(giveUp(null, minute(2)))
    .refuses({
      kind: 'PowerbankNotReturned',
      powerBank: bank('PB001'),
      lastSeenAt: null,
      maxAgeSeconds: 60,
    }),
);
