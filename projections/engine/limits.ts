/** Bounds of one running projection. Tests make them small; `engineLimits` is for real work. */
export interface EngineLimits {
  /**
   * Events of the log that one transaction goes on by at most, those that do not concern the read
   * model included. Until the end of the log is reached, it goes on by as many.
   */
  readonly batchEventsMax: number;
  /** Events in memory that the slowest read model has not taken, before no more are asked for. */
  readonly aheadEventsMax: number;
  /** Events that stay in memory when all have taken them, see `Reading`. */
  readonly keptEvents: number;
  /** How long the slowest read model may keep the others waiting, see `Reading`. */
  readonly patienceMs: number;
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
 * What a row costs falls with the size of a batch, as its rows change several times and are written
 * once: 8,000 take a transaction of some hundred milliseconds, far behind the end of the log where
 * nobody waits for it. Twice as many and more in memory keep the next batch ready while the slowest
 * read model writes. Two milliseconds are about what the events of one append are apart.
 */
export const engineLimits: EngineLimits = {
  batchEventsMax: 8_000,
  aheadEventsMax: 20_000,
  keptEvents: 4_000,
  patienceMs: 5_000,
  lingerMs: 2,
  retryDelayMsMin: 100,
  retryDelayMsMax: 10_000,
  finalStepEventsMax: 1_000,
  lagReportMs: 5_000,
  expiryMs: 3_600_000,
};

/**
 * Where readers are in the same process, who waits is known, and everybody else can wait a little:
 * what follows from one event is then one transaction of a read model instead of three.
 */
export const limitsBesideReaders: EngineLimits = { ...engineLimits, lingerMs: 25 };

export const retryDelayMs = (limits: EngineLimits, attempt: number): number =>
  Math.min(limits.retryDelayMsMin * 2 ** (attempt - 1), limits.retryDelayMsMax);
