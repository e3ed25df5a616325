import type { PowerBankSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { DataOf, ReportChannel } from './events.js';
import { type LastReturn, type Slot, type StationState, slotOfBank } from './state.js';

const firstShown = (slot: number, at: Instant): Slot => ({
  slot,
  bank: null,
  fault: null,
  inMaintenance: false,
  seenAt: at,
  ejectAt: null,
  doubt: null,
  lastReturn: null,
  sightWantedBy: [],
});

/** Changes one slot; a fact about a slot that was never shown makes it known. */
export const withSlot = (
  state: StationState,
  of: { readonly slot: number; readonly at: Instant },
  change: (slot: Slot) => Partial<Slot>,
): StationState => {
  const slot = state.slots.get(of.slot) ?? firstShown(of.slot, of.at);
  return { ...state, slots: new Map(state.slots).set(of.slot, { ...slot, ...change(slot) }) };
};

/** The same when the slot is known, and nothing otherwise. */
const withKnownSlot = (
  state: StationState,
  of: { readonly slot: number; readonly at: Instant },
  change: (slot: Slot) => Partial<Slot>,
): StationState => (state.slots.has(of.slot) ? withSlot(state, of, change) : state);

/** Something else is in the slot now, so what was odd about it may be odd once more. */
const withFreshEyes = (state: StationState, slot: number): StationState => {
  if (!state.raised.has(slot)) return state;
  const raised = new Map(state.raised);
  raised.delete(slot);
  return { ...state, raised };
};

export const firstSynced = (
  state: StationState,
  { slots, at }: DataOf<'StationFirstSynced'>,
): StationState =>
  slots.reduce<StationState>(
    (known, slot) => withSlot(known, { slot, at }, () => ({ seenAt: at })),
    { ...state, firstSyncedAt: at },
  );

export const docked = (state: StationState, data: DataOf<'PowerBankDocked'>): StationState => {
  const { powerBank, batteryPercent, channel, at } = data;
  // What the first inventory shows was there before us. Nobody has just returned it, so the next
  // report of this bank is no echo, however soon it comes.
  const isFirstSight = channel === 'inventory' && state.firstSyncedAt === at;
  const lastReturn = { powerBank, at, heard: new Map([[channel, at]]) };
  return withFreshEyes(
    withSlot(state, data, () => ({
      bank: { powerBank, batteryPercent, dockedAt: at, outOfService: false },
      seenAt: at,
      doubt: null,
      lastReturn: isFirstSight ? null : lastReturn,
    })),
    data.slot,
  );
};

export const departed = (state: StationState, data: DataOf<'PowerBankDeparted'>): StationState =>
  withFreshEyes(
    withKnownSlot(state, data, (slot) => ({
      bank: null,
      doubt: null,
      // Only an ejection leaves a return behind that may still be echoed. A bank that vanished
      // and is told again is there again, whatever was told before.
      lastReturn: null,
      ejectAt: data.why === 'ejected-late' ? data.at : slot.ejectAt,
    })),
    data.slot,
  );

/** The slot side of an ejection: empty now, and a late upload may still list the bank. */
export const emptiedByEject = (
  state: StationState,
  data: DataOf<'PowerBankEjected'>,
): StationState =>
  withFreshEyes(
    withKnownSlot(state, data, () => ({
      bank: null,
      doubt: null,
      ejectAt: data.at,
      seenAt: data.at,
    })),
    data.slot,
  );

const heardAgain = (
  last: LastReturn,
  heard: { readonly channel: ReportChannel; readonly at: Instant },
): LastReturn => ({ ...last, heard: new Map(last.heard).set(heard.channel, heard.at) });

export const echoed = (state: StationState, data: DataOf<'ReturnEchoed'>): StationState =>
  withKnownSlot(state, data, (slot) => ({
    lastReturn: slot.lastReturn === null ? null : heardAgain(slot.lastReturn, data),
    seenAt: slot.bank?.powerBank === data.powerBank ? data.at : slot.seenAt,
  }));

export const chargesChanged = (
  state: StationState,
  { levels, at }: DataOf<'BatteryLevelsChanged'>,
): StationState =>
  levels.reduce<StationState>(
    (changed, { slot, powerBank, batteryPercent }) =>
      withKnownSlot(changed, { slot, at }, ({ bank }) =>
        bank?.powerBank === powerBank ? { bank: { ...bank, batteryPercent }, seenAt: at } : {},
      ),
    state,
  );

export const faultReported = (
  state: StationState,
  data: DataOf<'SlotFaultReported'>,
): StationState => withSlot(state, data, () => ({ fault: data.rawState, seenAt: data.at }));

export const faultCleared = (state: StationState, data: DataOf<'SlotFaultCleared'>): StationState =>
  withKnownSlot(state, data, () => ({ fault: null, seenAt: data.at }));

export const slotMaintenance = (
  state: StationState,
  data: DataOf<'SlotMaintenanceEnded'>,
  inMaintenance: boolean,
): StationState => withKnownSlot(state, data, () => ({ inMaintenance }));

export const serviceMarked = (
  state: StationState,
  mark: {
    readonly powerBank: PowerBankSerial;
    readonly at: Instant;
    readonly outOfService: boolean;
  },
): StationState => {
  const found = slotOfBank(state, mark.powerBank);
  if (found === undefined) return state;
  return withSlot(state, { slot: found.slot, at: mark.at }, ({ bank }) => ({
    bank: bank === null ? null : { ...bank, outOfService: mark.outOfService },
  }));
};

export const sightRequested = (
  state: StationState,
  data: DataOf<'SlotSightRequested'>,
): StationState =>
  withKnownSlot(state, data, ({ sightWantedBy }) => ({
    sightWantedBy: [...sightWantedBy, data.rentalId],
  }));

export const sighted = (state: StationState, data: DataOf<'SlotSighted'>): StationState =>
  withSlot(state, data, () => ({ seenAt: data.at, doubt: null, sightWantedBy: [] }));
