/** The symmetric cryptography of the program: which algorithms, and which lengths. */

import {
  type CipherKey,
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import * as O from 'fp-ts/lib/Option.js';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;
/** How much longer a text is once it is sealed. */
export const sealOverheadBytes = nonceBytes + tagBytes;

/** A key for one purpose: who learns it learns nothing about the secret, or about other keys. */
export const deriveKey = (secret: string, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `powerbank ${purpose}`, keyBytes));

export interface Sealing {
  /** 32 bytes. */
  readonly key: CipherKey;
  /** Authenticated with the text, so that what is sealed for one place opens in no other. */
  readonly context: string;
}

/** Nonce, tag and ciphertext of AES-256-GCM, in this order. */
export const sealBytes = (plain: Uint8Array, { key, context }: Sealing): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(context, 'utf8'));
  const text = Buffer.concat([sealing.update(plain), sealing.final()]);
  return Buffer.concat([nonce, sealing.getAuthTag(), text]);
};

/** None when it was sealed with another key or for another context, or was tampered with. */
export const openBytes = (sealed: Uint8Array, { key, context }: Sealing): O.Option<Buffer> => {
  if (sealed.length < sealOverheadBytes) return O.none;
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(nonceBytes, sealOverheadBytes);
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(context, 'utf8')).setAuthTag(tag);
  return O.tryCatch(() => {
    const plain = opening.update(sealed.subarray(sealOverheadBytes));
    return Buffer.concat([plain, opening.final()]);
  });
};
