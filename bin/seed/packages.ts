/** Packages that every new network offers (rules 3.5). */

import type { PackageDetails } from '../../domain/rental-package/events.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';

export interface SeedPackage {
  readonly packageId: PackageId;
  readonly details: PackageDetails;
}

const prepaid = (
  id: string,
  details: Omit<PackageDetails, 'paymentModel' | 'price'> & { readonly price: string },
): SeedPackage => ({
  packageId: brandOrThrow(PackageId, id),
  details: { ...details, price: rupees(details.price), paymentModel: 'PREPAID' },
});

export const seedPackages: readonly SeedPackage[] = [
  prepaid('hour-1', {
    name: '1 Hour',
    description: 'One power bank for an hour.',
    durationMinutes: 60,
    price: '50.00',
    packageType: 'HOURLY',
  }),
  prepaid('hour-4', {
    name: '4 Hour',
    description: 'One power bank for four hours.',
    durationMinutes: 240,
    price: '150.00',
    packageType: 'HOURLY',
  }),
  prepaid('daily', {
    name: 'Daily',
    description: 'One power bank for a day and a night.',
    durationMinutes: 1_440,
    price: '300.00',
    packageType: 'DAILY',
  }),
];
