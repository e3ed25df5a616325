import type * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import type {
  EjectId,
  PaymentId,
  PowerBankSerial,
  RentalId,
  StationSerial,
  SwapId,
} from '../shared/ids.js';
import { type Instant, isAfter } from '../shared/instant.js';
import type { Money } from '../shared/money.js';
import type { StoredWords } from '../shared/words.js';
import type {
  CancellationCause,
  CompletionReason,
  ExtensionOffer,
  PutBackWish,
  RentalCharges,
  RentalPaymentPurpose,
  SlotSight,
  SwapReason,
} from './events.js';
import type { PaymentSplit, RentalRequest } from './request.js';

/**
 * Where a rental stands (rules 2.7).
 *
 * PENDING       → PENDING_POPUP  the payment is secured and the eject is ordered.
 * PENDING_POPUP → ACTIVE         the cabinet confirmed that a bank is out.
 * PENDING, PENDING_POPUP → CANCELLED  given up or failed; nothing is kept.
 * ACTIVE        → OVERDUE        the due time passed.
 * ACTIVE        → CANCELLED      given up, with the bank back in the pickup station.
 * ACTIVE, OVERDUE → COMPLETED    returned, abandoned or ended by staff.
 * PENDING, PENDING_POPUP → COMPLETED  only by staff (ABN-3).
 *
 * COMPLETED and CANCELLED are final; only money facts follow them.
 */
export const RentalStatus = oneOf('RentalStatus', [
  'PENDING',
  'PENDING_POPUP',
  'ACTIVE',
  'OVERDUE',
  'COMPLETED',
  'CANCELLED',
]);
export type RentalStatus = t.TypeOf<typeof RentalStatus>;

/**
 * `planned → secured → confirmed → captured`, or `declined` or `released`. A payment counts as
 * paid from `confirmed` on: then its capture is only a matter of time.
 */
export type RentalPaymentStatus =
  | 'planned'
  | 'secured'
  | 'declined'
  | 'confirmed'
  | 'captured'
  | 'released';

export interface RentalPayment {
  readonly paymentId: PaymentId;
  readonly purpose: RentalPaymentPurpose;
  readonly amount: Money;
  readonly split: PaymentSplit;
  readonly extension: ExtensionOffer | null;
  readonly status: RentalPaymentStatus;
  /** Holds were reported once, whatever became of them; a second report changes nothing. */
  readonly wasSecured: boolean;
}

export interface AssignedPowerBank {
  readonly powerBank: PowerBankSerial;
  readonly slot: number;
  readonly batteryPercent: number | null;
}

/** The order to the cabinet that is not settled yet. */
export interface OpenEject {
  readonly ejectId: EjectId;
  readonly swapId: SwapId | null;
  readonly isUndecided: boolean;
}

export interface CancellationRequest {
  readonly reason: StoredWords | null;
  readonly returned: SlotSight | null;
}

export interface RentalSwap {
  readonly swapId: SwapId;
  readonly status: 'open' | 'completed' | 'failed';
  readonly reason: SwapReason;
  /** Where the old bank was put back. */
  readonly returned: SlotSight;
}

/** The time during which a bank is with the renter. */
export interface RentalRun {
  /** The bank that came out first; swaps do not change it. */
  readonly startedWith: PowerBankSerial;
  /** The bank that the renter answers for now. */
  readonly powerBank: PowerBankSerial;
  readonly startBatteryPercent: number | null;
  readonly startedAt: Instant;
  readonly dueAt: Instant;
}

/** The renter has announced to put the bank back, and has until then. */
export interface AwaitedPutBack {
  readonly wish: PutBackWish;
  readonly until: Instant;
}

/**
 * The bank is back in the pickup station and the rental still runs: it becomes a cancellation, a
 * swap, or at `decideBy` the return that it would have been.
 */
export interface PutBack {
  readonly sight: SlotSight;
  readonly wish: PutBackWish | null;
  readonly decideBy: Instant;
}

export interface ReturnedPowerBank extends AssignedPowerBank {
  readonly station: StationSerial;
  readonly at: Instant;
}

export interface Completion {
  readonly reason: CompletionReason;
  readonly endedAt: Instant;
  readonly onTime: boolean;
  readonly charges: RentalCharges;
}

export interface Cancellation {
  readonly cause: CancellationCause;
  readonly fee: Money;
  readonly refund: PaymentSplit;
  readonly isRefundPaid: boolean;
}

export interface Rental {
  readonly rentalId: RentalId;
  readonly request: RentalRequest;
  readonly requestedAt: Instant;
  readonly status: RentalStatus;
  readonly payments: ReadonlyMap<PaymentId, RentalPayment>;
  /** The bank that the station keeps for the next eject: of the start, or of the open swap. */
  readonly assigned: AssignedPowerBank | null;
  readonly openEject: OpenEject | null;
  /** Every order ever made, so that a repeated wish never makes a second one. */
  readonly ejectIds: ReadonlySet<EjectId>;
  readonly cancellationRequest: CancellationRequest | null;
  readonly run: RentalRun | null;
  readonly extensions: readonly ExtensionOffer[];
  readonly swaps: ReadonlyMap<SwapId, RentalSwap>;
  readonly awaitedPutBack: AwaitedPutBack | null;
  readonly putBack: PutBack | null;
  /** The due time of which the renter was reminded; an extension makes a new one (P-015). */
  readonly remindedOf: Instant | null;
  readonly returned: ReturnedPowerBank | null;
  readonly completion: Completion | null;
  readonly cancellation: Cancellation | null;
  readonly isDueOpened: boolean;
  readonly isLostPowerBankFound: boolean;
}

/** `null` until the rental is opened. */
export type RentalState = Rental | null;

/** A rental whose bank came out: only then are there times and charges. */
export type StartedRental = Rental & { readonly run: RentalRun };

export const hasStarted = (rental: Rental): rental is StartedRental => rental.run !== null;

/** A return up to and including the due time is on time (RET-2). */
export const isPastDue = (run: RentalRun, at: Instant): boolean => isAfter(at, run.dueAt);

/** While the bank is put back its time stands still: it is not out, and may have been returned. */
export const chargedUntil = ({ putBack }: Pick<Rental, 'putBack'>, at: Instant): Instant =>
  putBack?.sight.at ?? at;

/**
 * The status as the clock says it: the timer that marks a rental overdue may be late, and what
 * depends on the due time must not depend on that.
 */
export const statusAt = (rental: Rental, at: Instant): RentalStatus =>
  rental.status === 'ACTIVE' &&
  rental.run !== null &&
  isPastDue(rental.run, chargedUntil(rental, at))
    ? 'OVERDUE'
    : rental.status;

/** Planned or secured: holds may stand for it, and it is neither taken nor given back. */
export const isOpenPayment = (payment: RentalPayment): boolean =>
  payment.status === 'planned' || payment.status === 'secured';

export const openPayments = (rental: Rental): readonly RentalPayment[] =>
  [...rental.payments.values()].filter(isOpenPayment);

/** Payments that are, or are certain to be, taken. */
export const takenPayments = (rental: Rental): readonly RentalPayment[] =>
  [...rental.payments.values()].filter(
    ({ status }) => status === 'confirmed' || status === 'captured',
  );

/** At most one swap is open at a time. */
export const openSwapOf = (rental: Rental): RentalSwap | null =>
  [...rental.swaps.values()].find(({ status }) => status === 'open') ?? null;
