import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { rupees, toRupees } from '../../domain/shared/money.js';
import { GatewayName, GatewayReference } from '../../domain/wallet/events.js';
import {
  spendable,
  type WalletCommand,
  type WalletEvent,
  wallet as walletAggregate,
} from '../../domain/wallet/index.js';
import { specOf } from '../support/decider-spec.js';

const wallet = specOf(walletAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const expiresAt = plusMinutes(at, 120);
const entryId = (text: string) => brandOrThrow(EntryId, text);
const holdId = (text: string) => brandOrThrow(HoldId, text);
const rental = { purpose: 'RENTAL' as const, rentalId: null };

const toppedUp = (amount: string, id = 'top-up'): WalletEvent => ({
  type: 'FundsCredited',
  data: {
    creditId: entryId(id),
    amount: rupees(amount),
    source: 'TOPUP',
    gateway: null,
    rentalId: null,
    at,
  },
});
const fundsHeld = (id: string, amount: string): WalletEvent => ({
  type: 'FundsHeld',
  data: { holdId: holdId(id), amount: rupees(amount), ...rental, expiresAt, at },
});
const fundsCaptured = (id: string, capture: string, amount: string, rest: string): WalletEvent => ({
  type: 'FundsCaptured',
  data: {
    holdId: holdId(id),
    captureId: entryId(capture),
    amount: rupees(amount),
    remaining: rupees(rest),
    ...rental,
    at,
  },
});
const fundsReleased = (
  id: string,
  amount: string,
  closedBy: 'capture' | 'release' | 'expiry',
  when = at,
): WalletEvent => ({
  type: 'FundsReleased',
  data: { holdId: holdId(id), amount: rupees(amount), closedBy, at: when },
});

const topUp = (amount: string, id = 'top-up'): WalletCommand => ({
  type: 'CreditWallet',
  creditId: entryId(id),
  amount: rupees(amount),
  source: 'TOPUP',
  gateway: null,
  rentalId: null,
  at,
});
const hold = (id: string, amount: string, when = at): WalletCommand => ({
  type: 'HoldFunds',
  holdId: holdId(id),
  amount: rupees(amount),
  ...rental,
  expiresAt: plusMinutes(when, 120),
  at: when,
});
const capture = (id: string, captureId: string, amount: string, final: boolean): WalletCommand => ({
  type: 'CaptureHold',
  holdId: holdId(id),
  captureId: entryId(captureId),
  amount: rupees(amount),
  final,
  at,
});
const release = (id: string): WalletCommand => ({ type: 'ReleaseHold', holdId: holdId(id), at });
const expire = (id: string, when = expiresAt): WalletCommand => ({
  type: 'ExpireHold',
  holdId: holdId(id),
  at: when,
});
const debit = (amount: string): WalletCommand => ({
  type: 'DebitWallet',
  debitId: entryId('ad-7'),
  amount: rupees(amount),
  purpose: 'ADVERTISEMENT',
  rentalId: null,
  at,
});
const adjust = (amount: string): WalletCommand => ({
  type: 'AdjustWallet',
  adjustmentId: entryId('fix-1'),
  amount: rupees(amount),
  reason: 'counted twice',
  at,
});

test('a top-up adds money', wallet.given().when(topUp('500')).thenOnce(toppedUp('500')));

test(
  'P-062: the same top-up counts once, even after other things happened',
  wallet.given(toppedUp('500'), fundsHeld('r-1', '300')).when(topUp('500')).nothing(),
);

test(
  'the same top-up with another amount is a mistake of its sender',
  wallet
    .given(toppedUp('500'))
    .when(topUp('501'))
    .refuses({ kind: 'IdReused', id: 'top-up', differing: ['amount'] }),
);

const payment = {
  name: brandOrThrow(GatewayName, 'test-pay'),
  reference: brandOrThrow(GatewayReference, 'pay/7'),
};
const paid: WalletCommand = {
  type: 'CreditWallet',
  creditId: entryId('top-up'),
  amount: rupees('500'),
  source: 'TOPUP',
  gateway: payment,
  rentalId: null,
  at,
};

test('a top-up through a gateway says which payment it stands for', (t) => {
  const decided = walletAggregate.decide(paid, walletAggregate.initial);
  t.like(decided, { right: [{ data: { gateway: payment } }] });
});

test(
  'the same top-up for another payment at a gateway is a mistake of its sender',
  wallet
    .given(toppedUp('500'))
    .when(paid)
    .refuses({ kind: 'IdReused', id: 'top-up', differing: ['gateway'] }),
);

test(
  'an id of a top-up is none of a debit',
  wallet
    .given(toppedUp('500', 'ad-7'))
    .when(debit('500'))
    .refuses({ kind: 'IdReused', id: 'ad-7', differing: ['type', 'source', 'gateway', 'purpose'] }),
);

for (const amount of ['0', '-1']) {
  const refusal = { kind: 'AmountNotAllowed', amount: rupees(amount) } as const;
  const rich = wallet.given(toppedUp('500'), fundsHeld('r-1', '300'));
  test(`nobody tops up ${amount}`, rich.when(topUp(amount, 'other')).refuses(refusal));
  test(`nobody holds ${amount}`, rich.when(hold('r-2', amount)).refuses(refusal));
  test(`nobody captures ${amount}`, rich.when(capture('r-1', 'c', amount, true)).refuses(refusal));
  test(`nobody debits ${amount}`, rich.when(debit(amount)).refuses(refusal));
}

test(
  'money is held',
  wallet.given(toppedUp('500')).when(hold('r-1', '300')).thenOnce(fundsHeld('r-1', '300')),
);

test(
  'P-064: nobody holds what they do not have',
  wallet
    .given(toppedUp('100'))
    .when(hold('r-2', '300'))
    .refuses({
      kind: 'InsufficientFunds',
      required: rupees('300'),
      available: rupees('100'),
    }),
);

test(
  'P-064: held money cannot be held again',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(hold('r-2', '201'))
    .refuses({ kind: 'InsufficientFunds', required: rupees('201'), available: rupees('200') }),
);

test(
  'a second tap changes nothing, though it comes later',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(hold('r-1', '300', plusMinutes(at, 1)))
    .nothing(),
);

test(
  'a late second tap does not hold again what was released',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsReleased('r-1', '300', 'release'))
    .when(hold('r-1', '300'))
    .nothing(),
);

