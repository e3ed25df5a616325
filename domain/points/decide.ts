import * as E from 'fp-ts/lib/Either.js';
import { Integer, PositiveInteger } from '../shared/codecs.js';
import { lookUp } from '../shared/growing-map.js';
import type { EntryId } from '../shared/ids.js';
import { isBefore } from '../shared/instant.js';
import { answerRepeat } from '../shared/repeat.js';
import type { PointsCommand, PointsRefusal, PointsWish } from './commands.js';
import type { PointsEvent } from './events.js';
import {
  type ClosedPointsHold,
  findPointsHold,
  type PointsEntry,
  type PointsState,
  spendablePoints,
} from './state.js';

type Decision = E.Either<PointsRefusal, readonly PointsEvent[]>;

/** Decides under an entry id: new content is decided on, known content is a repetition. */
const once = (
  account: PointsState,
  wish: { readonly id: EntryId; readonly entry: PointsEntry },
  decide: () => Decision,
): Decision => {
  const first = lookUp(account.entries, wish.id);
  return first === undefined ? decide() : answerRepeat(wish.id, first, wish.entry);
};

const notAllowed = (points: number): Decision => E.left({ kind: 'PointsNotAllowed', points });

const requireSpendable = (
  account: PointsState,
  required: number,
): E.Either<PointsRefusal, void> => {
  const available = spendablePoints(account);
  return available < required
    ? E.left({ kind: 'InsufficientPoints', required, available })
    : E.right(undefined);
};

const awardPoints = (wish: PointsWish<'AwardPoints'>, account: PointsState): Decision => {
  const { awardId, points, source, rentalId, at } = wish;
  const entry = { type: 'award' as const, points, source, rentalId };
  return once(account, { id: awardId, entry }, () => {
    if (!PositiveInteger.is(points)) return notAllowed(points);
    return E.right([{ type: 'PointsAwarded', data: { awardId, points, source, rentalId, at } }]);
  });
};

const holdPoints = (wish: PointsWish<'HoldPoints'>, account: PointsState): Decision => {
  const { holdId, points, rentalId, expiresAt, at } = wish;
  const known = findPointsHold(account, holdId);
  if (known !== undefined) {
    const first = { points: known.points, rentalId: known.rentalId };
    return answerRepeat(holdId, first, { points, rentalId });
  }
  if (!PositiveInteger.is(points)) return notAllowed(points);
  return E.map(() => [
    { type: 'PointsHeld' as const, data: { holdId, points, rentalId, expiresAt, at } },
  ])(requireSpendable(account, points));
};

const holdClosed = (
  { holdId }: Pick<PointsWish<'ReleaseHold'>, 'holdId'>,
  { closedBy, closedAt }: ClosedPointsHold,
): Decision => E.left({ kind: 'HoldClosed', holdId, closedBy, at: closedAt });

/** An open hold may be redeemed even past its expiry: it is open until it was closed. */
const redeemHold = (wish: PointsWish<'RedeemHold'>, account: PointsState): Decision => {
  const { holdId, at } = wish;
  const hold = findPointsHold(account, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'closed') {
    return hold.closedBy === 'redeem' ? E.right([]) : holdClosed(wish, hold);
  }
  const { points, rentalId } = hold;
  return E.right([{ type: 'PointsRedeemed', data: { holdId, points, rentalId, at } }]);
};

/** Expired points are free again, which is all that a release wants; redeemed points are not. */
const releaseHold = (wish: PointsWish<'ReleaseHold'>, account: PointsState): Decision => {
  const { holdId, at } = wish;
  const hold = findPointsHold(account, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'closed') {
    return hold.closedBy === 'redeem' ? holdClosed(wish, hold) : E.right([]);
  }
  const data = { holdId, points: hold.points, closedBy: 'release' as const, at };
  return E.right([{ type: 'PointsReleased', data }]);
};

/** A timer that comes after the hold was closed has nothing left to do. */
const expireHold = (wish: PointsWish<'ExpireHold'>, account: PointsState): Decision => {
  const { holdId, at } = wish;
  const hold = findPointsHold(account, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'closed') return E.right([]);
  if (isBefore(at, hold.expiresAt)) {
    return E.left({ kind: 'HoldNotExpired', holdId, expiresAt: hold.expiresAt });
  }
  const data = { holdId, points: hold.points, closedBy: 'expiry' as const, at };
  return E.right([{ type: 'PointsReleased', data }]);
};

const giveBackPoints = (wish: PointsWish<'GiveBackPoints'>, account: PointsState): Decision => {
  const { givingBackId, points, rentalId, at } = wish;
  const entry = { type: 'giving-back' as const, points, rentalId };
  return once(account, { id: givingBackId, entry }, () => {
    if (!PositiveInteger.is(points)) return notAllowed(points);
    return E.right([{ type: 'PointsGivenBack', data: { givingBackId, points, rentalId, at } }]);
  });
};

/** Staff may take points away, but neither held ones nor more than there are (PTS-1). */
const adjustPoints = (wish: PointsWish<'AdjustPoints'>, account: PointsState): Decision => {
  const { adjustmentId, points, reason, at } = wish;
  // The same words are sealed differently each time, so they are not compared.
  const entry = { type: 'adjustment' as const, points };
  return once(account, { id: adjustmentId, entry }, () => {
    if (!Integer.is(points) || points === 0) return notAllowed(points);
    return E.map(() => [
      { type: 'PointsAdjusted' as const, data: { adjustmentId, points, reason, at } },
    ])(requireSpendable(account, 0 - points));
  });
};

export const decidePoints = (command: PointsCommand, account: PointsState): Decision => {
  switch (command.type) {
    case 'AwardPoints':
      return awardPoints(command, account);
    case 'HoldPoints':
      return holdPoints(command, account);
    case 'RedeemHold':
      return redeemHold(command, account);
    case 'ReleaseHold':
      return releaseHold(command, account);
    case 'ExpireHold':
      return expireHold(command, account);
    case 'GiveBackPoints':
      return giveBackPoints(command, account);
    case 'AdjustPoints':
      return adjustPoints(command, account);
  }
};
