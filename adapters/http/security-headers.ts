import type { Middleware } from 'koa';
import type { HttpState } from './http-state.js';

/**
 * Headers of every answer. Answers are data, so nothing in them may load or frame anything; the one
 * page that people look at brings its own, wider policy. Written out, since they never change: a
 * library that puts them together anew for each answer takes as long as a read of ours.
 */
const headers: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', "default-src 'none';frame-ancestors 'none'"],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['origin-agent-cluster', '?1'],
  ['referrer-policy', 'no-referrer'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['x-content-type-options', 'nosniff'],
  ['x-dns-prefetch-control', 'off'],
  ['x-download-options', 'noopen'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['x-permitted-cross-domain-policies', 'none'],
  // Off: the filter of old browsers could be turned against the page.
  ['x-xss-protection', '0'],
  // Answers belong to one caller at one moment; no cache on the way may keep them.
  ['cache-control', 'no-store'],
];

export const securityHeaders: Middleware<HttpState> = (ctx, next) => {
  for (const [name, value] of headers) ctx.res.setHeader(name, value);
  return next();
};
