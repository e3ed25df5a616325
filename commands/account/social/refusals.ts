import { oneOf } from '../../../domain/shared/codecs.js';
import type { IdentityCheck } from '../../../ports/accounts/external-identity.js';
import { type Problem, problem } from '../../../ports/http/answer.js';

/** Why an app that shows an ID token is not let in. */
export const socialErrors = [
  'social_sign_in_expired',
  'invalid_identity_token',
  'provider_unavailable',
  'unsupported_provider',
  'user_invalid',
  'external_identity_immutable',
  'concurrent_change',
] as const;
type SocialErrorWord = (typeof socialErrors)[number];

/** When the next try may fare better: neither a provider nor others are done at once. */
const retryAfterSeconds: Readonly<Partial<Record<SocialErrorWord, number>>> = {
  provider_unavailable: 30,
  concurrent_change: 1,
};

export const socialProblem = (word: SocialErrorWord): Problem<SocialErrorWord> => {
  const seconds = retryAfterSeconds[word];
  return problem(word, seconds === undefined ? {} : { retryAfterSeconds: seconds });
};

/**
 * Why the visit of a browser came to nothing, as the address it ends at says it. All of them are
 * outcomes for a person to read, so none is a 5xx: whoever asks for the page again gets the same
 * word, and no program should try that by itself.
 */
export const socialEnds = [
  'social_sign_in_expired',
  'sign_in_cancelled',
  'invalid_identity_token',
  'provider_failed',
  'unsupported_provider',
  'user_invalid',
  'external_identity_immutable',
  'sign_in_interrupted',
] as const;
export const SocialEnd = oneOf('SocialEnd', socialEnds);
export type SocialEndWord = (typeof socialEnds)[number];

/** The same reason for a browser. */
export const endFor = (word: SocialErrorWord): SocialEndWord => {
  if (word === 'provider_unavailable') return 'provider_failed';
  return word === 'concurrent_change' ? 'sign_in_interrupted' : word;
};

/** What is said of somebody whom the provider has not named. */
export const wordFor = (
  kind: Exclude<IdentityCheck['kind'], 'identified'>,
): 'invalid_identity_token' | 'provider_unavailable' | 'unsupported_provider' => {
  switch (kind) {
    case 'refused':
      return 'invalid_identity_token';
    case 'unavailable':
      return 'provider_unavailable';
    case 'unsupported':
      return 'unsupported_provider';
  }
};
