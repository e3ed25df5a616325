import { createHmac } from 'node:crypto';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { IndexValue } from '../../domain/shared/index-value.js';
import type { BlindIndex, IndexedKind } from '../../ports/personal-data.js';
import { deriveKey } from '../cryptography.js';

/**
 * HMAC-SHA256 under a key for each kind, derived from a secret of its own: changing the master key
 * of personal data must not change an index, which stands in the log for ever.
 */
export const createBlindIndex = (secret: string): BlindIndex => {
  const keyFor = (kind: IndexedKind): Uint8Array => deriveKey(secret, `blind index of ${kind}`);
  const keys: Readonly<Record<IndexedKind, Uint8Array>> = {
    identifier: keyFor('identifier'),
    username: keyFor('username'),
    device: keyFor('device'),
    external: keyFor('external'),
  };
  return {
    of: (kind, text) =>
      brandOrThrow(IndexValue, createHmac('sha256', keys[kind]).update(text).digest('hex')),
  };
};
