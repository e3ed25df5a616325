import * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Sealed } from '../shared/sealed.js';

/** Whether a vendor earns; one that does not has no dashboard (rules 2.25, BR9). */
export const VendorType = oneOf('VendorType', ['REVENUE', 'NON_REVENUE']);
export type VendorType = t.TypeOf<typeof VendorType>;

/** What somebody is to the network. A franchise always earns. */
export const PartnerType = t.union(
  [
    t.strict({ kind: t.literal('FRANCHISE') }),
    t.strict({ kind: t.literal('VENDOR'), vendorType: VendorType }),
  ],
  'PartnerType',
);
export type PartnerType = t.TypeOf<typeof PartnerType>;

export const partnerEvents = {
  /** Who it is as JSON, see `PartnerPerson`. */
  PartnerAdded: event(t.strict({ userId: UserId, type: PartnerType, person: Sealed, at: Instant })),
  VendorTypeChanged: event(t.strict({ vendorType: VendorType, at: Instant })),
  PartnerDeactivated: event(t.strict({ reason: Sealed, at: Instant })),
  PartnerReactivated: event(t.strict({ at: Instant })),
  /** That it happened; passwords and their hashes are not in the log. */
  PartnerPasswordChanged: event(t.strict({ at: Instant })),
} as const;

export type PartnerEvent = EventOf<typeof partnerEvents>;
