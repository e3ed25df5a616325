/** Bounds of one running projection. Tests make them small; `engineLimits` is for real work. */
export interface EngineLimits {
  /** Events that one transaction takes at most. */
  readonly batchEventsMax: number;
  /** Events that wait in memory before the store is no longer asked for more. */
  readonly bufferEventsMax: number;
  /** How long the first event of a quiet time waits for the others of its append. */
  readonly lingerMs: number;
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  /** A rebuild locks the live copy for its last step only when fewer events are left than this. */
  readonly finalStepEventsMax: number;
  /** How often the lag is measured for the metrics. */
  readonly lagReportMs: number;
  /** How often rows are deleted that are too old to be shown. */
  readonly expiryMs: number;
}

/**
 * A batch of 500 keeps transactions at some tens of milliseconds; four of them in the buffer keep
 * the next one ready. Two milliseconds are about what the events of one append are apart.
 */
export const engineLimits: EngineLimits = {
  batchEventsMax: 500,
  bufferEventsMax: 2_000,
  lingerMs: 2,
  retryDelayMsMin: 100,
  retryDelayMsMax: 10_000,
  finalStepEventsMax: 1_000,
  lagReportMs: 5_000,
  expiryMs: 3_600_000,
};

export const retryDelayMs = (limits: EngineLimits, attempt: number): number =>
  Math.min(limits.retryDelayMsMin * 2 ** (attempt - 1), limits.retryDelayMsMax);
