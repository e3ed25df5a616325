import type { HttpSettings } from '../../adapters/http/settings.js';
import type { Config } from './index.js';

/** The part of the configuration that the HTTP server asks for. */
export const httpSettingsOf = (config: Config): HttpSettings => ({
  bodyBytesMax: config.httpBodyBytesMax,
  receiveSeconds: config.httpReceiveSeconds,
  requestSeconds: config.httpRequestSeconds,
  waitSecondsMax: config.httpWaitSecondsMax,
  drainSeconds: config.httpDrainSeconds,
  trustedProxies: config.httpTrustedProxies,
  corsOrigins: config.httpCorsOrigins,
  requestsPerMinuteMax: config.httpRequestsPerMinuteMax,
  idempotencyRetentionSeconds: config.idempotencyRetentionSeconds,
});
