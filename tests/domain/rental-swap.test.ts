import test from 'ava';
import { type RentalEvent, type RequestSwap, rental } from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { plusMs } from '../../domain/shared/instant.js';
import {
  back,
  bank,
  bankOne,
  bankTwo,
  becameOverdue,
  ejectId,
  fact,
  minute,
  money,
  postpaid,
  rentals,
  running,
  sight,
  station,
  swapId,
  waiting,
  wish,
} from '../support/rental.js';
import { sealed } from '../support/sealed.js';

const swap = (change: Partial<RequestSwap> = {}) =>
  wish('RequestSwap', {
    swapId: swapId('s-1'),
    sight: sight(minute(2)),
    requestedPowerBank: null,
    reason: 'LOW_BATTERY',
    description: sealed('charges slowly'),
    swapsToday: 0,
    rentablePowerBanks: 3,
    at: minute(2),
    ...change,
  });

const swapRequested = fact('SwapRequested', {
  swapId: swapId('s-1'),
  requestedPowerBank: null,
  reason: 'LOW_BATTERY',
  description: sealed('charges slowly'),
  returned: sight(minute(2)),
  at: minute(2),
});

const newAssigned = fact('PowerBankAssigned', { ...bankTwo, at: minute(2) });
const newEjectRequested = fact('EjectRequested', {
  ejectId: ejectId('e-2'),
  powerBank: bank('PB002'),
  swapId: swapId('s-1'),
  at: minute(2),
});

/** The old bank is back, and the new one is ordered out. */
const swapping: readonly RentalEvent[] = [
  ...running(),
  swapRequested,
  newAssigned,
  newEjectRequested,
];

const completeSwap = wish('CompleteSwap', { swapId: swapId('s-1'), ...bankTwo, at: minute(3) });
const swapped = (newPowerBank = bank('PB002')) =>
  fact('SwapCompleted', {
    swapId: swapId('s-1'),
    reason: 'LOW_BATTERY',
    oldPowerBank: bank('PB001'),
    newPowerBank,
    oldBatteryPercent: 80,
    newBatteryPercent: 88,
    slot: 2,
    at: minute(3),
  });
const swapFailed = fact('SwapFailed', {
  swapId: swapId('s-1'),
  code: 'swap_popup_failed',
  at: minute(3),
});
const failSwap = wish('FailSwap', {
  swapId: swapId('s-1'),
  code: 'swap_popup_failed',
  at: minute(3),
});

test(
  'SWAP-1: a bank just put back is swapped on wish, once',
  rentals
    .given(...running())
    .when(swap())
    .thenOnce(swapRequested),
);

test(
  'SWAP-3: a swap costs nothing, so a postpaid rental swaps as well',
  rentals
    .given(...running(postpaid))
    .when(swap())
    .thenOnce(swapRequested),
);

const atFive = { sight: sight(minute(5)), at: minute(5) };

test(
  'SWAP-1: the fifth minute is still inside the window',
  rentals
    .given(...running())
    .when(swap(atFive))
    .thenOnce(
      fact('SwapRequested', { ...swapRequested.data, returned: atFive.sight, at: minute(5) }),
    ),
);

test(
  'SWAP-1: a moment later the window is closed',
  rentals
    .given(...running())
    .when(swap({ ...atFive, at: plusMs(minute(5), 1) }))
    .refuses({ kind: 'SwapWindowExpired', closedAt: minute(5) }),
);

test(
  'P-017: the window comes from the terms',
  rentals
    .given(...running({ swapWindowMinutes: 1 }))
    .when(swap())
    .refuses({ kind: 'SwapWindowExpired', closedAt: minute(1) }),
);

test(
  'SWAP-1: the present bank must be back',
  rentals
    .given(...running())
    .when(swap({ sight: null }))
    .refuses({
      kind: 'PowerbankNotReturned',
      powerBank: bank('PB001'),
      lastSeenAt: null,
      maxAgeSeconds: 60,
    }),
);

test(
  'SWAP-1: in the pickup station, not in another',
  rentals
    .given(...running())
    .when(swap({ sight: sight(minute(2), { station: station('PKR001') }) }))
    .refuses({
      kind: 'PowerbankNotInSlot',
      station: station('KTM001'),
      seenIn: station('PKR001'),
    }),
);

test(
  'SWAP-2: fewer swaps a day than rentable banks',
  rentals
    .given(...running())
    .when(swap({ swapsToday: 2, rentablePowerBanks: 2 }))
    .refuses({ kind: 'SwapLimitExceeded', swapsToday: 2, rentablePowerBanks: 2 }),
);

test(
  'SWAP-1: without another bank there is no swap',
  rentals
    .given(...running())
    .when(swap({ rentablePowerBanks: 0 }))
    .refuses({ kind: 'NoSwapPowerbankAvailable', requested: null }),
);

test(
  'SWAP-1: another bank is another bank',
  rentals
    .given(...running())
    .when(swap({ requestedPowerBank: bank('PB001') }))
    .refuses({ kind: 'NoSwapPowerbankAvailable', requested: bank('PB001') }),
);

test(
  'a rental that has not started has nothing to swap',
  rentals
    .given(...waiting())
    .when(swap())
    .refuses({ kind: 'RentalNotStarted', status: 'PENDING_POPUP' }),
);

test(
  'SWAP-1: an overdue rental does not swap',
  rentals
    .given(...running(), becameOverdue)
    .when(swap({ at: minute(61) }))
    .refuses({ kind: 'InvalidRentalStatus', status: 'OVERDUE', allowed: ['ACTIVE'] }),
);

