import { randomBytes, randomInt } from 'node:crypto';
import type { Randomness } from '../ports/randomness.js';

/** The computer's own source of chance, fit for secrets. */
export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  below: (end) => randomInt(end),
};
