import type { AppliedDiscount } from '../pricing/index.js';
import { emptyMap, type GrowingMap, lookUp, withEntry } from '../shared/growing-map.js';
import type { DiscountId, RentalId, UserId } from '../shared/ids.js';
import { type Instant, isBefore } from '../shared/instant.js';
import type { DiscountEvent, DiscountOffer } from './events.js';

export interface Discount {
  readonly discountId: DiscountId;
  readonly offer: DiscountOffer;
  /** As it was first offered; a repeated offer is compared with it. */
  readonly offeredAs: DiscountOffer;
  /** ACTIVE ⇄ INACTIVE; → EXPIRED by time or by the last use (rules 2.12). */
  readonly status: 'ACTIVE' | 'INACTIVE' | 'EXPIRED';
  readonly usedCount: number;
  readonly usesByUser: GrowingMap<UserId, number>;
  /** Who used it for which rental: one rental counts once (P-088). */
  readonly userByRental: GrowingMap<RentalId, UserId>;
}

/** `null`: no discount was ever offered for this station and package. */
export type DiscountState = Discount | null;

const usesOf = (discount: Discount, userId: UserId): number =>
  lookUp(discount.usesByUser, userId) ?? 0;

export const evolveDiscount = (state: DiscountState, event: DiscountEvent): DiscountState => {
  if (event.type === 'DiscountOffered') {
    const { discountId, offer } = event.data;
    return {
      discountId,
      offer,
      offeredAs: offer,
      status: 'ACTIVE',
      usedCount: 0,
      usesByUser: emptyMap(),
      userByRental: emptyMap(),
    };
  }
  if (state === null) return null;
  switch (event.type) {
    case 'DiscountChanged':
      return { ...state, offer: event.data.offer };
    case 'DiscountActivated':
      return { ...state, status: 'ACTIVE' };
    case 'DiscountDeactivated':
      return { ...state, status: 'INACTIVE' };
    case 'DiscountExpired':
      return { ...state, status: 'EXPIRED' };
    case 'DiscountUsed': {
      const { rentalId, userId } = event.data;
      return {
        ...state,
        usedCount: state.usedCount + 1,
        usesByUser: withEntry(state.usesByUser, userId, usesOf(state, userId) + 1),
        userByRental: withEntry(state.userByRental, rentalId, userId),
      };
    }
    default:
      return state;
  }
};

const isUsedUp = ({ offer, usedCount }: Discount): boolean =>
  offer.maxTotalUses !== null && offer.maxTotalUses <= usedCount;

/** Nobody can use it any more: its window is over, or all its uses are gone. */
export const isOver = (discount: Discount, at: Instant): boolean =>
  !isBefore(at, discount.offer.validUntil) || isUsedUp(discount);

/** The discount for a user who starts at `at`, or `null` when none applies (START-15). */
export const applicableDiscount = (
  state: DiscountState,
  { userId, at }: { readonly userId: UserId; readonly at: Instant },
): AppliedDiscount | null => {
  if (state === null || state.status !== 'ACTIVE') return null;
  const { discountId, offer } = state;
  const isOpen = !isBefore(at, offer.validFrom) && !isOver(state, at);
  return isOpen && usesOf(state, userId) < offer.maxUsesPerUser
    ? { discountId, percent: offer.percent }
    : null;
};
