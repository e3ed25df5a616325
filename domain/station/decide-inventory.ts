import * as E from 'fp-ts/lib/Either.js';
import type { RecordInventory } from './commands.js';
import { append, type Decision, type Draft, startDraft } from './decision.js';
import {
  anomaly,
  departureOf,
  ejectionFor,
  lateDepartureOf,
  moveAway,
  refusalOf,
} from './endings.js';
import type { StationEvent } from './events.js';
import {
  type InventoryReadings,
  readInventory,
  type SlotContent,
  type SlotReading,
} from './inventory-readings.js';
import { alreadyRaised } from './raised.js';
import { echoOf, readReturn } from './return-memory.js';
import { sightOf } from './sights.js';
import { isUnsettled, type StationState } from './state.js';

/**
 * An inventory, turned into what it changes. It is a comparison of two pictures, in steps whose
 * order matters (STA-3, P-083):
 *
 * 1. undecided ejects are settled, so that a bank that came out and is back counts as both;
 * 2. banks that appeared are docked, which makes them returns;
 * 3. only then are banks taken off the picture that are not shown any more;
 * 4. then charges and faults, which change no place; sights that are waited for; oddities.
 *
 * Each step judges the state that the steps before it left. A slot that is not listed is never
 * touched, so a report without slots erases nothing (P-084).
 */
interface Reading {
  readonly inventory: RecordInventory;
  readonly readings: readonly SlotReading[];
}

type SlotStep = (state: StationState, reading: SlotReading) => readonly StationEvent[];

const forEachReading = (draft: Draft, { readings }: Reading, step: SlotStep): Draft =>
  readings.reduce((done, reading) => append(done, step(done.state, reading)), draft);

const isBankListed = (content: SlotContent, powerBank: string): boolean =>
  content.kind === 'bank' && content.powerBank === powerBank;

/** Whether the picture shows what the report lists; an echo of a return leaves them different. */
const showsTheSame = (state: StationState, { slot, content }: SlotReading): boolean => {
  const seen = state.slots.get(slot)?.bank?.powerBank ?? null;
  if (content.kind === 'unclear') return true;
  return content.kind === 'empty' ? seen === null : seen === content.powerBank;
};

const firstSync = (
  draft: Draft,
  { inventory }: Reading,
  listed: InventoryReadings['listed'],
): Draft => {
  if (draft.state.firstSyncedAt !== null || !inventory.whole || listed.length === 0) return draft;
  const slots = [...listed].sort((left, right) => left - right);
  return append(draft, [{ type: 'StationFirstSynced', data: { slots, at: inventory.at } }]);
};

/**
 * Cabinet protocol §11. An empty slot proves the ejection, also before the answer came; a sound
 * slot with the bank in it disproves it only when nothing is running any more.
 */
const settleEjects = (draft: Draft, { inventory: { at }, readings }: Reading): Draft => {
  let settled = draft;
  for (const order of draft.state.openEjects.values()) {
    if (!isUnsettled(order)) continue;
    const reading = readings.find(({ slot }) => slot === order.slot);
    if (reading === undefined || reading.content.kind === 'unclear') continue;
    const { powerBank } = order;
    if (!isBankListed(reading.content, powerBank)) {
      const proof = { powerBank, evidence: 'inventory', at } as const;
      settled = append(settled, [ejectionFor(settled.state, order, proof)]);
    } else if (order.stage === 'uncertain' && reading.fault === null) {
      const why = { reason: 'still-in-slot', rawState: null, at } as const;
      settled = append(settled, refusalOf(settled.state, order, why));
    }
  }
  return settled;
};

