import * as t from 'io-ts';
import { Integer, nullable, oneOf, PositiveInteger } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { EntryId, HoldId, RentalId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { StoredWords, wordsTypedIn } from '../shared/words.js';

/** Why points were earned (rules 2.14, 3.14). */
export const AwardSource = oneOf('AwardSource', [
  'SIGNUP',
  'SOCIAL_SIGNUP',
  'PROFILE',
  'KYC',
  'REFERRAL_INVITER',
  'REFERRAL_INVITEE',
  'TOPUP',
  'RENTAL_COMPLETE',
  'TIMELY_RETURN',
  'COUPON',
  'ACHIEVEMENT',
]);
export type AwardSource = t.TypeOf<typeof AwardSource>;

/** How a hold on points ended; the same words as for money. */
export const PointsHoldClosing = oneOf('PointsHoldClosing', ['redeem', 'release', 'expiry']);
export type PointsHoldClosing = t.TypeOf<typeof PointsHoldClosing>;

export const pointsEvents = {
  /** Points earned; raises the lifetime total. `awardId` makes an award count once (P-096). */
  PointsAwarded: event(
    t.strict({
      awardId: EntryId,
      points: PositiveInteger,
      source: AwardSource,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  PointsHeld: event(
    t.strict({
      holdId: HoldId,
      points: PositiveInteger,
      rentalId: nullable(RentalId),
      expiresAt: Instant,
      at: Instant,
    }),
  ),
  /** A whole hold is spent. Points are never captured in part: their split is fixed beforehand. */
  PointsRedeemed: event(
    t.strict({
      holdId: HoldId,
      points: PositiveInteger,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  PointsReleased: event(
    t.strict({
      holdId: HoldId,
      points: PositiveInteger,
      closedBy: PointsHoldClosing,
      at: Instant,
    }),
  ),
  /** Redeemed points come back by a refund; the lifetime total stays as it is (PTS-1, P-066). */
  PointsGivenBack: event(
    t.strict({
      givingBackId: EntryId,
      points: PositiveInteger,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  /** Staff corrected the account; `points` is signed. The reason is sealed with the user's key. */
  PointsAdjusted: event(
    t.strict({ adjustmentId: EntryId, points: Integer, reason: StoredWords, at: Instant }),
    [wordsTypedIn('reason')],
  ),
} as const;

export type PointsEvent = EventOf<typeof pointsEvents>;
