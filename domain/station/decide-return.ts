import * as E from 'fp-ts/lib/Either.js';
import type { PowerBankSerial } from '../shared/ids.js';
import { isBefore, plusMinutes } from '../shared/instant.js';
import type { RecordReturn } from './commands.js';
import { append, type Decision, type Draft, startDraft } from './decision.js';
import { anomaly, moveAway } from './endings.js';
import type { StationAnomaly, StationEvent } from './events.js';
import { alreadyRaised } from './raised.js';
import { echoOf, readReturn } from './return-memory.js';
import { sightOf } from './sights.js';
import { type StationState, totalSlots } from './state.js';

/** An accepted return names its bank. */
type AcceptedReturn = RecordReturn & { readonly powerBank: PowerBankSerial };

const isAccepted = (report: RecordReturn): report is AcceptedReturn =>
  report.accepted && report.powerBank !== null;

/** The same oddity told again within the echo window is one thing for staff to look at. */
const raise = (
  state: StationState,
  found: StationAnomaly & { readonly slot: number },
  { at, echoWindowMinutes }: RecordReturn,
): readonly StationEvent[] => {
  const raised = alreadyRaised(state, found);
  const isEcho = raised !== null && !isBefore(plusMinutes(raised.at, echoWindowMinutes), at);
  return isEcho ? [] : [anomaly(found, at)];
};

/** The bank is where we see it already: at most, one more channel has told of its return. */
const confirm = (state: StationState, report: AcceptedReturn): readonly StationEvent[] => {
  const { slot, powerBank, batteryPercent, at, echoWindowMinutes } = report;
  const seen = state.slots.get(slot);
  if (readReturn(seen, report, echoWindowMinutes) !== 'echo') return [];
  const isChargeNews = batteryPercent !== null && batteryPercent !== seen?.bank?.batteryPercent;
  const levels = [{ slot, powerBank, batteryPercent }];
  return [
    echoOf(slot, report),
    ...(isChargeNews ? [{ type: 'BatteryLevelsChanged', data: { levels, at } } as const] : []),
  ];
};

const dock = (draft: Draft, report: AcceptedReturn): Draft => {
  const { slot, powerBank, batteryPercent, channel, at } = report;
  const away = append(draft, moveAway(draft.state, powerBank, { evidence: 'return', at }));
  const isSound = (away.state.slots.get(slot)?.fault ?? null) === null;
  const usable = isSound && batteryPercent !== null;
  const data = { slot, powerBank, batteryPercent, usable, channel, at };
  return append(away, [{ type: 'PowerBankDocked', data }]);
};

const acceptedReturn = (draft: Draft, report: AcceptedReturn): Draft => {
  const { slot, powerBank, echoWindowMinutes } = report;
  const { state } = draft;
  const seen = state.slots.get(slot);
  const occupant = seen?.bank?.powerBank;
  if (occupant === powerBank) return append(draft, confirm(state, report));

  const reading = readReturn(seen, report, echoWindowMinutes);
  if (reading === 'echo') return append(draft, [echoOf(slot, report)]);
  if (reading === 'repeat') return draft;
  if (occupant === undefined) return dock(draft, report);

  // RET-6, P-025: one of the two is wrong, and a look at the slots tells which. Until then the
  // picture stays as it is; the inventory that settles it counts as the return.
  const conflict = { kind: 'slot-conflict', slot, seen: occupant, reported: powerBank } as const;
  return append(draft, raise(state, conflict, report));
};

/**
 * A cabinet tells of a return. Only an accepted one counts; state `24` is no acceptance, its
 * `28` follows (cabinet protocol §5.2). Stations that are offline or in maintenance take banks
 * back like any other (STA-4).
 */
export const decideReturn = (report: RecordReturn, state: StationState): Decision => {
  const { slot, powerBank, rawState, at } = report;
  if (slot < 1) return E.left({ kind: 'SlotUnknown', slot });
  if (!isAccepted(report)) {
    const rejected = { kind: 'return-rejected', slot, powerBank, rawState } as const;
    return E.right(raise(state, rejected, report));
  }
  if (slot > totalSlots(state)) {
    // Once staff have corrected the slot count, the next inventory counts as the return.
    const phantom = { kind: 'phantom-slot', slot, powerBank: report.powerBank } as const;
    return E.right(raise(state, phantom, report));
  }
  const draft = acceptedReturn(startDraft(state), report);
  const docked = draft.state.slots.get(slot)?.bank ?? null;
  const isShown = docked?.powerBank === report.powerBank;
  return E.right(isShown ? append(draft, sightOf(draft.state, slot, at)).events : draft.events);
};
