import * as E from 'fp-ts/lib/Either.js';
import { lookUp } from '../shared/growing-map.js';
import type { DiscountId, RentalId, UserId } from '../shared/ids.js';
import { type Instant, isBefore } from '../shared/instant.js';
import { answerRepeat, differingFields, type IdReused } from '../shared/repeat.js';
import type { DiscountEvent, DiscountOffer } from './events.js';
import { type Discount, type DiscountState, evolveDiscount, isOver } from './state.js';

export type DiscountCommand =
  /** A new discount is active from the start. */
  | {
      readonly type: 'OfferDiscount';
      readonly discountId: DiscountId;
      readonly offer: DiscountOffer;
      readonly at: Instant;
    }
  | { readonly type: 'ChangeDiscount'; readonly offer: DiscountOffer; readonly at: Instant }
  | { readonly type: 'ActivateDiscount'; readonly at: Instant }
  | { readonly type: 'DeactivateDiscount'; readonly at: Instant }
  /** A rental that was priced with it became ACTIVE (START-15). */
  | {
      readonly type: 'UseDiscount';
      readonly rentalId: RentalId;
      readonly userId: UserId;
      readonly at: Instant;
    }
  | { readonly type: 'ExpireDiscount'; readonly at: Instant };

export type DiscountRefusal =
  | { readonly kind: 'DiscountUnknown' }
  | {
      readonly kind: 'WindowNotAllowed';
      readonly validFrom: Instant;
      readonly validUntil: Instant;
    }
  /** One discount for each pair of station and package: a change keeps the pair. */
  | { readonly kind: 'PairNotChangeable'; readonly differing: readonly string[] }
  | {
      readonly kind: 'DiscountOver';
      readonly validUntil: Instant;
      readonly usedCount: number;
      readonly maxTotalUses: number | null;
    }
  | { readonly kind: 'DiscountNotOver'; readonly validUntil: Instant }
  | IdReused;

type Decision = E.Either<DiscountRefusal, readonly DiscountEvent[]>;
type Wish<Type extends DiscountCommand['type']> = Extract<DiscountCommand, { type: Type }>;

const withValidWindow = (
  { validFrom, validUntil }: DiscountOffer,
  event: DiscountEvent,
): Decision =>
  isBefore(validFrom, validUntil)
    ? E.right([event])
    : E.left({ kind: 'WindowNotAllowed', validFrom, validUntil });

const offerDiscount = (wish: Wish<'OfferDiscount'>, state: DiscountState): Decision => {
  const { discountId, offer, at } = wish;
  if (state !== null) return answerRepeat(discountId, state.offeredAs, offer);
  return withValidWindow(offer, { type: 'DiscountOffered', data: { discountId, offer, at } });
};

const changeDiscount = ({ offer, at }: Wish<'ChangeDiscount'>, discount: Discount): Decision => {
  const differing = differingFields(discount.offer, offer);
  if (differing.length === 0) return E.right([]);
  const ofPair = differing.filter((field) => field === 'station' || field === 'packageId');
  if (ofPair.length > 0) return E.left({ kind: 'PairNotChangeable', differing: ofPair });
  return withValidWindow(offer, { type: 'DiscountChanged', data: { offer, at } });
};

/** An expired discount comes back only after a change that gives it time and uses again. */
const activateDiscount = ({ at }: Wish<'ActivateDiscount'>, discount: Discount): Decision => {
  if (discount.status === 'ACTIVE') return E.right([]);
  if (isOver(discount, at)) {
    const { offer, usedCount } = discount;
    const { validUntil, maxTotalUses } = offer;
    return E.left({ kind: 'DiscountOver', validUntil, usedCount, maxTotalUses });
  }
  return E.right([{ type: 'DiscountActivated', data: { at } }]);
};

const deactivateDiscount = ({ at }: Wish<'DeactivateDiscount'>, discount: Discount): Decision =>
  E.right(discount.status === 'ACTIVE' ? [{ type: 'DiscountDeactivated', data: { at } }] : []);

/**
 * Counts a use. It is never refused for a limit: the price was promised at the start, so a use
 * that was promised twice at the same moment has happened twice (P-073). The last use ends it.
 */
const useDiscount = (wish: Wish<'UseDiscount'>, discount: Discount): Decision => {
  const { rentalId, userId, at } = wish;
  const first = lookUp(discount.userByRental, rentalId);
  if (first !== undefined) return answerRepeat(rentalId, { userId: first }, { userId });
  const used: DiscountEvent = { type: 'DiscountUsed', data: { rentalId, userId, at } };
  const after = evolveDiscount(discount, used);
  const isLast = after?.status === 'ACTIVE' && isOver(after, at);
  return E.right(isLast ? [used, { type: 'DiscountExpired', data: { at } }] : [used]);
};

const expireDiscount = ({ at }: Wish<'ExpireDiscount'>, discount: Discount): Decision => {
  if (discount.status === 'EXPIRED') return E.right([]);
  if (!isOver(discount, at)) {
    return E.left({ kind: 'DiscountNotOver', validUntil: discount.offer.validUntil });
  }
  return E.right([{ type: 'DiscountExpired', data: { at } }]);
};

export const decideDiscount = (command: DiscountCommand, state: DiscountState): Decision => {
  if (command.type === 'OfferDiscount') return offerDiscount(command, state);
  if (state === null) return E.left({ kind: 'DiscountUnknown' });
  switch (command.type) {
    case 'ChangeDiscount':
      return changeDiscount(command, state);
    case 'ActivateDiscount':
      return activateDiscount(command, state);
    case 'DeactivateDiscount':
      return deactivateDiscount(command, state);
    case 'UseDiscount':
      return useDiscount(command, state);
    case 'ExpireDiscount':
      return expireDiscount(command, state);
  }
};
