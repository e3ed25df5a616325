/** Which keys sign the seals of a log, and which ones are believed. */

import { readFile } from 'node:fs/promises';
import {
  derivedSealKey,
  readPublicKeys,
  readSealKey,
  type SealKey,
} from '../adapters/seal-keys.js';
import { Bug } from '../domain/shared/assert.js';
import type { SealVerifier } from '../ports/seal-keys.js';
import { OperatorError } from './cli/operator-error.js';
import type { Config } from './config/index.js';
import { findSecret, madeSecret } from './config/made-secret.js';

/** Secret in the data folder that a key follows from, where none is configured. */
const secretName = 'seals';

const configuredKey = (text: string): SealKey => {
  const key = readSealKey(text);
  if (key === null) throw new Bug('the configuration lets a wrong key of seals through');
  return key;
};

type SealConfig = Pick<Config, 'sealKey' | 'sealPublicKeys' | 'dataDir'>;

/** The configured key, or the one that follows from a secret in the data folder. */
export const sealKeyIn = async ({ sealKey, dataDir }: SealConfig): Promise<SealKey> =>
  sealKey === null ? derivedSealKey(await madeSecret(dataDir, secretName)) : configuredKey(sealKey);

/** The same, but none is made where there is none. */
const existingSealKey = async ({ sealKey, dataDir }: SealConfig): Promise<SealKey | null> => {
  if (sealKey !== null) return configuredKey(sealKey);
  const secret = await findSecret(dataDir, secretName);
  return secret === null ? null : derivedSealKey(secret);
};

/** Public keys of this installation, the present one and those before, for auditors. */
export const publicKeysIn = async (config: SealConfig): Promise<string> => {
  const key = await existingSealKey(config);
  return [key?.publicPem, config.sealPublicKeys].flatMap((pem) => pem ?? []).join('\n');
};

const believesNobody: SealVerifier = { verify: () => 'unknown-key' };

/**
 * Reads public keys that somebody brings, in a file.
 *
 * @throws OperatorError when the file cannot be read or holds none.
 */
export const publicKeysFrom = async (path: string): Promise<SealVerifier> => {
  const keys = readPublicKeys(await readFile(path, 'utf8'));
  if (keys !== null) return keys;
  throw new OperatorError([`${path}: holds no Ed25519 public key in PEM`]);
};

/**
 * Who is believed: the keys in a file that an auditor brings, else those of this installation.
 *
 * @throws OperatorError when the file cannot be read or holds none.
 */
export const believedKeys = async (
  config: SealConfig,
  path: string | undefined,
): Promise<SealVerifier> => {
  if (path !== undefined) return publicKeysFrom(path);
  return readPublicKeys(await publicKeysIn(config)) ?? believesNobody;
};
