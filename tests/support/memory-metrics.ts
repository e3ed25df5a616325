import type { Labels, MetricCounter, Metrics } from '../../ports/metrics.js';

export interface MemoryMetrics extends Metrics {
  /** Sum of a counter over all series that carry at least these labels. */
  counted(name: MetricCounter, labels?: Labels): number;
}

/** Metrics that a test can ask. */
export const memoryMetrics = (): MemoryMetrics => {
  const counts: { readonly name: string; readonly labels: Labels; readonly by: number }[] = [];
  return {
    count: (name, labels = {}, by = 1) => void counts.push({ name, labels, by }),
    gauge: () => undefined,
    observeSeconds: () => undefined,
    counted: (name, wanted = {}) =>
      counts
        .filter((count) => count.name === name)
        .filter(({ labels }) => Object.entries(wanted).every(([key, text]) => labels[key] === text))
        .reduce((sum, { by }) => sum + by, 0),
  };
};
