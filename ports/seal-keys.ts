/** Keys of log seals: one signs, and many verify, because keys are changed now and then. */

import type { SealKeyId } from '../domain/seal/index.js';

export interface SealSigner {
  readonly keyId: SealKeyId;
  /** @returns the 64 bytes of an Ed25519 signature. */
  sign(message: Uint8Array): Uint8Array;
}

export interface SealVerifier {
  /** `unknown-key`: nobody gave us the public key of that name. */
  verify(
    keyId: SealKeyId,
    message: Uint8Array,
    signature: Uint8Array,
  ): 'valid' | 'invalid' | 'unknown-key';
}
