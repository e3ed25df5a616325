/** Ids that let one request be followed through logs, events and the systems around. */

const correlationPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-/;

export interface IncomingIds {
  /** `X-Correlation-Id`, empty when absent. */
  readonly correlationId: string;
  /** `traceparent` of W3C Trace Context, empty when absent. */
  readonly traceparent: string;
}

/**
 * The client's own correlation id, else the trace id of its `traceparent`, else a new one. An id
 * that could harm logs or headers is not taken over.
 */
export const correlationIdOf = (incoming: IncomingIds, newId: () => string): string => {
  if (correlationPattern.test(incoming.correlationId)) return incoming.correlationId;
  return traceparentPattern.exec(incoming.traceparent)?.[1] ?? newId();
};
