import type { EntryId, HoldId, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Money } from '../shared/money.js';
import type { IdReused } from '../shared/repeat.js';
import type { CreditSource, FundsPurpose, GatewayPayment, HoldClosing } from './events.js';

/**
 * Wishes to a wallet. Each carries the id under which it counts once: asked again with the same
 * content it yields nothing, with other content it is refused (P-062).
 */
export type WalletCommand =
  | {
      readonly type: 'CreditWallet';
      readonly creditId: EntryId;
      readonly amount: Money;
      readonly source: CreditSource;
      readonly gateway: GatewayPayment | null;
      readonly rentalId: RentalId | null;
      readonly at: Instant;
    }
  | {
      readonly type: 'HoldFunds';
      readonly holdId: HoldId;
      readonly amount: Money;
      readonly purpose: FundsPurpose;
      readonly rentalId: RentalId | null;
      readonly expiresAt: Instant;
      readonly at: Instant;
    }
  /** Takes held money. A final capture gives back what it leaves; others leave it held. */
  | {
      readonly type: 'CaptureHold';
      readonly holdId: HoldId;
      readonly captureId: EntryId;
      readonly amount: Money;
      readonly final: boolean;
      readonly at: Instant;
    }
  | { readonly type: 'ReleaseHold'; readonly holdId: HoldId; readonly at: Instant }
  | { readonly type: 'ExpireHold'; readonly holdId: HoldId; readonly at: Instant }
  | {
      readonly type: 'DebitWallet';
      readonly debitId: EntryId;
      readonly amount: Money;
      readonly purpose: FundsPurpose;
      readonly rentalId: RentalId | null;
      readonly at: Instant;
    }
  /** Staff's correction (TOP-5); `amount` is signed. */
  | {
      readonly type: 'AdjustWallet';
      readonly adjustmentId: EntryId;
      readonly amount: Money;
      readonly reason: string;
      readonly at: Instant;
    };

export type WalletRefusal =
  | { readonly kind: 'InsufficientFunds'; readonly required: Money; readonly available: Money }
  | { readonly kind: 'HoldUnknown'; readonly holdId: HoldId }
  | {
      readonly kind: 'HoldClosed';
      readonly holdId: HoldId;
      readonly closedBy: HoldClosing;
      readonly at: Instant;
    }
  | {
      readonly kind: 'ExceedsHold';
      readonly holdId: HoldId;
      readonly required: Money;
      readonly available: Money;
    }
  | { readonly kind: 'HoldNotExpired'; readonly holdId: HoldId; readonly expiresAt: Instant }
  /** Zero, or negative where only staff's corrections may be. */
  | { readonly kind: 'AmountNotAllowed'; readonly amount: Money }
  | IdReused;

/** One kind of command, by its word. */
export type WalletWish<Type extends WalletCommand['type']> = Extract<WalletCommand, { type: Type }>;
