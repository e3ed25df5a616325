import { emptyMap, type GrowingMap, lookUp, withEntry } from '../shared/growing-map.js';
import type { EntryId, HoldId, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { add, isZero, type Money, negate, subtract, zero } from '../shared/money.js';
import type {
  CreditSource,
  FundsPurpose,
  GatewayPayment,
  HoldClosing,
  WalletEvent,
} from './events.js';

/** What was asked for when the money was held; a repeated wish is compared with it. */
export interface HoldTerms {
  readonly amount: Money;
  readonly purpose: FundsPurpose;
  readonly rentalId: RentalId | null;
}

/**
 * Money set aside. OPEN → CLOSED happens once and for ever, by a capture of the last of it, a
 * final capture, a release, or expiry.
 */
export interface OpenHold extends HoldTerms {
  readonly status: 'open';
  /** What is still held: the amount less what was captured of it. */
  readonly remaining: Money;
  readonly lastCapture: EntryId | null;
  readonly expiresAt: Instant;
}

export interface ClosedHold extends HoldTerms {
  readonly status: 'closed';
  readonly closedBy: HoldClosing;
  readonly closedAt: Instant;
  readonly lastCapture: EntryId | null;
}

/** An entry that moved the balance, as far as a repeated wish must equal it. */
export type WalletEntry =
  | {
      readonly type: 'credit';
      readonly amount: Money;
      readonly source: CreditSource;
      readonly gateway: GatewayPayment | null;
      readonly rentalId: RentalId | null;
    }
  | {
      readonly type: 'debit';
      readonly amount: Money;
      readonly purpose: FundsPurpose;
      readonly rentalId: RentalId | null;
    }
  | {
      readonly type: 'capture';
      readonly amount: Money;
      readonly holdId: HoldId;
      /** What it left held; a final capture gives this back at once. */
      readonly remaining: Money;
    }
  /** Its reason is sealed anew each time, so that two of the same wish differ. */
  | { readonly type: 'adjustment'; readonly amount: Money };

export interface WalletState {
  /** All money of the wallet, held or not. */
  readonly balance: Money;
  /** Sum of what remains in open holds. */
  readonly held: Money;
  readonly openHolds: ReadonlyMap<HoldId, OpenHold>;
  readonly closedHolds: GrowingMap<HoldId, ClosedHold>;
  /** Everything that ever moved the balance, by its id: nothing counts twice. */
  readonly entries: GrowingMap<EntryId, WalletEntry>;
}

export const emptyWallet: WalletState = {
  balance: zero,
  held: zero,
  openHolds: new Map(),
  closedHolds: emptyMap(),
  entries: emptyMap(),
};

/** Money that may be held or debited. Never negative (P-064). */
export const spendable = (wallet: WalletState): Money => subtract(wallet.balance, wallet.held);

export const findHold = (wallet: WalletState, holdId: HoldId): OpenHold | ClosedHold | undefined =>
  wallet.openHolds.get(holdId) ?? lookUp(wallet.closedHolds, holdId);

const withBalance = (
  wallet: WalletState,
  id: EntryId,
  { entry, change }: { readonly entry: WalletEntry; readonly change: Money },
): WalletState => ({
  ...wallet,
  balance: add(wallet.balance, change),
  entries: withEntry(wallet.entries, id, entry),
});

const withOpenHold = (wallet: WalletState, holdId: HoldId, hold: OpenHold): WalletState => ({
  ...wallet,
  openHolds: new Map(wallet.openHolds).set(holdId, hold),
});

type Closing = { readonly closedBy: HoldClosing; readonly closedAt: Instant };

const withClosedHold = (
  wallet: WalletState,
  holdId: HoldId,
  { hold, ...closing }: Closing & { readonly hold: OpenHold },
): WalletState => {
  const openHolds = new Map(wallet.openHolds);
  openHolds.delete(holdId);
  const { amount, purpose, rentalId, lastCapture } = hold;
  const closed: ClosedHold = {
    status: 'closed',
    amount,
    purpose,
    rentalId,
    lastCapture,
    ...closing,
  };
  return { ...wallet, openHolds, closedHolds: withEntry(wallet.closedHolds, holdId, closed) };
};

type DataOf<Type extends WalletEvent['type']> = Extract<WalletEvent, { type: Type }>['data'];

const evolveHeld = (wallet: WalletState, data: DataOf<'FundsHeld'>): WalletState => {
  const { holdId, amount, purpose, rentalId, expiresAt } = data;
  return withOpenHold({ ...wallet, held: add(wallet.held, amount) }, holdId, {
    status: 'open',
    amount,
    purpose,
    rentalId,
    remaining: amount,
    expiresAt,
    lastCapture: null,
  });
};

const evolveCaptured = (wallet: WalletState, data: DataOf<'FundsCaptured'>): WalletState => {
  const { holdId, captureId, amount, remaining, at } = data;
  const entry = { type: 'capture' as const, amount, holdId, remaining };
  const taken = withBalance({ ...wallet, held: subtract(wallet.held, amount) }, captureId, {
    entry,
    change: negate(amount),
  });
  const hold = taken.openHolds.get(holdId);
  if (hold === undefined) return taken;
  const left: OpenHold = { ...hold, remaining, lastCapture: captureId };
  return isZero(remaining)
    ? withClosedHold(taken, holdId, { hold: left, closedBy: 'capture', closedAt: at })
    : withOpenHold(taken, holdId, left);
};

export const evolveWallet = (wallet: WalletState, event: WalletEvent): WalletState => {
  switch (event.type) {
    case 'FundsCredited': {
      const { creditId, amount, source, gateway, rentalId } = event.data;
      const entry = { type: 'credit' as const, amount, source, gateway, rentalId };
      return withBalance(wallet, creditId, { entry, change: amount });
    }
    case 'FundsHeld':
      return evolveHeld(wallet, event.data);
    case 'FundsCaptured':
      return evolveCaptured(wallet, event.data);
    case 'FundsReleased': {
      const { holdId, amount, closedBy, at } = event.data;
      const freed = { ...wallet, held: subtract(wallet.held, amount) };
      const hold = freed.openHolds.get(holdId);
      return hold === undefined
        ? freed
        : withClosedHold(freed, holdId, { hold, closedBy, closedAt: at });
    }
    case 'FundsDebited': {
      const { debitId, amount, purpose, rentalId } = event.data;
      const entry = { type: 'debit' as const, amount, purpose, rentalId };
      return withBalance(wallet, debitId, { entry, change: negate(amount) });
    }
    case 'WalletAdjusted': {
      const { adjustmentId, amount } = event.data;
      const entry = { type: 'adjustment' as const, amount };
      return withBalance(wallet, adjustmentId, { entry, change: amount });
    }
    default:
      return wallet;
  }
};
