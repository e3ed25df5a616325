import test from 'ava';
import {
  type PackageDetails,
  type RentalPackageEvent,
  rentalPackage,
} from '../../domain/rental-package/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { specOf } from '../support/decider-spec.js';

const spec = specOf(rentalPackage);
const at = instant('2026-03-01T10:00:00.000Z');
const packageId = brandOrThrow(PackageId, 'one-hour');

const details = (price: string): PackageDetails => ({
  name: '1 Hour',
  description: '',
  durationMinutes: 60,
  price: rupees(price),
  packageType: 'HOURLY',
  paymentModel: 'PREPAID',
});
const created: RentalPackageEvent = {
  type: 'PackageCreated',
  data: { packageId, details: details('50'), at },
};
const changed = (price: string): RentalPackageEvent => ({
  type: 'PackageChanged',
  data: { details: details(price), at },
});
const activated: RentalPackageEvent = { type: 'PackageActivated', data: { at } };
const deactivated: RentalPackageEvent = { type: 'PackageDeactivated', data: { at } };

const create = (price: string) => ({
  type: 'CreatePackage' as const,
  packageId,
  details: details(price),
  at,
});
const change = (price: string) => ({
  type: 'ChangePackage' as const,
  details: details(price),
  at,
});

test('a package is created', spec.given().when(create('50')).thenOnce(created));
test('a free package is allowed', (t) => {
  const free = { ...created, data: { ...created.data, details: details('0') } };
  spec.given().when(create('0')).thenOnce(free)(t);
});
test(
  'a negative price is not',
  spec
    .given()
    .when(create('-1'))
    .refuses({ kind: 'PriceNegative', price: rupees('-1') }),
);
test(
  'a repeated creation is compared with the first, not with later changes',
  spec.given(created, changed('60')).when(create('50')).nothing(),
);
test(
  'an id names one package',
  spec
    .given(created)
    .when(create('60'))
    .refuses({ kind: 'IdReused', id: 'one-hour', differing: ['price'] }),
);
test('a package changes', spec.given(created).when(change('60')).thenOnce(changed('60')));
test(
  'a price does not become negative',
  spec
    .given(created)
    .when(change('-1'))
    .refuses({ kind: 'PriceNegative', price: rupees('-1') }),
);
test(
  'a package is no longer offered',
  spec.given(created).when({ type: 'DeactivatePackage', at }).thenOnce(deactivated),
);
test(
  'a package is offered again',
  spec.given(created, deactivated).when({ type: 'ActivatePackage', at }).thenOnce(activated),
);
test(
  'a new package is offered from the start',
  spec.given(created).when({ type: 'ActivatePackage', at }).nothing(),
);
test(
  'what does not exist does not change',
  spec.given().when(change('60')).refuses({ kind: 'PackageUnknown' }),
);
