import { oneOf } from '../../../domain/shared/codecs.js';
import type { IdentityCheck } from '../../../ports/accounts/external-identity.js';
import { type Problem, problem } from '../../../ports/http/answer.js';

/** Why a sign-in by a browser came to nothing, as the address it ends at says it. */
export const socialErrors = [
  'social_sign_in_expired',
  'sign_in_cancelled',
  'invalid_identity_token',
  'provider_unavailable',
  'unsupported_provider',
  'user_invalid',
  'external_identity_immutable',
  'concurrent_change',
] as const;
export const SocialError = oneOf('SocialError', socialErrors);
export type SocialErrorWord = (typeof socialErrors)[number];

/** When the next try may fare better: neither a provider nor others are done at once. */
const retryAfterSeconds: Readonly<Partial<Record<SocialErrorWord, number>>> = {
  provider_unavailable: 30,
  concurrent_change: 1,
};

export const socialProblem = (word: SocialErrorWord): Problem<SocialErrorWord> => {
  const seconds = retryAfterSeconds[word];
  return problem(word, seconds === undefined ? {} : { retryAfterSeconds: seconds });
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
