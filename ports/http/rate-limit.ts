import { stop } from './problem.js';

/** One limit on how often something may be asked for, whoever asks. */
export interface RateLimit {
  /** Names the limit in the store, the log, the metrics and the document; unique in the program. */
  readonly name: string;
  readonly requestsMax: number;
  readonly windowSeconds: number;
  /** When the store does not answer: `refuse` protects secrets, `allow` protects service. */
  readonly whenStoreFails: 'refuse' | 'allow';
}

export interface RateLimitRule<Request> extends RateLimit {
  /** Whose requests are counted together: a phone, an account, a device. */
  readonly key: (request: Request) => string;
}

export type RateLimitVerdict =
  | { readonly kind: 'within' }
  | { readonly kind: 'exceeded'; readonly retryAfterSeconds: number }
  /** The store did not answer, so nobody knows. */
  | { readonly kind: 'store-failed'; readonly reason: string };

export interface RateLimiter {
  /** Counts one request of `key` against the limit. Never rejects, and answers within seconds. */
  take(limit: RateLimit, key: string): Promise<RateLimitVerdict>;
}

/** A store that does not answer is hardly back within less. */
const retryAfterStoreFailureSeconds = 5;

/**
 * Counts a request of `key` against one limit.
 * @throws ProblemError 429 when it is exceeded, 503 when it is unknown and must not be guessed.
 */
export const enforceRateLimit = async (
  limiter: RateLimiter,
  limit: RateLimit,
  key: string,
): Promise<void> => {
  const verdict = await limiter.take(limit, key);
  if (verdict.kind === 'exceeded') {
    const { name, requestsMax, windowSeconds } = limit;
    throw stop('rate_limit_exceeded', {
      retryAfterSeconds: verdict.retryAfterSeconds,
      facts: { limit: name, requests_max: requestsMax, window_seconds: windowSeconds },
    });
  }
  if (verdict.kind === 'store-failed' && limit.whenStoreFails === 'refuse') {
    throw stop('service_unavailable', { retryAfterSeconds: retryAfterStoreFailureSeconds });
  }
};

/**
 * Counts a request against all rules, in their order.
 * @throws ProblemError as `enforceRateLimit` does, for the first that does not let it pass.
 */
export const enforceRateLimits = async (
  limiter: RateLimiter,
  rules: readonly RateLimitRule<void>[],
): Promise<void> => {
  for (const rule of rules) await enforceRateLimit(limiter, rule, rule.key());
};
