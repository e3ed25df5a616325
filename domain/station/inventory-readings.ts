import type { PowerBankSerial } from '../shared/ids.js';
import { type Instant, isBefore, plusSeconds } from '../shared/instant.js';
import type { RecordInventory, SlotReport } from './commands.js';
import type { StationAnomaly } from './events.js';
import { type Slot, type StationState, slotOfBank, totalSlots } from './state.js';

/** What a report proves about the content of a slot. */
export type SlotContent =
  | {
      readonly kind: 'bank';
      readonly powerBank: PowerBankSerial;
      readonly batteryPercent: number | null;
    }
  | { readonly kind: 'empty' }
  /** It says two things at once, or cannot tell: neither a return nor a departure. */
  | { readonly kind: 'unclear' };

export interface SlotReading {
  readonly slot: number;
  readonly content: SlotContent;
  /** The cabinet's own number of what is wrong with the slot; `null` when nothing is. */
  readonly fault: number | null;
}

export interface InventoryReadings {
  /** Slots about which this report proves something, in the order of the report. */
  readonly readings: readonly SlotReading[];
  /** All slots of the cabinet that are listed, whatever it says of them. */
  readonly listed: readonly number[];
  readonly oddities: readonly (StationAnomaly & { readonly slot: number })[];
}

/** Cabinets use this number to say that a slot holds nothing (cabinet protocol §3.3). */
const claimsNoBank = 0;

/** State `01` without a serial and state `00` with one contradict themselves (protocol §3.3). */
const contentOf = ({ empty, rawState, powerBank, batteryPercent }: SlotReport): SlotContent => {
  if (empty) return { kind: 'empty' };
  if (powerBank === null || rawState === claimsNoBank) return { kind: 'unclear' };
  return { kind: 'bank', powerBank, batteryPercent };
};

const readingOf = (report: SlotReport): SlotReading => {
  const content = contentOf(report);
  const isSound = content.kind === 'empty' || (content.kind === 'bank' && report.normal);
  return { slot: report.slot, content, fault: isSound ? null : report.rawState };
};

/** The first entry of each slot; oversized reports count their slots past 255 from 0 again. */
const firstOfEachSlot = (reports: readonly SlotReport[]): readonly SlotReport[] => {
  const first = new Map<number, SlotReport>();
  for (const report of reports) {
    if (report.slot >= 1 && !first.has(report.slot)) first.set(report.slot, report);
  }
  return [...first.values()];
};

/** Where each serial is believed when it is listed twice: where we see it, or the first one. */
const believedSlots = (
  state: StationState,
  readings: readonly SlotReading[],
): ReadonlyMap<PowerBankSerial, number> => {
  const believed = new Map<PowerBankSerial, number>();
  for (const { slot, content } of readings) {
    if (content.kind !== 'bank') continue;
    const isWhereWeSeeIt = slotOfBank(state, content.powerBank)?.slot === slot;
    if (isWhereWeSeeIt || !believed.has(content.powerBank)) believed.set(content.powerBank, slot);
  }
  return believed;
};

/**
 * Whether the report may be older than what we know of the slot: an upload taken before an eject
 * or a return can arrive after the word of it (cabinet protocol §12). A bank that was docked just
 * now can at least be confirmed where it is; after an eject even that proves nothing.
 */
const mayBeOutdated = (
  state: StationState,
  { slot, content }: SlotReading,
  { at, selfCheckSeconds }: RecordInventory,
): boolean => {
  const isJustNow = (since: Instant): boolean => isBefore(at, plusSeconds(since, selfCheckSeconds));
  const known = state.slots.get(slot);
  if (known !== undefined && known.ejectAt !== null && isJustNow(known.ejectAt)) return true;
  const listed = content.kind === 'bank' ? slotOfBank(state, content.powerBank) : undefined;
  if (listed !== undefined && listed.slot === slot) return false;
  const isDockedJustNow = (of: Slot | undefined): boolean =>
    of !== undefined && of.bank !== null && isJustNow(of.bank.dockedAt);
  // It contradicts a fresh docking: of another bank here, or of this bank in another slot.
  return content.kind !== 'unclear' && (isDockedJustNow(known) || isDockedJustNow(listed));
};

/** Reads an inventory: what it proves, and what about it staff should look at. */
export const readInventory = (
  state: StationState,
  inventory: RecordInventory,
): InventoryReadings => {
  const isReal = ({ slot }: SlotReport): boolean => slot <= totalSlots(state);
  const reports = firstOfEachSlot(inventory.slots);
  const real = reports.filter(isReal).map(readingOf);
  const believed = believedSlots(state, real);

  const oddities: (StationAnomaly & { readonly slot: number })[] = [];
  for (const { slot, powerBank } of reports) {
    // Phantom boards without serials are harmless and common (cabinet protocol §3.2).
    const isPhantom = slot > totalSlots(state) && powerBank !== null;
    if (isPhantom) oddities.push({ kind: 'phantom-slot', slot, powerBank });
  }
  const readings = real.map((reading): SlotReading => {
    const { slot, content } = reading;
    if (content.kind !== 'bank' || believed.get(content.powerBank) === slot) return reading;
    oddities.push({ kind: 'duplicate-serial', slot, powerBank: content.powerBank });
    return { ...reading, content: { kind: 'unclear' } };
  });
  return {
    readings: readings.filter((reading) => !mayBeOutdated(state, reading, inventory)),
    listed: real.map(({ slot }) => slot),
    oddities,
  };
};
