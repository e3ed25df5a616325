/** What a simulated cabinet does with each command of protocol §8. */

import * as E from 'fp-ts/lib/Either.js';
import type { Log } from '../../../ports/log.js';
import { type CommandMembers, parseCommand } from '../../mqtt/family-a/commands.js';
import { COMMAND_CODES, type DecodedFrame } from '../../mqtt/family-a/decoded.js';
import type { Ejector } from './ejector.js';
import type { SlotStore } from './slot-store.js';
import { fullestOf, inventoryOf } from './slots.js';

/** What commands change beside the slots. */
export interface CabinetSettings {
  /** Wi-Fi network the cabinet was told to join. */
  ssid: string | null;
  volumePercent: number;
  networkMode: string;
}

export interface CommandHandlerOptions {
  readonly store: SlotStore;
  readonly settings: CabinetSettings;
  readonly ejector: Ejector;
  /** Names `getWifi` finds. */
  readonly networkNames: readonly string[];
  /** Old firmware lists only the five fullest banks when asked to `check` (§3.5). */
  readonly checkReports: 'all' | 'fiveFullest';
  readonly publish: (frame: DecodedFrame) => Promise<unknown>;
  readonly upload: () => Promise<unknown>;
  readonly restart: () => void;
  readonly log: Log;
}

const SLOT_NUMBER = /^[0-9]{1,3}$/;

const ejectSlot = async (ejector: Ejector, data: string | undefined): Promise<void> => {
  if (data === undefined || !SLOT_NUMBER.test(data)) return;
  await ejector.eject({ kind: 'slot', slot: Number(data) });
};

const checkAnswer = ({ store, checkReports }: CommandHandlerOptions): DecodedFrame =>
  checkReports === 'all' ? inventoryOf(store.slots()) : fullestOf(store.slots());

const networkList = ({ networkNames }: CommandHandlerOptions): DecodedFrame => ({
  command: COMMAND_CODES.wifi_list,
  kind: 'wifi_list',
  ssids: networkNames,
});

const carryOut = async (
  { cmd, data, username }: CommandMembers,
  options: CommandHandlerOptions,
): Promise<void> => {
  const { store, settings, ejector, publish } = options;
  switch (cmd) {
    case 'check':
      await publish(checkAnswer(options));
      return;
    case 'check_all':
      await publish(inventoryOf(store.slots()));
      return;
    case 'upload_all':
      await options.upload();
      return;
    case 'popup_sn':
      if (data !== undefined) await ejector.eject({ kind: 'serial', serial: data });
      return;
    case 'popup':
      await ejectSlot(ejector, data);
      return;
    case 'getWifi':
      await publish(networkList(options));
      return;
    case 'setWifi':
      settings.ssid = username ?? null;
      return;
    case 'volume':
      if (data !== undefined) settings.volumePercent = Number(data);
      return;
    case 'setMode':
      settings.networkMode = data ?? settings.networkMode;
      return;
    case 'reboot':
      options.restart();
      return;
    default:
      return;
  }
};

/** Carries out one payload of the `get` topic; what it does not understand it ignores. */
export type HandleCommand = (payload: Uint8Array) => Promise<void>;

export const createCommandHandler =
  (options: CommandHandlerOptions): HandleCommand =>
  async (payload) => {
    const command = parseCommand(new TextDecoder().decode(payload));
    if (E.isLeft(command)) return;
    // The name only: the payload of setWifi holds a password.
    options.log.debug('simulated cabinet got a command', { cmd: command.right.cmd });
    await carryOut(command.right, options);
  };
