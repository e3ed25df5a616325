import fc from 'fast-check';
import type { PointsCommand } from '../../domain/points/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { sealed } from './sealed.js';

const start = instant('2026-03-01T10:00:00.000Z');
/** Few ids and small numbers, so that commands meet each other instead of passing by. */
const entryId = fc.integer({ min: 1, max: 12 }).map((n) => brandOrThrow(EntryId, `entry-${n}`));
const holdId = fc.integer({ min: 1, max: 4 }).map((n) => brandOrThrow(HoldId, `hold-${n}`));
const amount = fc.integer({ min: -2, max: 30 });
const at = fc.integer({ min: 0, max: 60 }).map((minutes) => plusMinutes(start, minutes));
const rentalId = fc.constant(null);

const award = fc.record({
  type: fc.constant('AwardPoints' as const),
  awardId: entryId,
  points: amount,
  source: fc.constantFrom('KYC' as const, 'PROFILE' as const),
  rentalId,
  at,
});
const holding = fc
  .record({ type: fc.constant('HoldPoints' as const), holdId, points: amount, rentalId, at })
  .map((wish) => ({ ...wish, expiresAt: plusMinutes(wish.at, 15) }));
const redeem = fc.record({ type: fc.constant('RedeemHold' as const), holdId, at });
const release = fc.record({ type: fc.constant('ReleaseHold' as const), holdId, at });
const expire = fc.record({ type: fc.constant('ExpireHold' as const), holdId, at });
const giveBack = fc.record({
  type: fc.constant('GiveBackPoints' as const),
  givingBackId: entryId,
  points: amount,
  rentalId,
  at,
});
const adjust = fc.record({
  type: fc.constant('AdjustPoints' as const),
  adjustmentId: entryId,
  points: fc.integer({ min: -30, max: 30 }),
  reason: fc.constantFrom('counted twice', 'goodwill').map(sealed),
  at,
});
/** Wishes to one account, many of them repeated or contradicting each other. */
export const pointsCommands: fc.Arbitrary<PointsCommand[]> = fc.array(
  fc.oneof(award, award, holding, holding, redeem, release, expire, giveBack, adjust),
  // Without a size, samples would stay at about ten commands and rarely meet each other.
  { maxLength: 60, size: 'max' },
);
