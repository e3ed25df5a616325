import type { Middleware } from 'koa';
import { enforceRateLimits } from '../../ports/http/rate-limit.js';
import type { HttpState } from './http-state.js';
import { networkOf } from './network-of.js';
import { memoryRateLimiter } from './rate-limiters.js';

/**
 * Keeps one network address from using up an instance. Counted in memory: this limit protects the
 * process itself, and asking a database for every request would cost more than it saves.
 */
export const addressLimit = (requestsPerMinuteMax: number): Middleware<HttpState> => {
  const limiter = memoryRateLimiter();
  return async (ctx, next) => {
    const rule = {
      name: 'address',
      requestsMax: requestsPerMinuteMax,
      windowSeconds: 60,
      whenStoreFails: 'allow' as const,
      key: () => networkOf(ctx.ip),
    };
    await enforceRateLimits(limiter, [rule]);
    await next();
  };
};