test(
  'a hold does not change its amount',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(hold('r-1', '301'))
    .refuses({ kind: 'IdReused', id: 'r-1', differing: ['amount'] }),
);

test(
  'a final capture gives the rest back',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(capture('r-1', 'c-1', '120', true))
    .thenOnce(fundsCaptured('r-1', 'c-1', '120', '180'), fundsReleased('r-1', '180', 'capture')),
);

test(
  'any other capture keeps the rest held',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(capture('r-1', 'c-1', '120', false))
    .thenOnce(fundsCaptured('r-1', 'c-1', '120', '180')),
);

test(
  'a capture of all that is left closes the hold without a release',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsCaptured('r-1', 'c-1', '120', '180'))
    .when(capture('r-1', 'c-2', '180', false))
    .thenOnce(fundsCaptured('r-1', 'c-2', '180', '0')),
);

test(
  'a capture beyond the hold is refused',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(capture('r-1', 'c-1', '300.01', true))
    .refuses({
      kind: 'ExceedsHold',
      holdId: holdId('r-1'),
      required: rupees('300.01'),
      available: rupees('300'),
    }),
);

test(
  'a capture that was not final cannot become final under the same id',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsCaptured('r-1', 'c-1', '120', '180'))
    .when(capture('r-1', 'c-1', '120', true))
    .refuses({ kind: 'IdReused', id: 'c-1', differing: ['final'] }),
);

test(
  'a capture under the id of a top-up is refused',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(capture('r-1', 'top-up', '120', true))
    .refuses({ kind: 'IdReused', id: 'top-up', differing: ['type'] }),
);

const settled = [
  toppedUp('500'),
  fundsHeld('r-1', '300'),
  fundsCaptured('r-1', 'c-1', '300', '0'),
] as const;

