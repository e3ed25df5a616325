import * as t from 'io-ts';
import { NonNegativeInteger, nullable, oneOf, Percent, PositiveInteger } from '../shared/codecs.js';
import { type EventOf, event, type Upcaster } from '../shared/events.js';
import {
  EjectId,
  PackageId,
  PaymentId,
  PowerBankSerial,
  RentalId,
  StationSerial,
  SwapId,
} from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';
import { StoredWords, wordsTypedIn } from '../shared/words.js';
import { PaymentSplit, RentalRequest } from './request.js';

/** What one payment of a rental is for. */
export const RentalPaymentPurpose = oneOf('RentalPaymentPurpose', [
  'RENTAL',
  'EXTENSION',
  'DUE',
  'CANCELLATION_FEE',
]);
export type RentalPaymentPurpose = t.TypeOf<typeof RentalPaymentPurpose>;

export const CancellationCause = oneOf('CancellationCause', [
  'user',
  'no-power-bank',
  'payment-declined',
  'station-unavailable',
  'eject-refused',
  'eject-undecided',
]);
export type CancellationCause = t.TypeOf<typeof CancellationCause>;

/** Where a bank is, as a cabinet showed it. */
export const SlotSight = t.strict(
  {
    station: StationSerial,
    slot: PositiveInteger,
    powerBank: PowerBankSerial,
    batteryPercent: nullable(Percent),
    at: Instant,
  },
  'SlotSight',
);
export type SlotSight = t.TypeOf<typeof SlotSight>;

export const SwapReason = oneOf('SwapReason', ['LOW_BATTERY', 'DEFECTIVE', 'WRONG_CABLE', 'OTHER']);
export type SwapReason = t.TypeOf<typeof SwapReason>;

/** What the renter wants once the bank is back in the pickup station. */
export const PutBackWish = t.union([
  t.strict({
    kind: t.literal('cancel'),
    reason: nullable(StoredWords),
    feePaymentId: PaymentId,
  }),
  t.strict({
    kind: t.literal('swap'),
    swapId: SwapId,
    requestedPowerBank: nullable(PowerBankSerial),
    reason: SwapReason,
    description: nullable(StoredWords),
  }),
]);
export type PutBackWish = t.TypeOf<typeof PutBackWish>;

const cancelTyped = wordsTypedIn('reason', { name: 'wish', kind: 'cancel' });
const swapTyped = wordsTypedIn('description', { name: 'wish', kind: 'swap' });
/** One step, for a wish is one of the two. */
const wishTyped: Upcaster = (data) => swapTyped(cancelTyped(data));

export const CompletionReason = oneOf('CompletionReason', ['RETURNED', 'ABANDONED', 'FORCED']);
export type CompletionReason = t.TypeOf<typeof CompletionReason>;

/** Everything that a rental costs, each part once (RET-3, ABN-1); `total` is their sum. */
export const RentalCharges = t.strict(
  {
    /** Prepaid package price, or postpaid use. */
    use: Money,
    extensions: Money,
    lateFee: Money,
    overdueMinutes: NonNegativeInteger,
    penalty: Money,
    /** Set by staff on a forced completion, instead of what the rules would charge. */
    staffAmount: nullable(Money),
    total: Money,
  },
  'RentalCharges',
);
export type RentalCharges = t.TypeOf<typeof RentalCharges>;

export const ExtensionOffer = t.strict(
  { packageId: PackageId, packageName: t.string, minutes: PositiveInteger, price: Money },
  'ExtensionOffer',
);
export type ExtensionOffer = t.TypeOf<typeof ExtensionOffer>;

/**
 * The life of a rental, and the memory of the process that drives it.
 *
 * Each payment walks the same path, whatever it is for:
 * `PaymentPlanned → PaymentSecured → PaymentConfirmed → PaymentCaptured`,
 * or ends in `PaymentDeclined` (a hold was refused; nothing is held) or `PaymentReleased`.
 */
