import type { Metrics } from '../../ports/metrics.js';

/** For tests that do not look at metrics. */
export const noMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observeSeconds: () => undefined,
};
