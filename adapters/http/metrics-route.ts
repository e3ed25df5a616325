import { createHash, timingSafeEqual } from 'node:crypto';
import { stop } from '../../ports/http/problem.js';
import type { PrometheusMetrics } from '../metrics.js';
import type { RawRoute } from './raw-route.js';

/**
 * `GET /metrics` for Prometheus. With a token configured, only who shows it may read; without one
 * the path must be kept inside by the reverse proxy.
 */
export const metricsRoute = (metrics: PrometheusMetrics, token: string | null): RawRoute => ({
  operation: 'readMetrics',
  method: 'GET',
  path: '/metrics',
  bodyBytesMax: 0,
  handler: async ({ headers }) => {
    if (token !== null && !isSame(headers.authorization ?? '', `Bearer ${token}`)) {
      throw stop('token_invalid', {}, { 'www-authenticate': 'Bearer' });
    }
    const { contentType, text } = await metrics.exposition();
    return { status: 200, contentType, body: text };
  },
});

/** Compares in constant time; hashing first makes the lengths equal. */
const isSame = (left: string, right: string): boolean => {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
};
