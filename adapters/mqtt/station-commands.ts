/** What a report of a cabinet asks of its station. */

import type { Settings } from '../../domain/settings/index.js';
import { type PowerBankSerial, PowerBankSerial as Serial } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type {
  PresenceTrigger,
  RecordReport,
  RecordReturn,
  SlotReport,
} from '../../domain/station/index.js';
import type {
  BankReturnedReport,
  CabinetReport,
  EjectOutcome,
  EjectResultReport,
  InventoryReport,
  ReportedSlot,
  ReturnChannel,
} from '../../ports/cabinet-driver.js';

interface Circumstances {
  /** When the message reached us; cabinets tell no time of their own (protocol §2). */
  readonly at: Instant;
  readonly settings: Settings;
}

const outcomes: Readonly<Record<EjectOutcome, 'ejected' | 'not_ejected' | 'uncertain'>> = {
  ejected: 'ejected',
  notEjected: 'not_ejected',
  uncertain: 'uncertain',
};

const channels: Readonly<Record<ReturnChannel, RecordReturn['channel']>> = {
  live: 'return',
  selfTest: 'return-selftest',
  http: 'return-http',
};

/** A serial that no family prints cannot be that of a bank of ours: it counts as not readable. */
const serialOf = (text: string | null): PowerBankSerial | null =>
  text !== null && Serial.is(text) ? text : null;

const slotReport = (slot: ReportedSlot): SlotReport => ({
  slot: slot.slot,
  rawState: slot.rawState,
  normal: slot.state === 'normal',
  empty: slot.state === 'empty' && slot.bankSerial === null,
  powerBank: serialOf(slot.bankSerial),
  batteryPercent: slot.batteryPercent,
});

const recordInventory = (
  { whole, slots }: InventoryReport,
  { at, settings }: Circumstances,
): RecordReport['report'] => ({
  type: 'RecordInventory',
  whole,
  slots: slots.map(slotReport),
  selfCheckSeconds: settings.ejectSelfCheckSeconds,
  echoWindowMinutes: settings.returnEchoWindowMinutes,
  at,
});

const recordAnswer = (
  result: EjectResultReport,
  { at }: Circumstances,
): RecordReport['report'] => ({
  type: 'RecordEjectAnswer',
  powerBank: serialOf(result.bankSerial),
  slot: result.slot,
  outcome: outcomes[result.outcome],
  rawState: result.rawState,
  at,
});

const recordReturn = (
  report: BankReturnedReport,
  { at, settings }: Circumstances,
): RecordReport['report'] => ({
  type: 'RecordReturn',
  slot: report.slot,
  powerBank: serialOf(report.bankSerial),
  accepted: report.accepted,
  rawState: report.rawState,
  batteryPercent: report.batteryPercent,
  channel: channels[report.channel],
  echoWindowMinutes: settings.returnEchoWindowMinutes,
  at,
});

/** `null` for reports that say nothing of slots, and for returns that a second report decides. */
export const stationCommandOf = (
  report: CabinetReport,
  circumstances: Circumstances,
): RecordReport['report'] | null => {
  switch (report.kind) {
    case 'inventory':
      return recordInventory(report, circumstances);
    case 'ejectResult':
      return recordAnswer(report, circumstances);
    case 'bankReturned':
      return report.settled ? recordReturn(report, circumstances) : null;
    case 'heartbeat':
    case 'wifiNetworks':
      return null;
  }
};

/** How a report shows that its cabinet is there (rules 2.4). */
export const triggerOf = ({ kind }: CabinetReport): PresenceTrigger =>
  kind === 'heartbeat' ? 'HEARTBEAT' : 'SYNC';