/** A bank that appeared: a return, a delivery, or the echo of a return that was counted. */
const dockBank = (
  draft: Draft,
  { slot, content, fault }: SlotReading,
  { at, echoWindowMinutes }: RecordInventory,
): Draft => {
  if (content.kind !== 'bank') return draft;
  const { powerBank, batteryPercent } = content;
  const channel = 'inventory';
  const seen = draft.state.slots.get(slot);
  const occupant = seen?.bank?.powerBank;
  const reading = readReturn(seen, { powerBank, channel, at }, echoWindowMinutes);
  if (reading === 'echo') return append(draft, [echoOf(slot, { powerBank, channel, at })]);
  if (occupant === powerBank || reading === 'repeat') return draft;

  const away = append(draft, moveAway(draft.state, powerBank, { evidence: 'inventory', at }));
  const freed =
    occupant === undefined
      ? away
      : append(away, departureOf(away.state, { slot, powerBank: occupant, why: 'replaced', at }));
  const usable = fault === null && batteryPercent !== null;
  const data = { slot, powerBank, batteryPercent, usable, channel, at } as const;
  return append(freed, [{ type: 'PowerBankDocked', data }]);
};

const dockBanks = (draft: Draft, { inventory, readings }: Reading): Draft =>
  readings.reduce((done, reading) => dockBank(done, reading, inventory), draft);

/** A slot is listed empty in which we see a bank, and no order of ours is on its way to it. */
const missBanks = (draft: Draft, reading: Reading): Draft =>
  forEachReading(draft, reading, (state, { slot, content }) => {
    const seen = state.slots.get(slot);
    const powerBank = seen?.bank?.powerBank;
    if (seen === undefined || powerBank === undefined || content.kind !== 'empty') return [];
    const { at } = reading.inventory;
    if (seen.doubt !== null) {
      return lateDepartureOf(state, { ejectId: seen.doubt, powerBank }, { slot, at });
    }
    return [
      ...departureOf(state, { slot, powerBank, why: 'missing', at }),
      anomaly({ kind: 'bank-missing', slot, powerBank }, at),
    ];
  });

const changeCharges = (draft: Draft, { inventory: { at }, readings }: Reading): Draft => {
  const levels = readings.flatMap(({ slot, content }) => {
    const seen = draft.state.slots.get(slot)?.bank ?? null;
    if (content.kind !== 'bank' || seen === null) return [];
    const { powerBank, batteryPercent } = content;
    const isNews = seen.powerBank === powerBank && seen.batteryPercent !== batteryPercent;
    return isNews ? [{ slot, powerBank, batteryPercent }] : [];
  });
  if (levels.length === 0) return draft;
  return append(draft, [{ type: 'BatteryLevelsChanged', data: { levels, at } }]);
};

const changeFaults = (draft: Draft, reading: Reading): Draft =>
  forEachReading(draft, reading, (state, slotReading) => {
    const { slot, fault } = slotReading;
    const { at } = reading.inventory;
    const known = state.slots.get(slot)?.fault ?? null;
    if (fault === known || !showsTheSame(state, slotReading)) return [];
    return fault === null
      ? [{ type: 'SlotFaultCleared', data: { slot, at } }]
      : [{ type: 'SlotFaultReported', data: { slot, rawState: fault, at } }];
  });

const noteSights = (draft: Draft, reading: Reading): Draft =>
  forEachReading(draft, reading, (state, slotReading) => {
    const isProof = slotReading.content.kind !== 'unclear' && showsTheSame(state, slotReading);
    return isProof ? sightOf(state, slotReading.slot, reading.inventory.at) : [];
  });

const raiseOddities = (
  draft: Draft,
  { inventory: { at } }: Reading,
  oddities: InventoryReadings['oddities'],
): Draft =>
  append(
    draft,
    oddities
      .filter((odd) => alreadyRaised(draft.state, odd) === null)
      .map((odd) => anomaly(odd, at)),
  );

/** A cabinet lists its slots. Only what changed becomes an event; an unchanged report is quiet. */
export const decideInventory = (inventory: RecordInventory, state: StationState): Decision => {
  const { readings, listed, oddities } = readInventory(state, inventory);
  const reading: Reading = { inventory, readings };
  const synced = firstSync(startDraft(state), reading, listed);
  const steps = [settleEjects, dockBanks, missBanks, changeCharges, changeFaults, noteSights];
  const judged = steps.reduce((draft, step) => step(draft, reading), synced);
  return E.right(raiseOddities(judged, reading, oddities).events);
};
