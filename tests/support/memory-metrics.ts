import type { Labels, MetricCounter, MetricGauge, Metrics } from '../../ports/metrics.js';

export interface MemoryMetrics extends Metrics {
  /** Sum of a counter over all series that carry at least these labels. */
  counted(name: MetricCounter, labels?: Labels): number;
  /** Last value of a gauge with exactly these labels; `null` when it was never set. */
  gauged(name: MetricGauge, labels?: Labels): number | null;
}

/** Metrics that a test can ask. */
export const memoryMetrics = (): MemoryMetrics => {
  const counts: { readonly name: string; readonly labels: Labels; readonly by: number }[] = [];
  const gauges = new Map<string, number>();
  const keyOf = (name: string, labels: Labels): string => `${name} ${JSON.stringify(labels)}`;
  return {
    count: (name, labels = {}, by = 1) => void counts.push({ name, labels, by }),
    gauge: (name, value, labels = {}) => void gauges.set(keyOf(name, labels), value),
    observeSeconds: () => undefined,
    gauged: (name, labels = {}) => gauges.get(keyOf(name, labels)) ?? null,
    counted: (name, wanted = {}) =>
      counts
        .filter((count) => count.name === name)
        .filter(({ labels }) => Object.entries(wanted).every(([key, text]) => labels[key] === text))
        .reduce((sum, { by }) => sum + by, 0),
  };
};
