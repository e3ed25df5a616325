import { createHash, timingSafeEqual } from 'node:crypto';
import type { Randomness } from '../../ports/randomness.js';

/** Nobody guesses 256 bits, so such a text needs no slow hash. */
const secretBytes = 32;

/** A new secret as text that fits into a URL. */
export const newSecret = (randomness: Randomness): string =>
  Buffer.from(randomness.bytes(secretBytes)).toString('base64url');

/** What is kept of a secret: SHA-256, by which it can be found and not be had. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether two hashes are the same; how long it takes tells nothing about where they differ. */
export const areSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right);
