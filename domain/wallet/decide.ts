import * as E from 'fp-ts/lib/Either.js';
import { lookUp } from '../shared/growing-map.js';
import type { EntryId } from '../shared/ids.js';
import { isBefore } from '../shared/instant.js';
import { isLess, isPositive, isZero, type Money, negate, subtract } from '../shared/money.js';
import { answerRepeat } from '../shared/repeat.js';
import type { WalletCommand, WalletRefusal, WalletWish } from './commands.js';
import type { WalletEvent } from './events.js';
import {
  type ClosedHold,
  findHold,
  type OpenHold,
  spendable,
  type WalletEntry,
  type WalletState,
} from './state.js';

type Decision = E.Either<WalletRefusal, readonly WalletEvent[]>;

/** Decides under an entry id: new content is decided on, known content is a repetition. */
const once = (
  wallet: WalletState,
  wish: { readonly id: EntryId; readonly entry: WalletEntry },
  decide: () => Decision,
): Decision => {
  const first = lookUp(wallet.entries, wish.id);
  return first === undefined ? decide() : answerRepeat(wish.id, first, wish.entry);
};

const notAllowed = (amount: Money): Decision => E.left({ kind: 'AmountNotAllowed', amount });

/** The amount may leave what is spendable, or the refusal says what is there. */
const requireSpendable = (wallet: WalletState, required: Money): E.Either<WalletRefusal, void> => {
  const available = spendable(wallet);
  return isLess(available, required)
    ? E.left({ kind: 'InsufficientFunds', required, available })
    : E.right(undefined);
};

const creditWallet = (wish: WalletWish<'CreditWallet'>, wallet: WalletState): Decision => {
  const { creditId, amount, source, gateway, rentalId, at } = wish;
  const entry = { type: 'credit' as const, amount, source, gateway, rentalId };
  return once(wallet, { id: creditId, entry }, () => {
    if (!isPositive(amount)) return notAllowed(amount);
    const data = { creditId, amount, source, gateway, rentalId, at };
    return E.right([{ type: 'FundsCredited', data }]);
  });
};

const holdFunds = (wish: WalletWish<'HoldFunds'>, wallet: WalletState): Decision => {
  const { holdId, amount, purpose, rentalId, expiresAt, at } = wish;
  const known = findHold(wallet, holdId);
  if (known !== undefined) {
    const first = { amount: known.amount, purpose: known.purpose, rentalId: known.rentalId };
    return answerRepeat(holdId, first, { amount, purpose, rentalId });
  }
  if (!isPositive(amount)) return notAllowed(amount);
  return E.map(() => [
    { type: 'FundsHeld' as const, data: { holdId, amount, purpose, rentalId, expiresAt, at } },
  ])(requireSpendable(wallet, amount));
};

const captureOf = (wish: WalletWish<'CaptureHold'>, hold: OpenHold): readonly WalletEvent[] => {
  const { holdId, captureId, amount, final, at } = wish;
  const { purpose, rentalId } = hold;
  const remaining = subtract(hold.remaining, amount);
  const captured: WalletEvent = {
    type: 'FundsCaptured',
    data: { holdId, captureId, amount, remaining, purpose, rentalId, at },
  };
  if (isZero(remaining) || !final) return [captured];
  const data = { holdId, amount: remaining, closedBy: 'capture' as const, at };
  return [captured, { type: 'FundsReleased', data }];
};

/**
 * A repeated capture. Whether the first was final is seen in what it did: it was the hold's last
 * one and closed it. Where it took everything, being final or not makes no difference.
 */
const repeatedCapture = (
  wish: WalletWish<'CaptureHold'>,
  first: WalletEntry,
  wallet: WalletState,
): Decision => {
  const { holdId, captureId, amount, final } = wish;
  if (first.type !== 'capture') {
    return E.left({ kind: 'IdReused', id: captureId, differing: ['type'] });
  }
  const hold = findHold(wallet, first.holdId);
  const tookAll = isZero(first.remaining);
  const wasFinal =
    hold?.status === 'closed' && hold.closedBy === 'capture' && hold.lastCapture === captureId;
  return answerRepeat(
    captureId,
    { holdId: first.holdId, amount: first.amount, final: tookAll ? final : wasFinal },
    { holdId, amount, final },
  );
};

