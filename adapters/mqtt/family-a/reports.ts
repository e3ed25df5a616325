/** From decoded family-A frames to the reports the rest of the system understands. */

import type {
  BankReturnedReport,
  CabinetReport,
  CabinetUplink,
  EjectOutcome,
  ReportedSlot,
  SlotState,
} from '../../../ports/cabinet-driver.js';
import type {
  DecodedFrame,
  DecodedInventory,
  DecodedReturn,
  DecodedReturnSelfTest,
  DecodedSlot,
  EjectOutcome as WireOutcome,
} from './decoded.js';
import { RETURN_PENDING_STATE } from './returns.js';

/** Slot states of §3.3; 7 and everything above 0A are reserved. */
const SLOT_STATES: ReadonlyMap<number, SlotState> = new Map([
  [0x00, 'empty'],
  [0x01, 'normal'],
  [0x02, 'chargingFault'],
  [0x03, 'bankSilent'],
  [0x04, 'jammed'],
  [0x05, 'forcedOpen'],
  [0x06, 'lockFault'],
  [0x08, 'antiTheftFailed'],
  [0x09, 'shortCircuit'],
  [0x0a, 'returnFailed'],
]);

const OUTCOMES: Readonly<Record<WireOutcome, EjectOutcome>> = {
  ejected: 'ejected',
  not_ejected: 'notEjected',
  uncertain: 'uncertain',
};

/** Signal values up to this one are strengths; 99 says that there is no network (§6). */
const SIGNAL_STRENGTH_MAX = 31;

const reportSlot = (board: number, slot: DecodedSlot): ReportedSlot => ({
  board,
  slot: slot.slot,
  state: SLOT_STATES.get(slot.state) ?? 'unknown',
  rawState: slot.state,
  bankSerial: slot.sn,
  batteryPercent: slot.power,
  temperatureCelsius: slot.temperature,
  chargingVoltageTenths: slot.voltageTenths,
  chargingCurrentTenths: slot.currentTenths,
  usable: slot.rentable,
  somethingInside: slot.microSwitch === 0,
});

/**
 * Uploads and answers to `check_all` list everything; an answer to `check` may be only the five
 * fullest banks on older firmware, and an inventory nobody asked for may be either (§3.5).
 */
const isWhole = ({ channel, openQuery }: CabinetUplink): boolean =>
  channel === 'upload' || openQuery === 'checkAll';

const reportInventory = (inventory: DecodedInventory, uplink: CabinetUplink): CabinetReport => ({
  kind: 'inventory',
  whole: isWhole(uplink),
  slots: inventory.boards.flatMap((board, position) =>
    board.slots.map((slot) => reportSlot(position, slot)),
  ),
});

const reportReturn = (report: DecodedReturn | DecodedReturnSelfTest): BankReturnedReport => ({
  kind: 'bankReturned',
  bankSerial: report.sn,
  slot: report.slot,
  accepted: report.accepted,
  settled: report.state !== RETURN_PENDING_STATE,
  batteryPercent: report.power,
  channel: report.kind === 'return' ? 'live' : 'selfTest',
  rawState: report.state,
});

/** The report of one decoded frame. */
export const reportOf = (decoded: DecodedFrame, uplink: CabinetUplink): CabinetReport => {
  switch (decoded.kind) {
    case 'inventory':
      return reportInventory(decoded, uplink);
    case 'popup_sn':
      return {
        kind: 'ejectResult',
        bankSerial: decoded.sn,
        // The address byte is a slot in one document and a board in the other (§4.1).
        slot: null,
        outcome: OUTCOMES[decoded.outcome],
        rawState: decoded.state,
      };
    case 'popup_slot':
      return {
        kind: 'ejectResult',
        bankSerial: null,
        slot: decoded.slot,
        outcome: OUTCOMES[decoded.outcome],
        rawState: decoded.state,
      };
    case 'return':
    case 'return_selftest':
      return reportReturn(decoded);
    case 'heartbeat': {
      const { csq } = decoded;
      const known = csq !== null && csq <= SIGNAL_STRENGTH_MAX;
      return { kind: 'heartbeat', signalStrength: known ? csq : null };
    }
    case 'wifi_list':
      return { kind: 'wifiNetworks', networkNames: decoded.ssids };
  }
};
