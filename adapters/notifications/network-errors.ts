/** What errors of sockets say about whether anything has left this machine. */

import { isRecord } from '../../ports/http/json.js';
import { type Attempt, deliveries } from './provider.js';

/** There never was a connection, so there is nothing that could have been sent. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Codes of Node and OpenSSL for a server that is not who it should be; we hang up on those. */
const untrustedServer = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_)/;

/** Errors that are known by their names instead. */
const namedErrors: ReadonlySet<unknown> = new Set([
  'TimeoutError',
  'AbortError',
  'HTTPParserError',
]);

/** The code of an error of Node or a library; `null` for what has none, which is a bug of ours. */
export const codeOf = (error: unknown): string | null => {
  if (!isRecord(error)) return null;
  const name = namedErrors.has(error.name) ? error.name : error.code;
  return typeof name === 'string' ? name : null;
};

/** Whatever is not known to have stayed here may be on its way. */
export const deliveryOfNetworkError = (code: string): Attempt['delivery'] => {
  if (neverConnected.has(code)) return deliveries.later;
  return untrustedServer.test(code) ? deliveries.configuration : deliveries.unknownOutcome;
};
