import * as E from 'fp-ts/lib/Either.js';
import type { Available, RentalTerms } from '../../domain/pricing/index.js';
import {
  type PaymentChoice,
  type PowerBankUnavailable,
  payabilityOf,
  type StartFacts,
} from '../../domain/rental/index.js';
import type { RentalPackageState } from '../../domain/rental-package/index.js';
import { claimOf, type RenterState } from '../../domain/renter/index.js';
import type { Settings } from '../../domain/settings/index.js';
import type { PackageId, PowerBankSerial, StationSerial, UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { chooseBank, type StationRefusal, type StationState } from '../../domain/station/index.js';
import type { UserState } from '../../domain/user/index.js';
import type { Handlers } from '../handlers.js';
import { settingsNow } from '../operation.js';
import { balancesOf } from '../rental-process/common.js';
import { termsNow } from './terms.js';

/** What somebody asks for who wants to rent. */
export interface StartWish {
  readonly userId: UserId;
  readonly station: StationSerial;
  readonly packageId: PackageId | null;
  /** The bank that the user chose, or `null` for the fullest one (START-10). */
  readonly powerBank: PowerBankSerial | null;
  readonly payment: PaymentChoice;
  readonly at: Instant;
}

/** What a start is judged by, and what it would be agreed on. */
export interface StartReading {
  readonly facts: StartFacts;
  /** `null` when no package of that id is on offer. */
  readonly terms: RentalTerms | null;
}

/** Somebody who never registered may as little as an account that was closed (START-1). */
const userFacts = (user: UserState): StartFacts['user'] => ({
  status: user?.status ?? 'INACTIVE',
  isProfileComplete: user?.isProfileComplete ?? false,
  isKycApproved: user?.kyc === 'APPROVED',
});

const renterFacts = (renter: RenterState): StartFacts['renter'] => {
  const { currentRentalId: rentalId } = renter;
  const [due] = renter.dues;
  return {
    openRental:
      rentalId === null
        ? null
        : { rentalId, isOverdue: claimOf(renter, rentalId)?.status === 'overdue' },
    due: due === undefined ? null : { rentalId: due[0], owed: due[1] },
  };
};

const stationFacts = (
  station: StationState,
  wish: StartWish,
  minBatteryPercent: number,
): StartFacts['station'] => {
  const { registration, presence, maintenance } = station;
  // Hidden from customers until staff have completed it (rules 2.4).
  if (registration?.details.configured !== true) return null;
  const chosen = chooseBank(station, { requested: wish.powerBank, minBatteryPercent });
  const powerBank = E.mapLeft(unavailable(minBatteryPercent))(chosen);
  return { isOnline: presence === 'ONLINE', isInMaintenance: maintenance !== null, powerBank };
};

const unavailable =
  (minBatteryPercent: number) =>
  (refusal: StationRefusal): PowerBankUnavailable => {
    const { kind } = refusal;
    const isAboutBank =
      kind === 'PowerBankStationMismatch' || kind === 'RequestedPowerBankUnavailable';
    // A closed station is told before, by START-6.
    return isAboutBank ? refusal : { kind: 'NoPowerBankAvailable', minBatteryPercent };
  };

const packageFacts = (
  wish: StartWish,
  terms: RentalTerms | null,
  { settings, available }: { readonly settings: Settings; readonly available: Available },
): StartFacts['package'] => {
  const { packageId, payment: choice } = wish;
  if (packageId === null) return { kind: 'not-named' };
  if (terms === null) return { kind: 'not-offered', packageId };
  const topUpStep = settings.topUpSuggestionStep;
  return { kind: 'offered', payability: payabilityOf({ terms, choice, available, topUpStep }) };
};

const isOffered = (state: RentalPackageState): state is NonNullable<RentalPackageState> =>
  state?.isActive === true;

/** Terms of the wished package for this user at this station; `null` when it is not on offer. */
export const offeredTerms = async (
  handlers: Handlers,
  wish: Pick<StartWish, 'packageId' | 'at'> & {
    readonly userId: UserId;
    readonly station: StationSerial | null;
  },
): Promise<RentalTerms | null> => {
  if (wish.packageId === null) return null;
  const [{ state }, settings] = await Promise.all([
    handlers.rentalPackage.load(wish.packageId),
    settingsNow(handlers),
  ]);
  return isOffered(state) ? termsNow(handlers, state, { ...wish, settings }) : null;
};

/**
 * Reads from the log, never from a read model, whatever START-1 to START-9 judge. The preview
 * and the start read the same, so they cannot differ.
 */
export const readStart = async (handlers: Handlers, wish: StartWish): Promise<StartReading> => {
  const { userId, station } = wish;
  const [settings, user, renter, atStation, available, terms] = await Promise.all([
    settingsNow(handlers),
    handlers.user.load(userId),
    handlers.renter.load(userId),
    handlers.station.load(station),
    balancesOf({ handlers }, userId),
    offeredTerms(handlers, wish),
  ]);
  const facts: StartFacts = {
    user: userFacts(user.state),
    requires: {
      profileComplete: settings.needRentalsProfileComplete,
      kycVerified: settings.needRentalsKycVerified,
    },
    renter: renterFacts(renter.state),
    station: stationFacts(atStation.state, wish, settings.minRentalBatteryPercent),
    package: packageFacts(wish, terms, { settings, available }),
  };
  return { facts, terms };
};
