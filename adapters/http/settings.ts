/** What an operator may set about HTTP; `bin/config.ts` says how. */
export interface HttpSettings {
  /** Largest JSON body in bytes, for routes that do not say otherwise. */
  readonly bodyBytesMax: number;
  /** A request must have arrived, headers and body, within this. */
  readonly receiveSeconds: number;
  /** A request must have been answered within this after it arrived. */
  readonly requestSeconds: number;
  /** Longest `Prefer: wait` that is honoured; below `requestSeconds`. */
  readonly waitSecondsMax: number;
  /** On closing, requests under way get this long. */
  readonly drainSeconds: number;
  /** Reverse proxies in front of us whose `X-Forwarded-For` is believed; 0 when there is none. */
  readonly trustedProxies: number;
  /** Origins of web pages that may use the API, as browsers name them. */
  readonly corsOrigins: readonly string[];
  /** Requests that one network address may send in a minute. */
  readonly requestsPerMinuteMax: number;
  readonly idempotencyRetentionSeconds: number;
}
