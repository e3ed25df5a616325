import test from 'ava';
import {
  applicableDiscount,
  type DiscountEvent,
  type DiscountOffer,
  discount,
} from '../../domain/discount/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  discountIdOf,
  PackageId,
  RentalId,
  StationSerial,
  UserId,
} from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';

const spec = specOf(discount);
const before = instant('2026-02-28T23:59:59.999Z');
const validFrom = instant('2026-03-01T00:00:00.000Z');
const at = instant('2026-03-10T10:00:00.000Z');
const validUntil = instant('2026-04-01T00:00:00.000Z');

const station = brandOrThrow(StationSerial, 'KTM001');
const packageId = brandOrThrow(PackageId, 'four-hours');
const discountId = discountIdOf(station, packageId);
const sita = brandOrThrow(UserId, 'sita');
const gita = brandOrThrow(UserId, 'gita');
const rental = (text: string) => brandOrThrow(RentalId, text);

const offer: DiscountOffer = {
  station,
  packageId,
  percent: 20,
  maxTotalUses: 2,
  maxUsesPerUser: 1,
  validFrom,
  validUntil,
};
const offered: DiscountEvent = { type: 'DiscountOffered', data: { discountId, offer, at } };
const changed = (changes: Partial<DiscountOffer>): DiscountEvent => ({
  type: 'DiscountChanged',
  data: { offer: { ...offer, ...changes }, at },
});
const used = (id: string, userId = sita): DiscountEvent => ({
  type: 'DiscountUsed',
  data: { rentalId: rental(id), userId, at },
});
const activated: DiscountEvent = { type: 'DiscountActivated', data: { at } };
const deactivated: DiscountEvent = { type: 'DiscountDeactivated', data: { at } };
const expired = (when = at): DiscountEvent => ({ type: 'DiscountExpired', data: { at: when } });

const offerIt = (changes: Partial<DiscountOffer> = {}) => ({
  type: 'OfferDiscount' as const,
  discountId,
  offer: { ...offer, ...changes },
  at,
});
const change = (changes: Partial<DiscountOffer>) => ({
  type: 'ChangeDiscount' as const,
  offer: { ...offer, ...changes },
  at,
});
const use = (id: string, userId = sita) => ({
  type: 'UseDiscount' as const,
  rentalId: rental(id),
  userId,
  at,
});

test('a discount is offered', spec.given().when(offerIt()).thenOnce(offered));
test(
  'a window must be open for some time',
  spec
    .given()
    .when(offerIt({ validFrom: validUntil }))
    .refuses({ kind: 'WindowNotAllowed', validFrom: validUntil, validUntil }),
);
test(
  'one discount for each pair of station and package',
  spec
    .given(offered)
    .when(offerIt({ percent: 30 }))
    .refuses({ kind: 'IdReused', id: discountId, differing: ['percent'] }),
);
test(
  'a discount changes',
  spec
    .given(offered)
    .when(change({ percent: 30 }))
    .thenOnce(changed({ percent: 30 })),
);
test(
  'a discount does not move to another station',
  spec
    .given(offered)
    .when(change({ station: brandOrThrow(StationSerial, 'PKR001'), percent: 30 }))
    .refuses({ kind: 'PairNotChangeable', differing: ['station'] }),
);
test(
  'a discount is paused',
  spec.given(offered).when({ type: 'DeactivateDiscount', at }).thenOnce(deactivated),
);
test(
  'a paused discount comes back',
  spec.given(offered, deactivated).when({ type: 'ActivateDiscount', at }).thenOnce(activated),
);

test('START-15: a use is counted', spec.given(offered).when(use('r-1')).thenOnce(used('r-1')));
test(
  'P-088: one rental counts once, on whichever path it was activated',
  spec.given(offered, used('r-1')).when(use('r-1')).nothing(),
);
test(
  'a rental has one user',
  spec
    .given(offered, used('r-1'))
    .when(use('r-1', gita))
    .refuses({ kind: 'IdReused', id: 'r-1', differing: ['userId'] }),
);
test(
  'the last use ends the discount',
  spec.given(offered, used('r-1')).when(use('r-2', gita)).thenOnce(used('r-2', gita), expired()),
);
test(
  'P-073: a use that was promised counts even beyond the limit',
  spec
    .given(offered, used('r-1'), used('r-2', gita), expired())
    .when(use('r-3'))
    .thenOnce(used('r-3')),
);

test(
  'a discount expires with its window',
  spec
    .given(offered)
    .when({ type: 'ExpireDiscount', at: validUntil })
    .thenOnce(expired(validUntil)),
);
test(
  'a discount does not expire before',
  spec
    .given(offered)
    .when({ type: 'ExpireDiscount', at })
    .refuses({ kind: 'DiscountNotOver', validUntil }),
);
test(
  'what is used up does not come back',
  spec
    .given(offered, used('r-1'), used('r-2', gita), expired())
    .when({ type: 'ActivateDiscount', at })
    .refuses({ kind: 'DiscountOver', validUntil, usedCount: 2, maxTotalUses: 2 }),
);
test(
  'with more uses it does',
  spec
    .given(offered, used('r-1'), used('r-2', gita), expired(), changed({ maxTotalUses: 3 }))
    .when({ type: 'ActivateDiscount', at })
    .thenOnce(activated),
);
test(
  'what was never offered is not used',
  spec.given().when(use('r-1')).refuses({ kind: 'DiscountUnknown' }),
);

test('START-15: it applies inside its window, while active, with uses left', (t) => {
  const percentFor = (history: readonly DiscountEvent[], userId = sita, when = at) =>
    applicableDiscount(spec.given(...history).state, { userId, at: when })?.percent ?? null;

  t.is(percentFor([]), null, 'none offered');
  t.is(percentFor([offered]), 20);
  t.is(percentFor([offered], sita, before), null, 'too early');
  t.is(percentFor([offered], sita, validFrom), 20, 'the first moment');
  t.is(percentFor([offered], sita, validUntil), null, 'the end is exclusive');
  t.is(percentFor([offered, deactivated]), null, 'paused');
  t.is(percentFor([offered, used('r-1')]), null, 'used by this user');
  t.is(percentFor([offered, used('r-1')], gita), 20, 'not yet used by another');
  t.is(percentFor([offered, used('r-1'), used('r-2', gita)], brandOrThrow(UserId, 'hari')), null);
  t.is(percentFor([offered, changed({ maxTotalUses: null, maxUsesPerUser: 2 }), used('r-1')]), 20);
});
