/** How a simulated cabinet tells that a bank was put into it (protocol §5, §10.3). */

import { COMMAND_CODES, type DecodedFrame } from '../../mqtt/family-a/decoded.js';
import { RETURN_ACCEPTED_STATE, RETURN_PENDING_STATE } from '../../mqtt/family-a/returns.js';
import { boardAddressOf, type SimulatedBank } from './slots.js';

/**
 * The roads of one return, used in any order and number: `mqtt` is the accepted `40`, `pending`
 * the `40` that announces a self-test, `selftest` the `28` after it.
 */
export type ReturnReport = 'mqtt' | 'pending' | 'selftest' | 'http' | 'upload';

export const USUAL_RETURN_REPORTS: readonly ReturnReport[] = ['mqtt', 'http'];

const AREA = 0;
const BANK_SOFT_VERSION = 25;
const BANK_HARD_VERSION = 22;
const BANK_TEMPERATURE_CELSIUS = 25;

/** A `40` with any return state of §5.3. */
export const returnFrame = (bank: SimulatedBank, slot: number, state: number): DecodedFrame => ({
  command: COMMAND_CODES.return,
  kind: 'return',
  boardAddress: boardAddressOf(slot),
  slot,
  area: AREA,
  sn: bank.serial,
  state,
  accepted: state === RETURN_ACCEPTED_STATE,
  softVersion: BANK_SOFT_VERSION,
  power: bank.power,
});

const selfTestFrame = (bank: SimulatedBank, slot: number): DecodedFrame => ({
  command: COMMAND_CODES.return_selftest,
  kind: 'return_selftest',
  boardAddress: boardAddressOf(slot),
  slot,
  state: RETURN_ACCEPTED_STATE,
  accepted: true,
  area: AREA,
  sn: bank.serial,
  power: bank.power,
  temperature: BANK_TEMPERATURE_CELSIUS,
  voltageTenths: 0,
  currentTenths: 0,
  softVersion: BANK_SOFT_VERSION,
  hardVersion: BANK_HARD_VERSION,
});

export interface ReturnRoads {
  readonly publish: (frame: DecodedFrame) => Promise<unknown>;
  readonly reportOverHttp: (serial: string, slot: number) => Promise<unknown>;
  readonly upload: () => Promise<unknown>;
}

/** Sends one report of a return and resolves when it has arrived or was lost. */
export const sendReturnReport = async (
  report: ReturnReport,
  place: { readonly bank: SimulatedBank; readonly slot: number },
  roads: ReturnRoads,
): Promise<void> => {
  const { bank, slot } = place;
  switch (report) {
    case 'mqtt':
      await roads.publish(returnFrame(bank, slot, RETURN_ACCEPTED_STATE));
      return;
    case 'pending':
      await roads.publish(returnFrame(bank, slot, RETURN_PENDING_STATE));
      return;
    case 'selftest':
      await roads.publish(selfTestFrame(bank, slot));
      return;
    case 'http':
      await roads.reportOverHttp(bank.serial, slot);
      return;
    case 'upload':
      await roads.upload();
      return;
  }
};
