import type {
  EjectId,
  PaymentId,
  PowerBankSerial,
  RentalId,
  StationSerial,
  SwapId,
} from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Money } from '../shared/money.js';
import type { StoredWords } from '../shared/words.js';
import type {
  CancellationCause,
  ExtensionOffer,
  PutBackWish,
  SlotSight,
  SwapReason,
} from './events.js';
import type { PaymentSplit, RentalRequest } from './request.js';

/** Every wish carries the moment at which it is made; nothing in `domain/` reads a clock. */
interface Wish<Type extends string> {
  readonly type: Type;
  readonly at: Instant;
}

/** A power bank in (or just out of) a slot, with its charge where the cabinet told it. */
interface PowerBankInSlot {
  readonly powerBank: PowerBankSerial;
  readonly slot: number;
  readonly batteryPercent: number | null;
}

/** The renter's stream has claimed the user's one rental; this opens it. */
export interface OpenRental extends Wish<'OpenRental'> {
  readonly rentalId: RentalId;
  readonly request: RentalRequest;
}

/** The station has reserved this bank: for the start, or for the swap that is open. */
export interface AssignPowerBank extends Wish<'AssignPowerBank'>, PowerBankInSlot {}

/**
 * Fixes how an amount will be paid, before anything is held. The amount is never given: it is the
 * price, or what is owed at `at` (DUE-2), and the split must pay exactly that. Extensions and
 * cancellation fees plan their own payments.
 */
export interface PlanPayment extends Wish<'PlanPayment'> {
  readonly paymentId: PaymentId;
  readonly purpose: 'RENTAL' | 'DUE';
  readonly split: PaymentSplit;
}

/** Both parts of the split are held. */
export interface RecordPaymentSecured extends Wish<'RecordPaymentSecured'> {
  readonly paymentId: PaymentId;
}

/** A hold was refused, and whatever was held for the payment has been released. */
export interface RecordPaymentDeclined extends Wish<'RecordPaymentDeclined'> {
  readonly paymentId: PaymentId;
  readonly shortfall: Money;
}

export interface RecordPaymentCaptured extends Wish<'RecordPaymentCaptured'> {
  readonly paymentId: PaymentId;
}

/** Order the assigned bank out for the start, or for the open swap; never twice (START-13). */
export interface RequestEject extends Wish<'RequestEject'> {
  readonly ejectId: EjectId;
}

export interface RecordEjectUndecided extends Wish<'RecordEjectUndecided'> {
  readonly ejectId: EjectId;
}

/** The cabinet confirmed that this bank is out, whichever was ordered (START-12, START-14). */
export interface StartRental extends Wish<'StartRental'>, PowerBankInSlot {}

/** The start came to nothing; `code` is the refusal word for the renter. */
export interface FailStart extends Wish<'FailStart'> {
  readonly cause: Exclude<CancellationCause, 'user'>;
  readonly code: string;
}

/**
 * The renter gives up (CAN-1 to CAN-7). `sight` is the station's own latest look at the slot that
 * holds the bank, or `null`. `feePaymentId` names the payment of a fee that only the wallet can
 * pay (CAN-6); it is used in no other case.
 */
export interface CancelRental extends Wish<'CancelRental'> {
  readonly reason: StoredWords | null;
  readonly sight: SlotSight | null;
  readonly feePaymentId: PaymentId;
}

/** The refund of a cancellation has reached points and wallet. */
export type RecordRefundPaid = Wish<'RecordRefundPaid'>;

export interface RequestExtension extends Wish<'RequestExtension'> {
  readonly paymentId: PaymentId;
  readonly offer: ExtensionOffer;
  readonly split: PaymentSplit;
}

/** The timers of `timersOf` fired. */
export type MarkReminderDue = Wish<'MarkReminderDue'>;
export type MarkOverdue = Wish<'MarkOverdue'>;
export type AbandonRental = Wish<'AbandonRental'>;

/**
 * The renter will put the bank back at the pickup station until then, in order to cancel or swap
 * (CAN-2, SWAP-1): announced, because an unannounced return ends the rental.
 */
export interface AwaitPutBack extends Wish<'AwaitPutBack'> {
  readonly wish: PutBackWish;
  readonly until: Instant;
}

/** Nothing came of the put-back in time: it was a return. */
export type CompletePutBack = Wish<'CompletePutBack'>;

export interface RequestSwap extends Wish<'RequestSwap'> {
  readonly swapId: SwapId;
  readonly sight: SlotSight | null;
  /** The bank that the user wants instead, or `null` for the fullest one. */
  readonly requestedPowerBank: PowerBankSerial | null;
  readonly reason: SwapReason;
  readonly description: StoredWords | null;
  /** Completed swaps of this user at this station today (SWAP-2). */
  readonly swapsToday: number;
  /** Rentable banks of the station now, the one just put back not counted. */
  readonly rentablePowerBanks: number;
}

/** Names the bank really out, whichever was ordered (P-080). */
export interface CompleteSwap extends Wish<'CompleteSwap'>, PowerBankInSlot {
  readonly swapId: SwapId;
}

export interface FailSwap extends Wish<'FailSwap'> {
  readonly swapId: SwapId;
  readonly code: string;
}

/** A cabinet shows the bank in a slot; `at` is when it came back, also in a late report (RET-1). */
export interface ReturnPowerBank extends Wish<'ReturnPowerBank'>, PowerBankInSlot {
  readonly station: StationSerial;
}

/** Staff end a rental at an amount of their own (ABN-3); who it was is in the event's metadata. */
export interface ForceComplete extends Wish<'ForceComplete'> {
  readonly amount: Money;
  readonly note: StoredWords;
}

/** What is owed could not be collected in full: it stands as a due (RET-4). */
export type OpenDue = Wish<'OpenDue'>;

export interface RecordLostPowerBankFound extends Wish<'RecordLostPowerBankFound'> {
  readonly station: StationSerial;
  readonly slot: number;
}

export type RentalCommand =
  | OpenRental
  | AssignPowerBank
  | PlanPayment
  | RecordPaymentSecured
  | RecordPaymentDeclined
  | RecordPaymentCaptured
  | RequestEject
  | RecordEjectUndecided
  | StartRental
  | FailStart
  | CancelRental
  | RecordRefundPaid
  | RequestExtension
  | MarkReminderDue
  | MarkOverdue
  | AbandonRental
  | AwaitPutBack
  | CompletePutBack
  | RequestSwap
  | CompleteSwap
  | FailSwap
  | ReturnPowerBank
  | ForceComplete
  | OpenDue
  | RecordLostPowerBankFound;
