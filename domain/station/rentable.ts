import * as E from 'fp-ts/lib/Either.js';
import type { PowerBankSerial } from '../shared/ids.js';
import type { StationRefusal } from './refusals.js';
import {
  type DockedBank,
  openEjectOfBank,
  reservationOfBank,
  type Slot,
  type StationState,
  slotOfBank,
} from './state.js';

/** Why a bank that is there cannot be rented (START-10). */
export type Unrentable =
  | 'slot-in-maintenance'
  | 'slot-faulty'
  | 'slot-in-doubt'
  | 'out-of-service'
  | 'charge-unknown'
  | 'charge-too-low'
  | 'reserved'
  | 'being-ejected'
  | 'excluded';

export interface RentableBank {
  readonly powerBank: PowerBankSerial;
  readonly slot: number;
  readonly batteryPercent: number;
}

export interface RentingNeeds {
  readonly minBatteryPercent: number;
  /** Banks that must not be chosen, such as the one just put back for a swap. */
  readonly exclude?: readonly PowerBankSerial[];
}

/** START-10 for one bank that is there: what it would be rented as, or why it is not. */
const assess = (
  state: StationState,
  { slot, bank }: { readonly slot: Slot; readonly bank: DockedBank },
  { minBatteryPercent, exclude = [] }: RentingNeeds,
): E.Either<Unrentable, RentableBank> => {
  const { powerBank, batteryPercent, outOfService } = bank;
  if (slot.inMaintenance) return E.left('slot-in-maintenance');
  if (slot.fault !== null) return E.left('slot-faulty');
  if (slot.doubt !== null) return E.left('slot-in-doubt');
  if (outOfService) return E.left('out-of-service');
  if (batteryPercent === null) return E.left('charge-unknown');
  if (batteryPercent < minBatteryPercent) return E.left('charge-too-low');
  if (reservationOfBank(state, powerBank) !== undefined) return E.left('reserved');
  if (openEjectOfBank(state, powerBank) !== undefined) return E.left('being-ejected');
  if (exclude.includes(powerBank)) return E.left('excluded');
  return E.right({ powerBank, slot: slot.slot, batteryPercent });
};

/** Best first: highest charge, ties by lowest slot (START-10). */
const byChargeThenSlot = (left: RentableBank, right: RentableBank): number =>
  right.batteryPercent - left.batteryPercent || left.slot - right.slot;

/** Banks that could be reserved now, best first; whether the station is open is not asked. */
export const rentableBanks = (
  state: StationState,
  needs: RentingNeeds,
): readonly RentableBank[] => {
  const banks: RentableBank[] = [];
  for (const slot of state.slots.values()) {
    if (slot.bank === null) continue;
    const assessed = assess(state, { slot, bank: slot.bank }, needs);
    if (E.isRight(assessed)) banks.push(assessed.right);
  }
  return banks.sort(byChargeThenSlot);
};

/** START-6: whether the station rents at all, in the order in which refusals are told. */
export const openForRenting = (state: StationState): E.Either<StationRefusal, StationState> => {
  if (state.registration === null) return E.left({ kind: 'StationUnknown' });
  if (state.presence === 'OFFLINE') return E.left({ kind: 'StationOffline' });
  if (state.maintenance !== null) {
    return E.left({ kind: 'StationInMaintenance', reason: state.maintenance.reason });
  }
  return E.right(state);
};

const requestedBank = (
  state: StationState,
  powerBank: PowerBankSerial,
  needs: RentingNeeds,
): E.Either<StationRefusal, RentableBank> => {
  const slot = slotOfBank(state, powerBank);
  const bank = slot?.bank ?? null;
  if (slot === undefined || bank === null) {
    return E.left({ kind: 'PowerBankStationMismatch', powerBank });
  }
  return E.mapLeft(
    (because: Unrentable): StationRefusal => ({
      kind: 'RequestedPowerBankUnavailable',
      powerBank,
      because,
    }),
  )(assess(state, { slot, bank }, needs));
};

/**
 * The bank that a reservation would get now: the requested one, or the best. Pure, so that a
 * preview shows exactly what the reservation would decide.
 */
export const chooseBank = (
  state: StationState,
  wish: RentingNeeds & { readonly requested: PowerBankSerial | null },
): E.Either<StationRefusal, RentableBank> => {
  const open = openForRenting(state);
  if (E.isLeft(open)) return open;
  if (wish.requested !== null) return requestedBank(state, wish.requested, wish);
  const [best] = rentableBanks(state, wish);
  return best === undefined
    ? E.left({ kind: 'NoPowerBankAvailable', minBatteryPercent: wish.minBatteryPercent })
    : E.right(best);
};
