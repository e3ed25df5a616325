/** Ed25519 keys of log seals: made, read from PEM, and given to auditors as PEM. */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { SealKeyId } from '../domain/seal/index.js';
import { brandOrThrow } from '../domain/shared/brand.js';
import type { SealSigner, SealVerifier } from '../ports/seal-keys.js';
import { deriveKey } from './cryptography.js';

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');

const keyType = 'ed25519';
const keyIdDigits = 16;
/** PKCS #8 of an Ed25519 key up to the 32 bytes of its seed (RFC 8410 §7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

const keyIdOf = (publicKey: KeyObject): SealKeyId =>
  brandOrThrow(SealKeyId, hash('sha256', spkiOf(publicKey), 'hex').slice(0, keyIdDigits));

const isEd25519 = (key: KeyObject): boolean => key.asymmetricKeyType === keyType;

/** Both halves of a key: what signs seals, and what is given away. */
export interface SealKey extends SealSigner {
  /** The public half, behind a line that names it; `readPublicKeys` reads it. */
  readonly publicPem: string;
}

const sealKeyOf = (privateKey: KeyObject): SealKey => {
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  return {
    keyId,
    sign: (message) => sign(null, message, privateKey),
    publicPem: `Key ${keyId}\n${publicKey.export({ type: 'spki', format: 'pem' }).toString()}`,
  };
};

const privateKeyIn = (text: string): KeyObject =>
  text.includes('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });

/**
 * `null` unless the text is an Ed25519 private key (PKCS #8), in PEM or only the one line that is
 * between the outer lines of a PEM.
 */
export const readSealKey = (text: string): SealKey | null => {
  try {
    const key = privateKeyIn(text);
    return isEd25519(key) ? sealKeyOf(key) : null;
  } catch {
    return null;
  }
};

/** The key that always follows from the same secret, for whoever brings none. */
export const derivedSealKey = (secret: string): SealKey => {
  const seed = deriveKey(secret, 'signatures of seals');
  const der = Buffer.concat([pkcs8Head, seed]);
  return sealKeyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
};

export interface MadeSealKey {
  readonly privatePem: string;
  readonly key: SealKey;
}

export const makeSealKey = (): MadeSealKey => {
  const { privateKey } = generateKeyPairSync(keyType);
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privatePem, key: sealKeyOf(privateKey) };
};

const publicBlock = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g;

/**
 * Verifies with all public keys in a text: PEM blocks, one behind the other, with whatever between
 * them. `null` when there is none, or one is no Ed25519 key. Names are computed, never believed.
 */
export const readPublicKeys = (text: string): SealVerifier | null => {
  const keys = new Map<SealKeyId, KeyObject>();
  for (const [pem] of text.matchAll(publicBlock)) {
    const key = publicKeyIn(pem);
    if (key === null) return null;
    keys.set(keyIdOf(key), key);
  }
  if (keys.size === 0) return null;
  return {
    verify: (keyId, message, signature) => {
      const key = keys.get(keyId);
      if (key === undefined) return 'unknown-key';
      return verify(null, message, key, signature) ? 'valid' : 'invalid';
    },
  };
};

const publicKeyIn = (pem: string): KeyObject | null => {
  try {
    const key = createPublicKey(pem);
    return isEd25519(key) ? key : null;
  } catch {
    return null;
  }
};
