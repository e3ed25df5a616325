import type { Middleware } from 'koa';
import { enforceRateLimit, type RateLimit } from '../../ports/http/rate-limit.js';
import type { HttpState } from './http-state.js';
import { networkOf } from './network-of.js';
import { memoryRateLimiter } from './rate-limiters.js';

/**
 * Keeps one network address from using up an instance. Counted in memory: this limit protects the
 * process itself, and asking a database for every request would cost more than it saves.
 */
export const addressLimit = (requestsPerMinuteMax: number): Middleware<HttpState> => {
  const limiter = memoryRateLimiter();
  const limit: RateLimit = {
    name: 'address',
    requestsMax: requestsPerMinuteMax,
    windowSeconds: 60,
    whenStoreFails: 'allow',
  };
  return async (ctx, next) => {
    await enforceRateLimit(limiter, limit, networkOf(ctx.ip));
    await next();
  };
};
