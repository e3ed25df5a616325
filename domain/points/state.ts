import { emptyMap, type GrowingMap, lookUp, withEntry } from '../shared/growing-map.js';
import type { EntryId, HoldId, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { AwardSource, PointsEvent, PointsHoldClosing } from './events.js';

/** OPEN → CLOSED happens once and for ever: redeemed as a whole, released, or expired. */
export interface OpenPointsHold {
  readonly status: 'open';
  readonly points: number;
  readonly rentalId: RentalId | null;
  readonly expiresAt: Instant;
}

export interface ClosedPointsHold {
  readonly status: 'closed';
  readonly points: number;
  readonly rentalId: RentalId | null;
  readonly closedBy: PointsHoldClosing;
  readonly closedAt: Instant;
}

/** An entry that moved the balance, as far as a repeated wish must equal it. */
export type PointsEntry =
  | {
      readonly type: 'award';
      readonly points: number;
      readonly source: AwardSource;
      readonly rentalId: RentalId | null;
    }
  | {
      readonly type: 'giving-back';
      readonly points: number;
      readonly rentalId: RentalId | null;
    }
  | { readonly type: 'adjustment'; readonly points: number };

export interface PointsState {
  /** All points of the account, held or not. */
  readonly balance: number;
  /** Sum of the open holds. */
  readonly held: number;
  /** Only awards raise it; neither refunds nor corrections do (PTS-1, P-066). */
  readonly lifetimeEarned: number;
  readonly openHolds: ReadonlyMap<HoldId, OpenPointsHold>;
  readonly closedHolds: GrowingMap<HoldId, ClosedPointsHold>;
  readonly entries: GrowingMap<EntryId, PointsEntry>;
}

export const emptyPoints: PointsState = {
  balance: 0,
  held: 0,
  lifetimeEarned: 0,
  openHolds: new Map(),
  closedHolds: emptyMap(),
  entries: emptyMap(),
};

/** Points that may be held or taken away. Never negative (P-064). */
export const spendablePoints = (account: PointsState): number => account.balance - account.held;

export const findPointsHold = (
  account: PointsState,
  holdId: HoldId,
): OpenPointsHold | ClosedPointsHold | undefined =>
  account.openHolds.get(holdId) ?? lookUp(account.closedHolds, holdId);

const withEntryOf = (account: PointsState, id: EntryId, entry: PointsEntry): PointsState => ({
  ...account,
  balance: account.balance + entry.points,
  entries: withEntry(account.entries, id, entry),
});

interface Closing {
  readonly holdId: HoldId;
  readonly points: number;
  readonly closedBy: PointsHoldClosing;
  readonly at: Instant;
}

const withClosedHold = (account: PointsState, closing: Closing): PointsState => {
  const { holdId, points, closedBy, at } = closing;
  const openHolds = new Map(account.openHolds);
  openHolds.delete(holdId);
  const rentalId = account.openHolds.get(holdId)?.rentalId ?? null;
  return {
    ...account,
    held: account.held - points,
    openHolds,
    closedHolds: withEntry(account.closedHolds, holdId, {
      status: 'closed',
      points,
      rentalId,
      closedBy,
      closedAt: at,
    }),
  };
};

export const evolvePoints = (account: PointsState, event: PointsEvent): PointsState => {
  switch (event.type) {
    case 'PointsAwarded': {
      const { awardId, points, source, rentalId } = event.data;
      const earned = { ...account, lifetimeEarned: account.lifetimeEarned + points };
      return withEntryOf(earned, awardId, { type: 'award', points, source, rentalId });
    }
    case 'PointsHeld': {
      const { holdId, points, rentalId, expiresAt } = event.data;
      const hold: OpenPointsHold = { status: 'open', points, rentalId, expiresAt };
      const openHolds = new Map(account.openHolds).set(holdId, hold);
      return { ...account, held: account.held + points, openHolds };
    }
    case 'PointsRedeemed': {
      const { holdId, points, at } = event.data;
      const spent = { ...account, balance: account.balance - points };
      return withClosedHold(spent, { holdId, points, closedBy: 'redeem', at });
    }
    case 'PointsReleased':
      return withClosedHold(account, event.data);
    case 'PointsGivenBack': {
      const { givingBackId, points, rentalId } = event.data;
      return withEntryOf(account, givingBackId, { type: 'giving-back', points, rentalId });
    }
    case 'PointsAdjusted': {
      const { adjustmentId, points } = event.data;
      return withEntryOf(account, adjustmentId, { type: 'adjustment', points });
    }
    default:
      return account;
  }
};
