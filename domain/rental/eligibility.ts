import * as E from 'fp-ts/lib/Either.js';
import {
  type Available,
  type PaymentBreakdown,
  type PaymentModel,
  type PaymentRefusal,
  planPayment,
  type RentalTerms,
  suggestedTopUp,
} from '../pricing/index.js';
import type { PackageId, PowerBankSerial, RentalId } from '../shared/ids.js';
import { isLess, type Money, subtract, zero } from '../shared/money.js';
import type { UserStatus } from '../user/events.js';
import { type PaymentChoice, type PaymentMode, type PaymentSplit, zeroSplit } from './request.js';

/** Why none of the station's banks is for this renter (START-8, START-10). */
export type PowerBankUnavailable =
  | { readonly kind: 'NoPowerBankAvailable'; readonly minBatteryPercent: number }
  | { readonly kind: 'PowerBankStationMismatch'; readonly powerBank: PowerBankSerial }
  | {
      readonly kind: 'RequestedPowerBankUnavailable';
      readonly powerBank: PowerBankSerial;
      readonly because: string;
    };

/** Why the renter's balances do not carry the start (START-9). */
export type NotPayable =
  | {
      readonly kind: 'PaymentRequired';
      /** The price, or the minimum balance of a postpaid package. */
      readonly required: Money;
      readonly shortfall: Money;
      readonly suggestedTopUp: Money;
      readonly breakdown: PaymentBreakdown;
    }
  | {
      readonly kind: 'PaymentModeNotSupported';
      readonly mode: PaymentMode;
      readonly paymentModel: PaymentModel;
    }
  | {
      readonly kind: 'InvalidWalletPointsSplit';
      readonly fault: Extract<PaymentRefusal, { kind: 'InvalidSplit' }>['fault'];
      readonly split: PaymentSplit;
      readonly available: Available;
    }
  | Extract<PaymentRefusal, { kind: 'SplitTotalMismatch' }>;

export type StartRefusal =
  | { readonly kind: 'UserInvalid'; readonly status: UserStatus }
  | { readonly kind: 'RentalPrerequisitesNotMet'; readonly missing: 'profile' | 'kyc' }
  | { readonly kind: 'ActiveRentalExists'; readonly rentalId: RentalId }
  | { readonly kind: 'OverdueRentalExists'; readonly rentalId: RentalId }
  | { readonly kind: 'UnpaidRentalExists'; readonly rentalId: RentalId; readonly owed: Money }
  | { readonly kind: 'StationNotFound' }
  | { readonly kind: 'StationOffline' }
  | { readonly kind: 'StationMaintenance' }
  | { readonly kind: 'PackageRequired' }
  | { readonly kind: 'PackageNotFound'; readonly packageId: PackageId }
  | PowerBankUnavailable
  | NotPayable;

/** What a start is judged by: all of it read before, nothing of it fetched here. */
export interface StartFacts {
  readonly user: {
    readonly status: UserStatus;
    readonly isProfileComplete: boolean;
    readonly isKycApproved: boolean;
  };
  /** Settings NEED_RENTALS_PROFILE_COMPLETE and NEED_RENTALS_KYC_VERIFIED. */
  readonly requires: { readonly profileComplete: boolean; readonly kycVerified: boolean };
  readonly renter: {
    readonly openRental: { readonly rentalId: RentalId; readonly isOverdue: boolean } | null;
    readonly due: { readonly rentalId: RentalId; readonly owed: Money } | null;
  };
  /** `null`: there is no such station, or it was deleted. */
  readonly station: {
    readonly isOnline: boolean;
    readonly isInMaintenance: boolean;
    readonly powerBank: E.Either<PowerBankUnavailable, unknown>;
  } | null;
  readonly package:
    | { readonly kind: 'not-named' }
    | { readonly kind: 'not-offered'; readonly packageId: PackageId }
    | { readonly kind: 'offered'; readonly payability: E.Either<NotPayable, unknown> };
}

type Check = (facts: StartFacts) => StartRefusal | null;

const leftOf = <L>(either: E.Either<L, unknown>): L | null =>
  E.isLeft(either) ? either.left : null;

const userIsActive: Check = ({ user }) =>
  user.status === 'ACTIVE' ? null : { kind: 'UserInvalid', status: user.status };

