import test from 'ava';
import {
  type PointsCommand,
  type PointsEvent,
  points as pointsAggregate,
  spendablePoints,
} from '../../domain/points/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId, RentalId } from '../../domain/shared/ids.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';
import { sealed } from '../support/sealed.js';

const points = specOf(pointsAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const expiresAt = plusMinutes(at, 120);
const entryId = (text: string) => brandOrThrow(EntryId, text);
const holdId = (text: string) => brandOrThrow(HoldId, text);
const rentalId = brandOrThrow(RentalId, 'rental-1');

const awarded = (amount: number): PointsEvent => ({
  type: 'PointsAwarded',
  data: { awardId: entryId('kyc'), points: amount, source: 'KYC', rentalId: null, at },
});
const held = (amount: number): PointsEvent => ({
  type: 'PointsHeld',
  data: { holdId: holdId('r-1'), points: amount, rentalId, expiresAt, at },
});
const redeemed = (amount: number): PointsEvent => ({
  type: 'PointsRedeemed',
  data: { holdId: holdId('r-1'), points: amount, rentalId, at },
});
const released = (amount: number, closedBy: 'release' | 'expiry', when = at): PointsEvent => ({
  type: 'PointsReleased',
  data: { holdId: holdId('r-1'), points: amount, closedBy, at: when },
});
const givenBack = (amount: number): PointsEvent => ({
  type: 'PointsGivenBack',
  data: { givingBackId: entryId('refund-1'), points: amount, rentalId, at },
});
const adjusted = (amount: number): PointsEvent => ({
  type: 'PointsAdjusted',
  data: { adjustmentId: entryId('fix-1'), points: amount, reason: sealed('coupon twice'), at },
});

const award = (amount: number): PointsCommand => ({
  type: 'AwardPoints',
  awardId: entryId('kyc'),
  points: amount,
  source: 'KYC',
  rentalId: null,
  at,
});
const hold = (amount: number, id = 'r-1'): PointsCommand => ({
  type: 'HoldPoints',
  holdId: holdId(id),
  points: amount,
  rentalId,
  expiresAt: plusMinutes(at, 121),
  at: plusMinutes(at, 1),
});
const redeem = (id = 'r-1'): PointsCommand => ({ type: 'RedeemHold', holdId: holdId(id), at });
const release = (id = 'r-1'): PointsCommand => ({ type: 'ReleaseHold', holdId: holdId(id), at });
const expire = (when = expiresAt, id = 'r-1'): PointsCommand => ({
  type: 'ExpireHold',
  holdId: holdId(id),
  at: when,
});
const giveBack = (amount: number): PointsCommand => ({
  type: 'GiveBackPoints',
  givingBackId: entryId('refund-1'),
  points: amount,
  rentalId,
  at,
});
const adjust = (amount: number): PointsCommand => ({
  type: 'AdjustPoints',
  adjustmentId: entryId('fix-1'),
  points: amount,
  reason: sealed('coupon twice'),
  at,
});

const earned30 = points.given(awarded(30));
const held20 = points.given(awarded(30), held(20));

test('an award adds points', points.given().when(award(30)).thenOnce(awarded(30)));
test('P-096: an award counts once', held20.when(award(30)).nothing());
test(
  'P-096: an award does not change under its id',
  earned30.when(award(31)).refuses({ kind: 'IdReused', id: 'kyc', differing: ['points'] }),
);

for (const amount of [0, -5, 1.5]) {
  const refusal = { kind: 'PointsNotAllowed', points: amount } as const;
  test(`nobody is awarded ${amount} points`, points.given().when(award(amount)).refuses(refusal));
  test(`nobody holds ${amount} points`, earned30.when(hold(amount)).refuses(refusal));
  test(`nobody gets ${amount} points back`, earned30.when(giveBack(amount)).refuses(refusal));
}

for (const amount of [0, 0.5]) {
  const refusal = { kind: 'PointsNotAllowed', points: amount } as const;
  test(`staff do not correct by ${amount} points`, earned30.when(adjust(amount)).refuses(refusal));
}

test(
  'points are held',
  earned30.when(hold(20)).thenOnce({
    type: 'PointsHeld',
    data: {
      holdId: holdId('r-1'),
      points: 20,
      rentalId,
      expiresAt: plusMinutes(at, 121),
      at: plusMinutes(at, 1),
    },
  }),
);
test('a second tap holds nothing more', held20.when(hold(20)).nothing());
test(
  'a hold does not change its points',
  held20.when(hold(21)).refuses({ kind: 'IdReused', id: 'r-1', differing: ['points'] }),
);
test(
  'P-064: held points cannot be held again',
  held20.when(hold(11, 'r-2')).refuses({ kind: 'InsufficientPoints', required: 11, available: 10 }),
);

test('a hold is redeemed as a whole', held20.when(redeem()).thenOnce(redeemed(20)));
test(
  'a hold expires at its time',
  held20.when(expire()).thenOnce(released(20, 'expiry', expiresAt)),
);
test('a release gives the hold back', held20.when(release()).thenOnce(released(20, 'release')));
test(
  'a hold does not expire before its time',
  held20
    .when(expire(plusMinutes(at, 119)))
    .refuses({ kind: 'HoldNotExpired', holdId: holdId('r-1'), expiresAt }),
);

const redeemed20 = points.given(awarded(30), held(20), redeemed(20));
const released20 = points.given(awarded(30), held(20), released(20, 'release'));

test(
  'redeemed points are not released',
  redeemed20
    .when(release())
    .refuses({ kind: 'HoldClosed', holdId: holdId('r-1'), closedBy: 'redeem', at }),
);
test(
  'released points are not redeemed',
  released20
    .when(redeem())
    .refuses({ kind: 'HoldClosed', holdId: holdId('r-1'), closedBy: 'release', at }),
);
test('a late expiry timer finds nothing to do', redeemed20.when(expire()).nothing());
test(
  'a late second tap does not hold again what was released',
  released20.when(hold(20)).nothing(),
);

for (const command of [redeem('r-9'), release('r-9'), expire(expiresAt, 'r-9')]) {
  const refusal = { kind: 'HoldUnknown', holdId: holdId('r-9') } as const;
  test(`${command.type} of an unknown hold`, points.given().when(command).refuses(refusal));
}

test('redeemed points come back', redeemed20.when(giveBack(20)).thenOnce(givenBack(20)));
test(
  'points come back once, and no more of them',
  points
    .given(awarded(30), givenBack(20))
    .when(giveBack(25))
    .refuses({ kind: 'IdReused', id: 'refund-1', differing: ['points'] }),
);

test('PTS-1: staff take away what is spendable', held20.when(adjust(-10)).thenOnce(adjusted(-10)));
test(
  'PTS-1, P-064: staff do not take away more',
  held20.when(adjust(-11)).refuses({ kind: 'InsufficientPoints', required: 11, available: 10 }),
);

test('PTS-1, P-066: only awards raise the lifetime total', (t) => {
  const { state } = points.given(awarded(30), held(20), redeemed(20), givenBack(20), adjusted(7));
  t.is(state.lifetimeEarned, 30);
  t.is(state.balance, 37);
  t.is(spendablePoints(state), 37);
});