test(
  'CAN-6: a rental that is being given up does not swap',
  rentals
    .given(
      ...running(postpaid),
      fact('CancellationRequested', { reason: null, returned: sight(minute(1)), at: minute(1) }),
    )
    .when(swap())
    .refuses({ kind: 'CancellationInProgress' }),
);

test(
  'one swap at a time',
  rentals
    .given(...swapping)
    .when(swap({ swapId: swapId('s-2') }))
    .refuses({ kind: 'SwapInProgress', swapId: swapId('s-1') }),
);

test(
  'the station keeps a new bank for the swap',
  rentals
    .given(...running(), swapRequested)
    .when(wish('AssignPowerBank', { ...bankTwo, at: minute(2) }))
    .thenOnce(newAssigned),
);

test(
  'the bank just put back is not the new one',
  rentals
    .given(...running(), swapRequested)
    .when(wish('AssignPowerBank', { ...bankOne, at: minute(2) }))
    .refuses({ kind: 'NoSwapPowerbankAvailable', requested: bank('PB001') }),
);

test(
  'the new bank is ordered out for the swap, once',
  rentals
    .given(...running(), swapRequested, newAssigned)
    .when(wish('RequestEject', { ejectId: ejectId('e-2'), at: minute(2) }))
    .thenOnce(newEjectRequested),
);

test(
  'the order of the start, sent again during a swap, orders nothing',
  rentals
    .given(...running(), swapRequested, newAssigned)
    .when(wish('RequestEject', { ejectId: ejectId('e-1'), at: minute(2) }))
    .nothing(),
);

test(
  'SWAP-4: the swap is kept with both banks and their charge',
  rentals
    .given(...swapping)
    .when(completeSwap)
    .thenOnce(swapped()),
);

test(
  'P-080: another bank came out, and the rental follows it',
  rentals
    .given(...swapping)
    .when({ ...completeSwap, powerBank: bank('PB003') })
    .thenOnce(swapped(bank('PB003'))),
);

test(
  'a swap is not completed before its bank was ordered out',
  rentals
    .given(...running(), swapRequested)
    .when(completeSwap)
    .refuses({ kind: 'PowerBankNotAssigned' }),
);

test(
  'SWAP-3: nothing came out, so the rental keeps the old bank',
  rentals
    .given(...swapping)
    .when(failSwap)
    .thenOnce(swapFailed),
);

test(
  'a failed swap is not completed any more',
  rentals
    .given(...swapping, swapFailed)
    .when(completeSwap)
    .refuses({ kind: 'SwapClosed', swapId: swapId('s-1'), status: 'failed' }),
);

test(
  'a completed swap does not fail any more',
  rentals
    .given(...swapping, swapped())
    .when(failSwap)
    .refuses({ kind: 'SwapClosed', swapId: swapId('s-1'), status: 'completed' }),
);

test(
  'a swap that nobody wished for neither completes nor fails',
  rentals
    .given(...running())
    .when(failSwap)
    .refuses({ kind: 'UnknownSwap', swapId: swapId('s-1') }),
);

test(
  'the old bank in its slot is no return while the swap is open',
  rentals
    .given(...swapping)
    .when(back(minute(3)))
    .refuses({ kind: 'SwapInProgress', swapId: swapId('s-1') }),
);

const eventTypes = (history: readonly RentalEvent[], serial: string): readonly string[] => {
  const answer = rental.decide(back(minute(3), { powerBank: bank(serial) }), fold(rental, history));
  return answer._tag === 'Right' ? answer.right.map(({ type }) => type) : [answer.left.kind];
};

test('P-080: the new bank, out and straight back, completes the swap and the rental', (t) => {
  const types = eventTypes(swapping, 'PB002');
  t.deepEqual(types, ['SwapCompleted', 'PowerBankReturned', 'RentalCompleted']);
});

test('P-080: after a swap the rental answers for the new bank only', (t) => {
  const after = [...swapping, swapped()];
  t.deepEqual(eventTypes(after, 'PB001'), ['PowerbankMismatch']);
  t.deepEqual(eventTypes(after, 'PB002'), ['PowerBankReturned', 'RentalCompleted']);
});

test('P-080: after a failed swap it answers for the old one', (t) => {
  const after = [...swapping, swapFailed];
  t.deepEqual(eventTypes(after, 'PB002'), ['PowerbankMismatch']);
  t.deepEqual(eventTypes(after, 'PB001'), ['PowerBankReturned', 'RentalCompleted']);
});

test('SWAP-3: start and due time stay', (t) => {
  const run = fold(rental, [...swapping, swapped()])?.run;
  t.is(run?.powerBank, bank('PB002'));
  t.is(run?.startedAt, minute(0));
  t.is(run?.dueAt, minute(60));
});

test(
  'the confirmation of the start, sent again after a swap, starts nothing',
  rentals
    .given(...swapping, swapped())
    .when(wish('StartRental', { ...bankOne, at: minute(4) }))
    .nothing(),
);

test('staff end the rental: the open swap fails with it', (t) => {
  const answer = rental.decide(
    wish('ForceComplete', { amount: money('0'), note: sealed('cabinet broken'), at: minute(4) }),
    fold(rental, swapping),
  );
  const [first] = answer._tag === 'Right' ? answer.right : [];
  t.deepEqual(
    first,
    fact('SwapFailed', { swapId: swapId('s-1'), code: 'rental_ended', at: minute(4) }),
  );
});
