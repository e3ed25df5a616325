import * as t from 'io-ts';
import { nullable, Percent, PositiveInteger } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { DiscountId, PackageId, RentalId, StationSerial, UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';

export const DiscountOffer = t.strict(
  {
    station: StationSerial,
    packageId: PackageId,
    percent: Percent,
    /** `null`: no limit over all users. */
    maxTotalUses: nullable(PositiveInteger),
    maxUsesPerUser: PositiveInteger,
    validFrom: Instant,
    /** Exclusive. */
    validUntil: Instant,
  },
  'DiscountOffer',
);
export type DiscountOffer = t.TypeOf<typeof DiscountOffer>;

export const discountEvents = {
  /** A new discount is ACTIVE from the start (rules 2.12). */
  DiscountOffered: event(t.strict({ discountId: DiscountId, offer: DiscountOffer, at: Instant })),
  DiscountChanged: event(t.strict({ offer: DiscountOffer, at: Instant })),
  DiscountActivated: event(t.strict({ at: Instant })),
  DiscountDeactivated: event(t.strict({ at: Instant })),
  /** Counted when the rental becomes ACTIVE, once (START-15, P-088). */
  DiscountUsed: event(t.strict({ rentalId: RentalId, userId: UserId, at: Instant })),
  DiscountExpired: event(t.strict({ at: Instant })),
} as const;

export type DiscountEvent = EventOf<typeof discountEvents>;
