import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/shared/instant.js';

const suffixLength = 6;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * `TXN`, the second (UTC), and six of 0–9 and A–Z (rules 2.13). Made from what the movement
 * follows from, so that a rebuilt read model shows the same ids.
 */
export const transactionIdOf = (source: string, at: Instant): string => {
  const digest = createHash('sha256').update(source).digest();
  const suffix = [...digest.subarray(0, suffixLength)].map((byte) => alphabet[byte % 36]);
  return `TXN${at.replaceAll(/\D/g, '').slice(0, 14)}${suffix.join('')}`;
};
