import type { Middleware } from 'koa';
import type { HttpState } from './http-state.js';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const requestHeaders =
  'Authorization, Content-Type, Idempotency-Key, Prefer, X-Correlation-Id, X-Min-Position';
const answerHeaders =
  'Idempotency-Replayed, Location, Preference-Applied, Retry-After, X-Correlation-Id, X-Position';
/** Browsers may remember the answer to a preflight for this long. */
const preflightSeconds = 600;

/**
 * Lets pages of the configured origins use the API from a browser. Origins are compared as a
 * whole; there is no wildcard, and no cookies are in play.
 */
export const cors = (origins: readonly string[]): Middleware<HttpState> => {
  const allowed = new Set(origins);
  return (ctx, next) => {
    if (allowed.size > 0) ctx.vary('Origin');
    const origin = ctx.get('origin');
    if (!allowed.has(origin)) return next();
    ctx.set('access-control-allow-origin', origin);
    if (ctx.method !== 'OPTIONS' || ctx.get('access-control-request-method') === '') {
      ctx.set('access-control-expose-headers', answerHeaders);
      return next();
    }
    ctx.set('access-control-allow-methods', methods);
    ctx.set('access-control-allow-headers', requestHeaders);
    ctx.set('access-control-max-age', String(preflightSeconds));
    ctx.status = 204;
    return undefined;
  };
};
