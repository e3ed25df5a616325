import * as t from 'io-ts';
import { type Brand, branded } from '../shared/brand.js';
import { nullable, oneOf } from '../shared/codecs.js';
import { type EventOf, event, type Upcaster } from '../shared/events.js';
import { EntryId, HoldId, RentalId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';

/** Where credited money comes from. */
export const CreditSource = oneOf('CreditSource', ['TOPUP', 'REFUND', 'STAFF', 'DEMO']);
export type CreditSource = t.TypeOf<typeof CreditSource>;

/** A payment service, by the word that names its account in the books. */
export const GatewayName = branded('GatewayName', /^[a-z][a-z0-9-]{0,31}$/);
export type GatewayName = Brand<'GatewayName'>;

/** How a gateway names one payment, as it stands in the gateway's own statement. */
export const GatewayReference = branded(
  'GatewayReference',
  /^[A-Za-z0-9][A-Za-z0-9._~:/+=-]{0,199}$/,
);
export type GatewayReference = Brand<'GatewayReference'>;

/** The payment at a gateway that a credit stands for. */
export const GatewayPayment = t.strict({ name: GatewayName, reference: GatewayReference });
export type GatewayPayment = t.TypeOf<typeof GatewayPayment>;

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

/** Version 1 knew of no gateway. */
const withoutGateway: Upcaster = (data) =>
  typeof data === 'object' && data !== null ? { ...data, gateway: null } : data;

export const walletEvents = {
  /** Money came in; `creditId` makes a repeated credit recognisable. */
  FundsCredited: event(
    t.strict({
      creditId: EntryId,
      amount: Money,
      source: CreditSource,
      /** Of a TOPUP that came through a gateway; else null. */
      gateway: nullable(GatewayPayment),
      rentalId: nullable(RentalId),
      at: Instant,
    }),
    [withoutGateway],
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
