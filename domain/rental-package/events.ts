import * as t from 'io-ts';
import { PackageType, PaymentModel } from '../pricing/terms.js';
import { PositiveInteger, text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { PackageId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';

export const PackageDetails = t.strict(
  {
    name: text('PackageName', { minLength: 1, maxLength: 100 }),
    description: text('PackageDescription', { maxLength: 500 }),
    durationMinutes: PositiveInteger,
    price: Money,
    packageType: PackageType,
    paymentModel: PaymentModel,
  },
  'PackageDetails',
);
export type PackageDetails = t.TypeOf<typeof PackageDetails>;

export const rentalPackageEvents = {
  /** A new package is offered from the start. */
  PackageCreated: event(t.strict({ packageId: PackageId, details: PackageDetails, at: Instant })),
  PackageChanged: event(t.strict({ details: PackageDetails, at: Instant })),
  PackageActivated: event(t.strict({ at: Instant })),
  /** A package in use is never deleted; it is only no longer offered (rules 2.10). */
  PackageDeactivated: event(t.strict({ at: Instant })),
} as const;

export type RentalPackageEvent = EventOf<typeof rentalPackageEvents>;
