import * as E from 'fp-ts/lib/Either.js';
import {
  createBlindIndex,
  createPersonalData,
  type MasterKeys,
  masterKeysOf,
  type PostgresPersonalData,
} from '../adapters/personal-data/index.js';
import { type KeyMismatch, registerKeys } from '../adapters/personal-data/registration.js';
import type { BlindIndex } from '../ports/personal-data.js';
import { OperatorError } from './cli/operator-error.js';
import type { Parts } from './compose.js';
import type { Config } from './config/index.js';
import { settings } from './config/settings.js';
import type { Secrets } from './secrets.js';

/** The master keys that this instance was given. */
export const masterKeysIn = (secrets: Secrets): MasterKeys =>
  masterKeysOf({ current: secrets.dataMasterKey, previous: secrets.dataMasterKeyPrevious });

/** Seals and finds people under the secrets of this installation; close `personalData`. */
export const personalDataIn = ({
  secrets,
  database,
  clock,
  log,
}: Pick<Parts, 'secrets' | 'database' | 'clock' | 'log'>): {
  readonly personalData: PostgresPersonalData;
  readonly blindIndex: BlindIndex;
} => ({
  personalData: createPersonalData({ database, masterKeys: masterKeysIn(secrets), clock, log }),
  blindIndex: createBlindIndex(secrets.identifierKey),
});

/** Which secret it is that does not fit: a set one, or the one that was made here. */
const whatIs = (config: Config, key: 'dataMasterKey' | 'identifierKey'): string => {
  const { name } = settings[key];
  return config[key] === null
    ? `${name}: is not set, and the one in ${settings.dataDir.name} is not`
    : `${name}: is not`;
};

const describe = (mismatch: KeyMismatch, config: Config): string => {
  const { dataMasterKeyPrevious: previous } = settings;
  switch (mismatch.kind) {
    case 'master-key':
      return (
        `${whatIs(config, 'dataMasterKey')} the master key of this database, which is named ` +
        `${mismatch.masterKeyId}; to change it, keep that one as ${previous.name}`
      );
    case 'previous-master-key':
      return (
        `${previous.name}: a change of the master key has not come to its end; ` +
        `set the one that is named ${mismatch.masterKeyId} and run \`powerbank keys rotate\``
      );
    case 'identifier-key':
      return `${whatIs(config, 'identifierKey')} the one that people were registered with`;
  }
};

/** @throws OperatorError when the database was made with other keys than we were given. */
export const refuseOtherKeys = async ({
  config,
  secrets,
  database,
  clock,
}: Pick<Parts, 'config' | 'secrets' | 'database' | 'clock'>): Promise<void> => {
  const { identifierKey } = secrets;
  const configured = { masterKeys: masterKeysIn(secrets), identifierKey };
  const registered = await registerKeys(database, configured, clock.now());
  if (E.isLeft(registered)) throw new OperatorError([describe(registered.left, config)]);
};
