import * as E from 'fp-ts/lib/Either.js';
import type { PaymentModel } from '../pricing/terms.js';
import type { EjectId, PaymentId, PowerBankSerial, StationSerial, SwapId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Money } from '../shared/money.js';
import type { RentalEvent, RentalPaymentPurpose } from './events.js';
import type { PaymentSplit } from './request.js';
import type { RentalPaymentStatus, RentalStatus, RentalSwap } from './state.js';

/**
 * Every reason for which a rental says no, with the facts that its reader needs. Where clients
 * know a code word (rules 3.24), the kind is that word: `powerbank_not_returned` is
 * `PowerbankNotReturned`.
 */
export type RentalRefusal =
  | { readonly kind: 'RentalNotFound' }
  | { readonly kind: 'RentalNotStarted'; readonly status: RentalStatus }
  | {
      readonly kind: 'InvalidRentalStatus';
      readonly status: RentalStatus;
      readonly allowed: readonly RentalStatus[];
    }
  | { readonly kind: 'RentalOverdue'; readonly dueAt: Instant }
  /** A timer fired before its time, usually because an extension moved it. */
  | { readonly kind: 'TooEarly'; readonly notBefore: Instant }
  | PowerBankRefusal
  | PaymentRefusal
  | SwapRefusal
  | { readonly kind: 'MaxExtensionsReached'; readonly maxExtensions: number }
  | { readonly kind: 'ExtensionNotSupported'; readonly paymentModel: PaymentModel }
  | { readonly kind: 'CancellationInProgress' };

type PowerBankRefusal =
  | { readonly kind: 'PowerBankNotAssigned' }
  | { readonly kind: 'PowerBankAlreadyAssigned'; readonly assigned: PowerBankSerial }
  | { readonly kind: 'EjectAlreadyRequested'; readonly ejectId: EjectId }
  | { readonly kind: 'UnknownEject'; readonly ejectId: EjectId }
  /** The bank named is not the one that this rental answers for. */
  | {
      readonly kind: 'PowerbankMismatch';
      readonly expected: PowerBankSerial;
      readonly named: PowerBankSerial;
    }
  /** The bank is back already: cancel or swap right away, nothing has to be awaited. */
  | { readonly kind: 'PowerbankAlreadyPutBack'; readonly seenAt: Instant }
  /** No cabinet has seen the bank in a slot recently enough (CAN-2, P-011). */
  | {
      readonly kind: 'PowerbankNotReturned';
      readonly powerBank: PowerBankSerial;
      readonly lastSeenAt: Instant | null;
      readonly maxAgeSeconds: number;
    }
  /** The bank is seen, but not in a slot of the pickup station. */
  | {
      readonly kind: 'PowerbankNotInSlot';
      readonly station: StationSerial;
      readonly seenIn: StationSerial;
    }
  /** The slot named does not hold this rental's bank. */
  | {
      readonly kind: 'SlotNotOccupied';
      readonly slot: number;
      readonly expected: PowerBankSerial;
      readonly seen: PowerBankSerial;
    };

type PaymentRefusal =
  | { readonly kind: 'UnknownPayment'; readonly paymentId: PaymentId }
  | {
      readonly kind: 'InvalidPaymentStatus';
      readonly paymentId: PaymentId;
      readonly status: RentalPaymentStatus;
    }
  /** Another payment for the same thing is under way; two would charge it twice. */
  | {
      readonly kind: 'PaymentInProgress';
      readonly paymentId: PaymentId;
      readonly purpose: RentalPaymentPurpose;
    }
  | { readonly kind: 'PaymentNotSecured' }
  /** The split does not pay exactly the amount that the rental computed (DUE-2, PAY-5). */
  | {
      readonly kind: 'PaymentAmountMismatch';
      readonly required: Money;
      readonly split: PaymentSplit;
    }
  /** Nothing is paid at the start of a postpaid rental (PKG-3). */
  | { readonly kind: 'NothingToPayAtStart' }
  | { readonly kind: 'NoDueAmount' }
  | { readonly kind: 'AmountTooLow'; readonly minimum: Money }
  | { readonly kind: 'NoRefundOpen' };

type SwapRefusal =
  | { readonly kind: 'SwapInProgress'; readonly swapId: SwapId }
  | { readonly kind: 'UnknownSwap'; readonly swapId: SwapId }
  | {
      readonly kind: 'SwapClosed';
      readonly swapId: SwapId;
      readonly status: RentalSwap['status'];
    }
  | { readonly kind: 'SwapWindowExpired'; readonly closedAt: Instant }
  | {
      readonly kind: 'SwapLimitExceeded';
      readonly swapsToday: number;
      readonly rentablePowerBanks: number;
    }
  | { readonly kind: 'NoSwapPowerbankAvailable'; readonly requested: PowerBankSerial | null };

/** The answer to a wish: new facts (none when it is fulfilled already), or a refusal. */
export type Decision = E.Either<RentalRefusal, readonly RentalEvent[]>;

export const accept = (...events: readonly RentalEvent[]): Decision => E.right(events);
export const refuse = (refusal: RentalRefusal): Decision => E.left(refusal);

/** The wish is fulfilled already: a repeated command adds nothing. */
export const nothingNew: Decision = E.right([]);

export const refuseStatus = (status: RentalStatus, allowed: readonly RentalStatus[]): Decision =>
  refuse({ kind: 'InvalidRentalStatus', status, allowed });
