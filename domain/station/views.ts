import type { PowerBankSerial, RentalId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { reservationOfBank, type Slot, type StationState } from './state.js';

/** Rules 2.5. */
export type SlotCondition = 'AVAILABLE' | 'OCCUPIED' | 'MAINTENANCE' | 'ERROR';

/** One slot as the rest of the system sees it. */
export interface SlotView {
  readonly slot: number;
  readonly condition: SlotCondition;
  readonly powerBank: PowerBankSerial | null;
  readonly batteryPercent: number | null;
  /** The cabinet calls the slot sound and knows the charge of the bank in it. */
  readonly usable: boolean;
  readonly outOfService: boolean;
  readonly reservedBy: RentalId | null;
  /** When the log last knew that the cabinet showed this slot so. */
  readonly seenAt: Instant;
}

/** What staff say comes before what the cabinet says of itself, and that before the content. */
const conditionOf = ({ inMaintenance, fault, bank }: Slot): SlotCondition => {
  if (inMaintenance) return 'MAINTENANCE';
  if (fault !== null) return 'ERROR';
  return bank === null ? 'AVAILABLE' : 'OCCUPIED';
};

const viewOf = (state: StationState, slot: Slot): SlotView => {
  const { bank, fault, seenAt } = slot;
  const reservation = bank === null ? undefined : reservationOfBank(state, bank.powerBank);
  return {
    slot: slot.slot,
    condition: conditionOf(slot),
    powerBank: bank?.powerBank ?? null,
    batteryPercent: bank?.batteryPercent ?? null,
    usable: bank !== null && fault === null && bank.batteryPercent !== null,
    outOfService: bank?.outOfService ?? false,
    reservedBy: reservation?.rentalId ?? null,
    seenAt,
  };
};

/** Every slot that the cabinet has shown, by number. */
export const slotViews = (state: StationState): readonly SlotView[] =>
  [...state.slots.values()]
    .sort((left, right) => left.slot - right.slot)
    .map((slot) => viewOf(state, slot));

/** The slot that holds this bank, or `null` when none does. */
export const viewOfBank = (state: StationState, powerBank: PowerBankSerial): SlotView | null =>
  slotViews(state).find((view) => view.powerBank === powerBank) ?? null;
