import { brandOrThrow } from '../shared/brand.js';
import { ReferralCode } from '../shared/ids.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const drawnLetters = 6;

/** `REF` and six letters or digits (rules 2.1). @param below draws from 0 to below its argument. */
export const drawReferralCode = (below: (end: number) => number): ReferralCode => {
  const drawn = Array.from({ length: drawnLetters }, () => alphabet.charAt(below(alphabet.length)));
  return brandOrThrow(ReferralCode, `REF${drawn.join('')}`);
};
