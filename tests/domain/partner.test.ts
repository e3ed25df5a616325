import test from 'ava';
import {
  hasDashboard,
  type PartnerEvent,
  type PartnerType,
  partner as partnerAggregate,
} from '../../domain/partner/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';
import { sealed } from '../support/sealed.js';

const partner = specOf(partnerAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const userId = brandOrThrow(UserId, 'hari');
const person = sealed('hari');
const franchise: PartnerType = { kind: 'FRANCHISE' };
const earning: PartnerType = { kind: 'VENDOR', vendorType: 'REVENUE' };
const hosting: PartnerType = { kind: 'VENDOR', vendorType: 'NON_REVENUE' };

const add = (type: PartnerType) =>
  ({ type: 'AddPartner', userId, partner: type, person, at }) as const;
const added = (type: PartnerType): PartnerEvent => ({
  type: 'PartnerAdded',
  data: { userId, type, person, at },
});
const out: PartnerEvent = { type: 'PartnerDeactivated', data: { reason: sealed('left'), at } };
const back: PartnerEvent = { type: 'PartnerReactivated', data: { at } };
const typeChanged = (vendorType: 'REVENUE' | 'NON_REVENUE'): PartnerEvent => ({
  type: 'VendorTypeChanged',
  data: { vendorType, at },
});

for (const type of [franchise, earning, hosting]) {
  test(
    `a user becomes a partner, once: ${JSON.stringify(type)}`,
    partner.given().when(add(type)).thenOnce(added(type)),
  );
}

for (const [first, second] of [
  [franchise, earning],
  [earning, hosting],
  [hosting, franchise],
] as const) {
  test(
    `BR1: nobody is two partners: ${JSON.stringify([first, second])}`,
    partner.given(added(first)).when(add(second)).refuses({ kind: 'UserAlreadyPartner' }),
  );
}

test(
  'BR9: a vendor’s type may be changed',
  partner
    .given(added(earning))
    .when({ type: 'ChangeVendorType', vendorType: 'NON_REVENUE', at })
    .thenOnce(typeChanged('NON_REVENUE')),
);

test(
  'a franchise has no such type',
  partner
    .given(added(franchise))
    .when({ type: 'ChangeVendorType', vendorType: 'REVENUE', at })
    .refuses({ kind: 'NotAVendor' }),
);

test(
  'a partner is deactivated with a reason',
  partner
    .given(added(franchise))
    .when({ type: 'DeactivatePartner', reason: sealed('left'), at })
    .thenOnce(out),
);

test(
  'and comes back',
  partner.given(added(franchise), out).when({ type: 'ReactivatePartner', at }).thenOnce(back),
);

test(
  'a change of the password is recorded, not the password',
  partner
    .given(added(earning))
    .when({ type: 'RecordPartnerPasswordChange', at })
    .then({ type: 'PartnerPasswordChanged', data: { at } }),
);

test(
  'who has no dashboard has no password',
  partner
    .given(added(hosting))
    .when({ type: 'RecordPartnerPasswordChange', at })
    .refuses({ kind: 'NoDashboard' }),
);

test(
  'a user who is no partner cannot be changed as one',
  partner.given().when({ type: 'ReactivatePartner', at }).refuses({ kind: 'PartnerUnknown' }),
);

const doors: readonly (readonly [string, readonly PartnerEvent[], boolean])[] = [
  ['nobody', [], false],
  ['a franchise', [added(franchise)], true],
  ['a vendor that earns', [added(earning)], true],
  ['a vendor that earns nothing', [added(hosting)], false],
  ['a vendor that earns nothing any more', [added(earning), typeChanged('NON_REVENUE')], false],
  ['a vendor that earns from now on', [added(hosting), typeChanged('REVENUE')], true],
  ['one who was deactivated', [added(franchise), out], false],
  ['one who is back', [added(franchise), out, back], true],
];

for (const [who, history, may] of doors) {
  test(`P-092, BR12: ${who} ${may ? 'has' : 'has no'} dashboard`, (t) => {
    t.is(hasDashboard(partner.given(...history).state), may);
  });
}