const profileIsComplete: Check = ({ user, requires }) =>
  requires.profileComplete && !user.isProfileComplete
    ? { kind: 'RentalPrerequisitesNotMet', missing: 'profile' }
    : null;

const kycIsApproved: Check = ({ user, requires }) =>
  requires.kycVerified && !user.isKycApproved
    ? { kind: 'RentalPrerequisitesNotMet', missing: 'kyc' }
    : null;

const noRentalIsOpen: Check = ({ renter: { openRental } }) =>
  openRental === null
    ? null
    : {
        kind: openRental.isOverdue ? 'OverdueRentalExists' : 'ActiveRentalExists',
        rentalId: openRental.rentalId,
      };

const nothingIsOwed: Check = ({ renter: { due } }) =>
  due === null ? null : { kind: 'UnpaidRentalExists', ...due };

const stationIsOpen: Check = ({ station }) => {
  if (station === null) return { kind: 'StationNotFound' };
  if (!station.isOnline) return { kind: 'StationOffline' };
  return station.isInMaintenance ? { kind: 'StationMaintenance' } : null;
};

const packageIsOffered: Check = ({ package: wanted }) => {
  switch (wanted.kind) {
    case 'not-named':
      return { kind: 'PackageRequired' };
    case 'not-offered':
      return { kind: 'PackageNotFound', packageId: wanted.packageId };
    case 'offered':
      return null;
  }
};

const powerBankIsThere: Check = ({ station }) =>
  station === null ? null : leftOf(station.powerBank);

const startIsPayable: Check = ({ package: wanted }) =>
  wanted.kind === 'offered' ? leftOf(wanted.payability) : null;

/** START-1 to START-9 in the order of the rules: the first that fails is the answer. */
const checks: readonly Check[] = [
  userIsActive,
  profileIsComplete,
  kycIsApproved,
  noRentalIsOpen,
  nothingIsOwed,
  stationIsOpen,
  packageIsOffered,
  powerBankIsThere,
  startIsPayable,
];

/**
 * Why this user cannot rent here and now, or `null`. The preview and the real start ask the same
 * function, so that the app never offers what the start then refuses.
 */
export const startRefusal = (facts: StartFacts): StartRefusal | null => {
  for (const check of checks) {
    const refusal = check(facts);
    if (refusal !== null) return refusal;
  }
  return null;
};

export interface PayabilityQuestion {
  readonly terms: RentalTerms;
  readonly choice: PaymentChoice;
  readonly available: Available;
  /** Setting TOPUP_SUGGESTION_STEP (PAY-7). */
  readonly topUpStep: Money;
}

type Payability = E.Either<NotPayable, PaymentSplit>;

const notPayable = (refusal: PaymentRefusal): NotPayable => {
  switch (refusal.kind) {
    case 'InsufficientFunds':
      return { ...refusal, kind: 'PaymentRequired' };
    case 'InvalidSplit':
      return { ...refusal, kind: 'InvalidWalletPointsSplit' };
    case 'SplitTotalMismatch':
      return refusal;
  }
};

/** PKG-3, P-024: nothing is taken at the start, but the wallet must hold the minimum. */
const postpaidPayability = (question: PayabilityQuestion): Payability => {
  const { terms, choice, available, topUpStep } = question;
  const { paymentModel, postpaidMinimumBalance: required } = terms;
  if (choice.mode !== 'wallet') {
    return E.left({ kind: 'PaymentModeNotSupported', mode: choice.mode, paymentModel });
  }
  const { wallet } = available;
  if (!isLess(wallet, required)) return E.right(zeroSplit);
  const shortfall = subtract(required, wallet);
  return E.left({
    kind: 'PaymentRequired',
    required,
    shortfall,
    suggestedTopUp: suggestedTopUp(shortfall, topUpStep),
    breakdown: { points: 0, pointsValue: zero, wallet },
  });
};

/** How the start is paid, or why it cannot be (START-9). */
export const payabilityOf = (question: PayabilityQuestion): Payability => {
  const { terms, choice, available, topUpStep } = question;
  if (terms.paymentModel === 'POSTPAID') return postpaidPayability(question);
  const { price: amount, pointsPerNpr } = terms;
  const plan = planPayment({ amount, choice, available, pointsPerNpr, topUpStep });
  return E.mapLeft(notPayable)(plan);
};