test(
  'what was captured is not released',
  wallet
    .given(...settled)
    .when(release('r-1'))
    .refuses({ kind: 'HoldClosed', holdId: holdId('r-1'), closedBy: 'capture', at }),
);

test(
  'what was released is not captured',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsReleased('r-1', '300', 'release'))
    .when(capture('r-1', 'c-1', '1', true))
    .refuses({ kind: 'HoldClosed', holdId: holdId('r-1'), closedBy: 'release', at }),
);

test(
  'a release gives back what is still held',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsCaptured('r-1', 'c-1', '120', '180'))
    .when(release('r-1'))
    .thenOnce(fundsReleased('r-1', '180', 'release')),
);

test(
  'releasing what has expired finds it released',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'), fundsReleased('r-1', '300', 'expiry'))
    .when(release('r-1'))
    .nothing(),
);

test(
  'a hold expires at its time',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(expire('r-1'))
    .thenOnce(fundsReleased('r-1', '300', 'expiry', expiresAt)),
);

test(
  'a hold does not expire before its time',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(expire('r-1', plusMinutes(at, 119)))
    .refuses({ kind: 'HoldNotExpired', holdId: holdId('r-1'), expiresAt }),
);

test(
  'a late expiry timer finds nothing to do',
  wallet
    .given(...settled)
    .when(expire('r-1'))
    .nothing(),
);

for (const command of [release('r-9'), expire('r-9'), capture('r-9', 'c-9', '1', true)]) {
  const refusal = { kind: 'HoldUnknown', holdId: holdId('r-9') } as const;
  test(`${command.type} of an unknown hold`, wallet.given().when(command).refuses(refusal));
}

test(
  'P-064: a debit leaves held money alone',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(debit('200.01'))
    .refuses({ kind: 'InsufficientFunds', required: rupees('200.01'), available: rupees('200') }),
);

test(
  'P-064: staff take away at most what is spendable',
  wallet
    .given(toppedUp('500'), fundsHeld('r-1', '300'))
    .when(adjust('-200.01'))
    .refuses({ kind: 'InsufficientFunds', required: rupees('200.01'), available: rupees('200') }),
);

test(
  'TOP-5: staff add to an empty wallet',
  wallet
    .given()
    .when(adjust('0.01'))
    .thenOnce({
      type: 'WalletAdjusted',
      data: {
        adjustmentId: entryId('fix-1'),
        amount: rupees('0.01'),
        reason: 'counted twice',
        at,
      },
    }),
);

test(
  'a correction by nothing is none',
  wallet
    .given()
    .when(adjust('0'))
    .refuses({ kind: 'AmountNotAllowed', amount: rupees('0') }),
);

test('a story: each step with what is then free and held', (t) => {
  const story: readonly (readonly [WalletCommand, string, string, string])[] = [
    // Command, free, held, outcome.
    [topUp('500'), '500.00', '0.00', 'ok'],
    [hold('r-1', '300'), '200.00', '300.00', 'ok'],
    [hold('r-2', '300'), '200.00', '300.00', 'InsufficientFunds'],
    [capture('r-1', 'c-0', '400', true), '200.00', '300.00', 'ExceedsHold'],
    [capture('r-1', 'c-1', '50', false), '200.00', '250.00', 'ok'],
    [debit('200'), '0.00', '250.00', 'ok'],
    [debit('200'), '0.00', '250.00', 'ok'],
    [expire('r-1'), '250.00', '0.00', 'ok'],
    [capture('r-1', 'c-2', '100', true), '250.00', '0.00', 'HoldClosed'],
    [adjust('-250'), '0.00', '0.00', 'ok'],
  ];
  let state = walletAggregate.initial;
  for (const [command, free, held, outcome] of story) {
    const answer = walletAggregate.decide(command, state);
    if (E.isRight(answer)) state = answer.right.reduce(walletAggregate.evolve, state);
    t.is(E.isRight(answer) ? 'ok' : answer.left.kind, outcome, command.type);
    t.deepEqual([toRupees(spendable(state)), toRupees(state.held)], [free, held], command.type);
  }
});
