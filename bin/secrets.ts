import { deriveKey } from '../adapters/cryptography.js';
import type { SealKey } from '../adapters/seal-keys.js';
import type { Config } from './config/index.js';
import { madeSecret } from './config/made-secret.js';
import { sealKeyIn } from './seal-keys.js';

/** Secrets of one installation: the same on all of its instances. */
export interface Secrets {
  /** Signs access tokens. */
  readonly token: string;
  /** Keys the hashes by which repeated requests are recognised. */
  readonly fingerprint: string;
  /** The passwords of all cabinets are derived from it. */
  readonly cabinetMasterKey: string;
  /** Seals what waits in the database for a cabinet; 32 bytes. */
  readonly cabinetSeal: Uint8Array;
  /** Keys the hashes of sign-in codes. */
  readonly otpPepper: string;
  /** Makes the tags of refresh tokens; 32 bytes. */
  readonly refreshTags: Uint8Array;
  /** Wraps the keys of personal data; the previous one while it is being changed. */
  readonly dataMasterKey: string;
  readonly dataMasterKeyPrevious: string | null;
  /** Keys the index by which people are found. */
  readonly identifierKey: string;
  /** Signs the seals of the log. */
  readonly seal: SealKey;
  /** Our own account at the broker. */
  readonly broker: { readonly username: string; readonly password: string };
}

/** The account that `deploy/mosquitto/acl` names, unless another one is configured. */
const usualBrokerUser = 'backend';

/** What is configured; the rest is made on the first start and kept in the data folder. */
export const readSecrets = async (config: Config): Promise<Secrets> => {
  const { dataDir } = config;
  const [token, cabinetMasterKey, password, otpPepper, dataMasterKey, identifierKey] =
    await Promise.all([
      config.tokenSecret ?? madeSecret(dataDir, 'token'),
      config.cabinetMasterKey ?? madeSecret(dataDir, 'cabinets'),
      config.mqttPassword ?? madeSecret(dataDir, 'broker'),
      config.otpPepper ?? madeSecret(dataDir, 'otp-pepper'),
      config.dataMasterKey ?? madeSecret(dataDir, 'personal-data'),
      config.identifierKey ?? madeSecret(dataDir, 'identifiers'),
    ]);
  return {
    token,
    fingerprint: Buffer.from(deriveKey(token, 'request fingerprints')).toString('base64url'),
    cabinetMasterKey,
    cabinetSeal: deriveKey(cabinetMasterKey, 'sealed cabinet secrets'),
    otpPepper,
    refreshTags: deriveKey(token, 'tags of refresh tokens'),
    dataMasterKey,
    dataMasterKeyPrevious: config.dataMasterKeyPrevious,
    identifierKey,
    seal: await sealKeyIn(config),
    broker: { username: config.mqttUsername ?? usualBrokerUser, password },
  };
};
