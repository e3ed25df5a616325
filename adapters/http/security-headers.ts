import type { Middleware } from 'koa';
import helmet from 'koa-helmet';
import type { HttpState } from './http-state.js';

/**
 * Security headers of every answer. Answers are data, so nothing in them may load or frame
 * anything; the one page that people look at brings its own, wider policy.
 */
export const securityHeaders = (): Middleware<HttpState> =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
  });

/** Answers belong to one caller at one moment; no cache on the way may keep them. */
export const noStore: Middleware<HttpState> = async (ctx, next) => {
  ctx.set('cache-control', 'no-store');
  await next();
};
