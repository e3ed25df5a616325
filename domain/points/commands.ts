import type { EntryId, HoldId, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { IdReused } from '../shared/repeat.js';
import type { StoredWords } from '../shared/words.js';
import type { AwardSource, PointsHoldClosing } from './events.js';

/**
 * Wishes to a points account. Each carries the id under which it counts once: asked again with
 * the same content it yields nothing, with other content it is refused (P-096).
 */
export type PointsCommand =
  | {
      readonly type: 'AwardPoints';
      readonly awardId: EntryId;
      readonly points: number;
      readonly source: AwardSource;
      readonly rentalId: RentalId | null;
      readonly at: Instant;
    }
  | {
      readonly type: 'HoldPoints';
      readonly holdId: HoldId;
      readonly points: number;
      readonly rentalId: RentalId | null;
      readonly expiresAt: Instant;
      readonly at: Instant;
    }
  /** Spends a hold, always as a whole. */
  | { readonly type: 'RedeemHold'; readonly holdId: HoldId; readonly at: Instant }
  | { readonly type: 'ReleaseHold'; readonly holdId: HoldId; readonly at: Instant }
  | { readonly type: 'ExpireHold'; readonly holdId: HoldId; readonly at: Instant }
  /** A refund of redeemed points; does not count as earned (PTS-1). */
  | {
      readonly type: 'GiveBackPoints';
      readonly givingBackId: EntryId;
      readonly points: number;
      readonly rentalId: RentalId | null;
      readonly at: Instant;
    }
  /** Staff's correction; `points` is signed. */
  | {
      readonly type: 'AdjustPoints';
      readonly adjustmentId: EntryId;
      readonly points: number;
      readonly reason: StoredWords;
      readonly at: Instant;
    };

export type PointsRefusal =
  | { readonly kind: 'InsufficientPoints'; readonly required: number; readonly available: number }
  | { readonly kind: 'HoldUnknown'; readonly holdId: HoldId }
  | {
      readonly kind: 'HoldClosed';
      readonly holdId: HoldId;
      readonly closedBy: PointsHoldClosing;
      readonly at: Instant;
    }
  | { readonly kind: 'HoldNotExpired'; readonly holdId: HoldId; readonly expiresAt: Instant }
  /** No whole number, zero, or negative where only staff's corrections may be. */
  | { readonly kind: 'PointsNotAllowed'; readonly points: number }
  | IdReused;

/** One kind of command, by its word. */
export type PointsWish<Type extends PointsCommand['type']> = Extract<PointsCommand, { type: Type }>;
