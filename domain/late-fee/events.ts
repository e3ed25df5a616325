import * as t from 'io-ts';
import { FeeType, Hundredths, PackageType } from '../pricing/terms.js';
import { NonNegativeInteger, nullable, text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { LateFeeConfigId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';

export const LateFeeConfig = t.strict(
  {
    name: text('LateFeeConfigName', { minLength: 1, maxLength: 100 }),
    feeType: FeeType,
    multiplierHundredths: Hundredths,
    flatRatePerHour: Money,
    graceMinutes: NonNegativeInteger,
    capPerDay: nullable(Money),
    /** Package types that it applies to; an empty list is all of them. */
    packageTypes: t.readonlyArray(PackageType),
  },
  'LateFeeConfig',
);
export type LateFeeConfig = t.TypeOf<typeof LateFeeConfig>;

/**
 * All configurations share one stream: "at most one is active for a package type" (rules 2.11)
 * spans them, and what spans several things is kept where they meet.
 */
export const lateFeeEvents = {
  /** A new configuration is inactive: it could overlap with an active one. */
  LateFeeConfigCreated: event(
    t.strict({ configId: LateFeeConfigId, config: LateFeeConfig, at: Instant }),
  ),
  LateFeeConfigChanged: event(
    t.strict({ configId: LateFeeConfigId, config: LateFeeConfig, at: Instant }),
  ),
  LateFeeConfigActivated: event(t.strict({ configId: LateFeeConfigId, at: Instant })),
  LateFeeConfigDeactivated: event(t.strict({ configId: LateFeeConfigId, at: Instant })),
  LateFeeConfigDeleted: event(t.strict({ configId: LateFeeConfigId, at: Instant })),
} as const;

export type LateFeeEvent = EventOf<typeof lateFeeEvents>;
