/** Family A behind the interface that every family of cabinets shares. */

import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type {
  CabinetCommand,
  CabinetDownlink,
  CabinetDriver,
  CabinetReport,
  CommandRefused,
} from '../../../ports/cabinet-driver.js';
import { describeCommand, encodeCommand, type FamilyACommand } from './commands.js';
import { decodeFrame } from './decode.js';
import { reportOf } from './reports.js';

const SERIAL_MAX = 0xffffffff;
const SLOT_MAX = 80;
const VOLUME_PERCENT_MAX = 100;
const NETWORK_NAME_BYTES_MAX = 32;
const NETWORK_PASSWORD_CHARACTERS_MAX = 63;

/** Waits of §11. Commands without an answer wait for none. */
const CHECK_TIMEOUT_MS = 10_000;
const EJECT_TIMEOUT_MS = 15_000;
const WIFI_SCAN_TIMEOUT_MS = 15_000;

/** A serial number as the cabinet prints it: no sign, no leading zeros, 32 bits, not 0. */
const isSerial = (text: string): boolean =>
  /^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= SERIAL_MAX;

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

const isNetworkName = (name: string): boolean =>
  isWithin(new TextEncoder().encode(name).length, 1, NETWORK_NAME_BYTES_MAX);

/** Which argument the cabinet would not understand; undefined when all are fine. */
const invalidArgument = (command: CabinetCommand): string | undefined => {
  switch (command.kind) {
    case 'ejectBySerial':
      return isSerial(command.bankSerial) ? undefined : 'bankSerial';
    case 'ejectBySlot':
      return isWithin(command.slot, 1, SLOT_MAX) ? undefined : 'slot';
    case 'wifiConnect':
      if (!isNetworkName(command.networkName)) return 'networkName';
      return command.password.length <= NETWORK_PASSWORD_CHARACTERS_MAX ? undefined : 'password';
    case 'setVolume':
      return isWithin(command.percent, 0, VOLUME_PERCENT_MAX) ? undefined : 'percent';
    case 'checkAll':
    case 'check':
    case 'uploadAll':
    case 'reboot':
    case 'wifiScan':
    case 'setNetworkMode':
    case 'loadAd':
      return undefined;
  }
};

const wireCommand = (command: CabinetCommand): FamilyACommand => {
  switch (command.kind) {
    case 'ejectBySerial':
      // The serial alone: the bank may have been moved since its slot was last reported.
      return { cmd: 'popup_sn', sn: command.bankSerial, validity: command.deadline };
    case 'ejectBySlot':
      return { cmd: 'popup', slot: command.slot, port: command.port, validity: command.deadline };
    case 'checkAll':
      return { cmd: 'check_all' };
    case 'check':
      return { cmd: 'check' };
    case 'uploadAll':
      return { cmd: 'upload_all' };
    case 'reboot':
      return { cmd: 'reboot' };
    case 'wifiScan':
      return { cmd: 'getWifi' };
    case 'wifiConnect':
      return { cmd: 'setWifi', ssid: command.networkName, password: command.password };
    case 'setVolume':
      return { cmd: 'volume', percent: command.percent };
    case 'setNetworkMode':
      return { cmd: 'setMode', mode: command.mode };
    case 'loadAd':
      return { cmd: 'load_ad' };
  }
};

interface Expectation {
  readonly answeredBy: CabinetReport['kind'] | null;
  readonly answerTimeoutMs: number;
}

const expectationOf = (kind: CabinetCommand['kind']): Expectation => {
  switch (kind) {
    case 'ejectBySerial':
    case 'ejectBySlot':
      return { answeredBy: 'ejectResult', answerTimeoutMs: EJECT_TIMEOUT_MS };
    case 'checkAll':
    case 'check':
      return { answeredBy: 'inventory', answerTimeoutMs: CHECK_TIMEOUT_MS };
    case 'wifiScan':
      return { answeredBy: 'wifiNetworks', answerTimeoutMs: WIFI_SCAN_TIMEOUT_MS };
    case 'uploadAll':
    case 'reboot':
    case 'wifiConnect':
    case 'setVolume':
    case 'setNetworkMode':
    case 'loadAd':
      return { answeredBy: null, answerTimeoutMs: 0 };
  }
};

const downlinkOf = (command: CabinetCommand): CabinetDownlink => {
  const wire = wireCommand(command);
  const ejects = command.kind === 'ejectBySerial' || command.kind === 'ejectBySlot';
  return {
    payload: new TextEncoder().encode(encodeCommand(wire)),
    // Ejects cannot be recalled: redelivery or a queue could hand out a second bank (§9).
    // A restart must not come back from a queue either, or the cabinet restarts for ever.
    delivery: ejects || command.kind === 'reboot' ? 'atMostOnce' : 'atLeastOnce',
    ...expectationOf(command.kind),
    logText: JSON.stringify(describeCommand(wire)),
  };
};

const encode = (command: CabinetCommand): E.Either<CommandRefused, CabinetDownlink> => {
  const argument = invalidArgument(command);
  return argument === undefined
    ? E.right(downlinkOf(command))
    : E.left({ kind: 'invalidArgument', argument });
};

/** Driver of family-A cabinets. */
export const familyADriver: CabinetDriver = {
  family: 'A',
  decode: (uplink) =>
    pipe(
      decodeFrame(uplink.bytes),
      E.mapLeft((reason) => ({ kind: 'unreadableUplink' as const, reason })),
      E.map((decoded) => reportOf(decoded, uplink)),
    ),
  encode,
};
