import * as t from 'io-ts';
import { nullable, oneOf } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { EntryId, HoldId, RentalId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';

/** Where credited money comes from. */
export const CreditSource = oneOf('CreditSource', ['TOPUP', 'REFUND', 'STAFF', 'DEMO']);
export type CreditSource = t.TypeOf<typeof CreditSource>;

/** What money is held, captured or debited for. */
export const FundsPurpose = oneOf('FundsPurpose', [
  'RENTAL',
  'EXTENSION',
  'DUE',
  'CANCELLATION_FEE',
  'WITHDRAWAL',
  'ADVERTISEMENT',
  /** Money that somebody who left did not want back (AUTH-11). */
  'WAIVED',
]);
export type FundsPurpose = t.TypeOf<typeof FundsPurpose>;

/** How a hold ended: a capture took (the rest of) it, it was released, or it ran out of time. */
export const HoldClosing = oneOf('HoldClosing', ['capture', 'release', 'expiry']);
export type HoldClosing = t.TypeOf<typeof HoldClosing>;

export const walletEvents = {
  /** Money came in; `creditId` makes a repeated credit recognisable. */
  FundsCredited: event(
    t.strict({
      creditId: EntryId,
      amount: Money,
      source: CreditSource,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  /** Money leaves the spendable balance, but is not gone: it waits for capture or release. */
  FundsHeld: event(
    t.strict({
      holdId: HoldId,
      amount: Money,
      purpose: FundsPurpose,
      rentalId: nullable(RentalId),
      expiresAt: Instant,
      at: Instant,
    }),
  ),
  /** Held money is taken. `remaining` stays held; a hold with nothing remaining is closed. */
  FundsCaptured: event(
    t.strict({
      holdId: HoldId,
      captureId: EntryId,
      amount: Money,
      remaining: Money,
      purpose: FundsPurpose,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  /** The rest of a hold is spendable again, and the hold is closed. */
  FundsReleased: event(
    t.strict({ holdId: HoldId, amount: Money, closedBy: HoldClosing, at: Instant }),
  ),
  FundsDebited: event(
    t.strict({
      debitId: EntryId,
      amount: Money,
      purpose: FundsPurpose,
      rentalId: nullable(RentalId),
      at: Instant,
    }),
  ),
  /**
   * Staff corrected the balance (TOP-5). `amount` is signed: negative takes money away. The reason
   * is sealed, see `ports/user-data.ts`; those of the first events stand as they were typed.
   */
  WalletAdjusted: event(
    t.strict({ adjustmentId: EntryId, amount: Money, reason: t.string, at: Instant }),
  ),
} as const;

export type WalletEvent = EventOf<typeof walletEvents>;