/** An open hold may be captured even past its expiry: it is open until it was closed. */
const captureHold = (wish: WalletWish<'CaptureHold'>, wallet: WalletState): Decision => {
  const { holdId, captureId, amount } = wish;
  const first = lookUp(wallet.entries, captureId);
  if (first !== undefined) return repeatedCapture(wish, first, wallet);
  if (!isPositive(amount)) return notAllowed(amount);

  const hold = findHold(wallet, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'closed') return holdClosed(wish, hold);
  if (isLess(hold.remaining, amount)) {
    return E.left({ kind: 'ExceedsHold', holdId, required: amount, available: hold.remaining });
  }
  return E.right(captureOf(wish, hold));
};

const holdClosed = (
  { holdId }: Pick<WalletWish<'ReleaseHold'>, 'holdId'>,
  { closedBy, closedAt }: ClosedHold,
): Decision => E.left({ kind: 'HoldClosed', holdId, closedBy, at: closedAt });

const giveBack = (
  { holdId, at }: WalletWish<'ReleaseHold' | 'ExpireHold'>,
  hold: OpenHold,
  closedBy: 'release' | 'expiry',
): Decision =>
  E.right([{ type: 'FundsReleased', data: { holdId, amount: hold.remaining, closedBy, at } }]);

/** Expired money is free again, which is all that a release wants; captured money is not. */
const releaseHold = (wish: WalletWish<'ReleaseHold'>, wallet: WalletState): Decision => {
  const { holdId } = wish;
  const hold = findHold(wallet, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'open') return giveBack(wish, hold, 'release');
  return hold.closedBy === 'capture' ? holdClosed(wish, hold) : E.right([]);
};

/** A timer that comes after the hold was closed has nothing left to do. */
const expireHold = (wish: WalletWish<'ExpireHold'>, wallet: WalletState): Decision => {
  const { holdId, at } = wish;
  const hold = findHold(wallet, holdId);
  if (hold === undefined) return E.left({ kind: 'HoldUnknown', holdId });
  if (hold.status === 'closed') return E.right([]);
  if (isBefore(at, hold.expiresAt)) {
    return E.left({ kind: 'HoldNotExpired', holdId, expiresAt: hold.expiresAt });
  }
  return giveBack(wish, hold, 'expiry');
};

const debitWallet = (wish: WalletWish<'DebitWallet'>, wallet: WalletState): Decision => {
  const { debitId, amount, purpose, rentalId, at } = wish;
  const entry = { type: 'debit' as const, amount, purpose, rentalId };
  return once(wallet, { id: debitId, entry }, () => {
    if (!isPositive(amount)) return notAllowed(amount);
    return E.map(() => [
      { type: 'FundsDebited' as const, data: { debitId, amount, purpose, rentalId, at } },
    ])(requireSpendable(wallet, amount));
  });
};

/** Staff may take money away, but neither held money nor more than there is (P-064). */
const adjustWallet = (wish: WalletWish<'AdjustWallet'>, wallet: WalletState): Decision => {
  const { adjustmentId, amount, reason, at } = wish;
  const entry = { type: 'adjustment' as const, amount };
  return once(wallet, { id: adjustmentId, entry }, () => {
    if (isZero(amount)) return notAllowed(amount);
    return E.map(() => [
      { type: 'WalletAdjusted' as const, data: { adjustmentId, amount, reason, at } },
    ])(requireSpendable(wallet, negate(amount)));
  });
};

export const decideWallet = (command: WalletCommand, wallet: WalletState): Decision => {
  switch (command.type) {
    case 'CreditWallet':
      return creditWallet(command, wallet);
    case 'HoldFunds':
      return holdFunds(command, wallet);
    case 'CaptureHold':
      return captureHold(command, wallet);
    case 'ReleaseHold':
      return releaseHold(command, wallet);
    case 'ExpireHold':
      return expireHold(command, wallet);
    case 'DebitWallet':
      return debitWallet(command, wallet);
    case 'AdjustWallet':
      return adjustWallet(command, wallet);
  }
};