export const rentalEvents = {
  RentalRequested: event(t.strict({ rentalId: RentalId, request: RentalRequest, at: Instant })),
  PowerBankAssigned: event(
    t.strict({
      powerBank: PowerBankSerial,
      slot: PositiveInteger,
      batteryPercent: nullable(Percent),
      at: Instant,
    }),
  ),

  /** The split is fixed before anything is held, so that a repeated step holds the same. */
  PaymentPlanned: event(
    t.strict({
      paymentId: PaymentId,
      purpose: RentalPaymentPurpose,
      amount: Money,
      split: PaymentSplit,
      extension: nullable(ExtensionOffer),
      at: Instant,
    }),
  ),
  /** Points and money are held. */
  PaymentSecured: event(t.strict({ paymentId: PaymentId, at: Instant })),
  PaymentDeclined: event(t.strict({ paymentId: PaymentId, shortfall: Money, at: Instant })),
  /** The holds are to be captured; from here on the amount counts as paid. */
  PaymentConfirmed: event(t.strict({ paymentId: PaymentId, at: Instant })),
  PaymentReleased: event(t.strict({ paymentId: PaymentId, at: Instant })),
  PaymentCaptured: event(t.strict({ paymentId: PaymentId, at: Instant })),

  EjectRequested: event(
    t.strict({
      ejectId: EjectId,
      powerBank: PowerBankSerial,
      swapId: nullable(SwapId),
      at: Instant,
    }),
  ),
  /** The answer was missing or proved nothing; the rental waits for a look at the slot. */
  EjectLeftUndecided: event(t.strict({ ejectId: EjectId, at: Instant })),
  RentalStarted: event(
    t.strict({
      powerBank: PowerBankSerial,
      slot: PositiveInteger,
      batteryPercent: nullable(Percent),
      startedAt: Instant,
      dueAt: Instant,
    }),
  ),

  /**
   * The user gave up, and the outcome is still open: of the eject (CAN-1: cancelled unless the bank
   * is out), or of the fee that the wallet must pay first (CAN-6: then `returned` is the proof).
   */
  CancellationRequested: event(
    t.strict({ reason: nullable(StoredWords), returned: nullable(SlotSight), at: Instant }),
    [wordsTypedIn('reason')],
  ),
  /** Final. `fee` is what is kept; `refund` is what goes back of money already captured. */
  RentalCancelled: event(
    t.strict({
      cause: CancellationCause,
      /** Refusal word known to clients, such as `no_power_bank_available`. */
      code: nullable(t.string),
      /** The renter's, if any. */
      reason: nullable(StoredWords),
      fee: Money,
      refund: PaymentSplit,
      /** Where the bank was put back, for a cancellation of an ACTIVE rental (CAN-7). */
      returned: nullable(SlotSight),
      at: Instant,
    }),
    [wordsTypedIn('reason')],
  ),
  /** The refund of a cancellation has reached the points account and the wallet. */
  RefundPaid: event(t.strict({ refund: PaymentSplit, at: Instant })),

  ReminderDue: event(t.strict({ dueAt: Instant, at: Instant })),
  RentalBecameOverdue: event(t.strict({ at: Instant })),
  RentalExtended: event(
    t.strict({
      paymentId: PaymentId,
      offer: ExtensionOffer,
      previousDueAt: Instant,
      dueAt: Instant,
      at: Instant,
    }),
  ),

  /**
   * The renter announced to put the bank back, in order to cancel or to swap. Until then a bank
   * that comes back to the pickup station is put back; otherwise it would be a return, which ends
   * the rental at once (RET-1) and leaves nothing to cancel.
   */
  PutBackAwaited: event(t.strict({ wish: PutBackWish, until: Instant, at: Instant }), [wishTyped]),
  /** The bank is in a slot again, and the renter may still choose until `decideBy`. */
  PowerBankPutBack: event(
    t.strict({
      sight: SlotSight,
      wish: nullable(PutBackWish),
      decideBy: Instant,
      at: Instant,
    }),
    [wishTyped],
  ),
  SwapRequested: event(
    t.strict({
      swapId: SwapId,
      requestedPowerBank: nullable(PowerBankSerial),
      reason: SwapReason,
      description: nullable(StoredWords),
      /** Where the present bank was put back before the swap. */
      returned: SlotSight,
      at: Instant,
    }),
    [wordsTypedIn('description')],
  ),
  SwapCompleted: event(
    t.strict({
      swapId: SwapId,
      reason: SwapReason,
      oldPowerBank: PowerBankSerial,
      newPowerBank: PowerBankSerial,
      oldBatteryPercent: nullable(Percent),
      newBatteryPercent: nullable(Percent),
      slot: PositiveInteger,
      at: Instant,
    }),
  ),
  SwapFailed: event(t.strict({ swapId: SwapId, code: t.string, at: Instant })),

  /** The bank is back in a slot; money follows in the same append as `RentalCompleted`. */
  PowerBankReturned: event(
    t.strict({
      station: StationSerial,
      slot: PositiveInteger,
      powerBank: PowerBankSerial,
      batteryPercent: nullable(Percent),
      at: Instant,
    }),
  ),
  /** Final. The charges are fixed; `owed` is what is not yet paid of them. */
  RentalCompleted: event(
    t.strict({
      reason: CompletionReason,
      endedAt: Instant,
      onTime: t.boolean,
      charges: RentalCharges,
      paid: Money,
      owed: Money,
      /** Staff's words on a forced completion, sealed with the renter's key. */
      note: nullable(StoredWords),
      at: Instant,
    }),
    [wordsTypedIn('note')],
  ),
  /** Owed money could not be collected in full at once; it stands as a due that blocks (RET-4). */
  DueOpened: event(t.strict({ owed: Money, at: Instant })),
  DueSettled: event(t.strict({ paymentId: PaymentId, at: Instant })),
  LostPowerBankFound: event(
    t.strict({ station: StationSerial, slot: PositiveInteger, at: Instant }),
  ),
} as const;

export type RentalEvent = EventOf<typeof rentalEvents>;
