/** What is wrong with settings that are fine each for itself. */

import type { Config } from './index.js';
import { settings } from './settings.js';

type Key = keyof Config;

/** Half of an account, or of a provider, is none. */
const togetherOrNeither: readonly (readonly [Key, Key])[] = [
  ['mqttUsername', 'mqttPassword'],
  ['smsToken', 'smsSender'],
  ['smtpHost', 'smtpFrom'],
  ['smtpUsername', 'smtpPassword'],
  ['applePrivateKey', 'appleTeamId'],
  ['applePrivateKey', 'appleKeyId'],
];

/** The first does nothing without the second. */
const needs: readonly (readonly [Key, Key])[] = [
  ['googleClientSecret', 'googleClientIds'],
  ['googleClientSecret', 'publicUrl'],
  ['applePrivateKey', 'appleClientIds'],
  ['applePrivateKey', 'publicUrl'],
  ['socialReturnUrls', 'publicUrl'],
];

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null;

const faultsOfNeeds = (config: Config): readonly string[] =>
  needs
    .filter(([one, other]) => isSet(config[one]) && !isSet(config[other]))
    .map(([one, other]) => `${settings[one].name}: does nothing without ${settings[other].name}`);

const faultsOfPairs = (config: Config): readonly string[] =>
  togetherOrNeither
    .filter(([one, other]) => (config[one] === null) !== (config[other] === null))
    .map(([one, other]) => {
      const { name } = settings[one];
      return `${name}: is set together with ${settings[other].name}, or neither is`;
    });

/** @returns a line for each contradiction. */
export const contradictionsIn = (config: Config): readonly string[] => {
  const { httpWaitSecondsMax, httpRequestSeconds, smtpSecurity, smtpPassword } = config;
  const faults: string[] = [];
  if (httpWaitSecondsMax >= httpRequestSeconds) {
    const { name } = settings.httpWaitSecondsMax;
    faults.push(`${name}: must be less than ${settings.httpRequestSeconds.name}`);
  }
  faults.push(...faultsOfPairs(config), ...faultsOfNeeds(config));
  if (smtpSecurity === 'none' && smtpPassword !== null) {
    const { name } = settings.smtpSecurity;
    faults.push(`${name}: must not be none when there is a password to be sent`);
  }
  if (config.roles.length === 0) faults.push(`${settings.roles.name}: must name at least one role`);
  return faults;
};
