/** Commands to a family-A cabinet: JSON objects whose values are all strings (§8). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Bit } from './decoded.js';

/**
 * When an eject was asked for and how long it may take effect. Tested hardware carried out stale
 * ejects all the same, so this is a courtesy and never a safeguard (§9).
 */
export interface EjectValidity {
  readonly issuedAtSeconds: number;
  readonly ttlSeconds: number;
}

/** Everything the makers document; the members are named after what they mean. */
export type FamilyACommand =
  | { readonly cmd: 'check' }
  | { readonly cmd: 'check_all' }
  | { readonly cmd: 'upload_all' }
  | { readonly cmd: 'popup_sn'; readonly sn: string; readonly validity: EjectValidity | null }
  | {
      readonly cmd: 'popup';
      readonly slot: number;
      readonly port: Bit;
      readonly validity: EjectValidity | null;
    }
  | { readonly cmd: 'reboot' }
  | { readonly cmd: 'push_version_publish' }
  | { readonly cmd: 'push_version_apk' }
  | { readonly cmd: 'check_log' }
  | { readonly cmd: 'open'; readonly seconds: number }
  | { readonly cmd: 'close' }
  | { readonly cmd: 'load_ad' }
  | { readonly cmd: 'getWifi' }
  | { readonly cmd: 'setWifi'; readonly ssid: string; readonly password: string }
  | { readonly cmd: 'setMode'; readonly mode: 'wifi' | '4g' }
  | { readonly cmd: 'volume'; readonly percent: number };

/** Members of a command as they travel. */
export type CommandMembers = Readonly<Record<string, string>> & { readonly cmd: string };

const validityMembers = (validity: EjectValidity | null): Readonly<Record<string, string>> =>
  validity === null
    ? {}
    : { timestamp: String(validity.issuedAtSeconds), ttl: String(validity.ttlSeconds) };

const membersOf = (command: FamilyACommand): CommandMembers => {
  switch (command.cmd) {
    case 'popup_sn':
      return { cmd: command.cmd, data: command.sn, ...validityMembers(command.validity) };
    case 'popup':
      return {
        cmd: command.cmd,
        data: String(command.slot),
        io: String(command.port),
        ...validityMembers(command.validity),
      };
    case 'open':
      return { cmd: command.cmd, data: String(command.seconds) };
    case 'setWifi':
      return { cmd: command.cmd, username: command.ssid, password: command.password };
    case 'setMode':
      return { cmd: command.cmd, data: command.mode };
    case 'volume':
      return { cmd: command.cmd, data: String(command.percent) };
    case 'check':
    case 'check_all':
    case 'upload_all':
    case 'reboot':
    case 'push_version_publish':
    case 'push_version_apk':
    case 'check_log':
    case 'close':
    case 'load_ad':
    case 'getWifi':
      return { cmd: command.cmd };
  }
};

/**
 * The payload for `…/user/get`, compact JSON.
 *
 * Never log it: `setWifi` carries the shop's network password. `describeCommand` is for logs.
 */
export const encodeCommand = (command: FamilyACommand): string =>
  JSON.stringify(membersOf(command));

/** What may be logged about a command: its payload without the credentials of a network. */
export const describeCommand = (command: FamilyACommand): CommandMembers =>
  command.cmd === 'setWifi' ? { cmd: command.cmd } : membersOf(command);

const Members = t.record(t.string, t.string);

/** The payload is not a JSON object of strings with a `cmd`. */
export type CommandError = 'bad_command';

/** Reads a command as a cabinet does; names it does not know are left for it to ignore. */
export const parseCommand = (payload: string): E.Either<CommandError, CommandMembers> => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(payload),
    (): CommandError => 'bad_command',
  );
  if (E.isLeft(parsed)) return parsed;
  if (!Members.is(parsed.right)) return E.left('bad_command');
  const { cmd, ...others } = parsed.right;
  return cmd === undefined ? E.left('bad_command') : E.right({ ...others, cmd });
};
