import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Log } from '../ports/log.js';
import type {
  Labels,
  MetricCounter,
  MetricGauge,
  MetricHistogram,
  Metrics,
} from '../ports/metrics.js';

/** What a metric says, and by what it can be told apart. */
type Row = readonly [help: string, labelNames: readonly string[]];

/** Prefix of our own metrics; those of Node keep the names that dashboards know. */
const prefix = 'powerbank_';

const counters: Readonly<Record<MetricCounter, Row>> = {
  commands_total: ['Commands by how they ended', ['aggregate', 'outcome']],
  command_conflicts_total: ['Appends that lost against another writer', ['aggregate']],
  snapshots_total: ['Snapshots written, by how that ended', ['aggregate', 'outcome']],
  events_projected_total: ['Events that reached a read model', ['projection']],
  projection_parked_total: ['Events set aside by a read model', ['projection']],
  process_events_total: ['Events that a process has looked at', ['process']],
  process_parked_total: ['Events set aside by a process', ['process']],
  timers_fired_total: ['Timers that came due', ['kind']],
  http_requests_total: ['HTTP requests by operation and status', ['operation', 'method', 'status']],
  rate_limits_total: ['Requests over a limit, or not counted', ['limit', 'outcome']],
  cabinet_messages_total: ['Messages of cabinets', ['kind']],
  cabinet_rejections_total: ['Messages of cabinets that made no sense', ['kind', 'reason']],
  cabinet_alarms_total: ['Things about cabinets that staff should look at', ['kind']],
  ejects_published_total: ['Orders to release a power bank', ['outcome']],
  messages_total: ['SMS and e-mails by how they ended', ['channel', 'purpose', 'outcome']],
  log_seals_total: ['Seals that were put on the log', []],
  log_sealed_events_total: ['Events under those seals', []],
};

const gauges: Readonly<Record<MetricGauge, Row>> = {
  projection_lag_positions: ['Log positions between a read model and the log', ['projection']],
  projection_lag_seconds: ['Age of what a read model has not seen yet', ['projection']],
  projection_parked_streams: ['Streams that a read model has set aside', ['projection']],
  process_lag_seconds: ['Age of what a process has not seen yet', ['process']],
  cleanup_succeeded_at_seconds: ['When old rows were last deleted, in Unix time', ['job']],
  timers_waiting: ['Timers that are not due yet', []],
  cabinets_connected: ['Cabinets that the broker shows as connected', []],
};

/** From a command in memory (a millisecond) to the longest wait for a cabinet. */
const secondsBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40,
];

const histograms: Readonly<Record<MetricHistogram, Row>> = {
  command_seconds: ['Time from a command to its outcome', ['aggregate']],
  http_request_seconds: ['Time from a request to its answer', ['operation', 'method']],
  message_seconds: ['Time until a provider has taken a message, or has not', ['channel']],
  projection_batch_seconds: ['Time of one batch, with its commit', ['projection']],
};

export interface PrometheusMetrics extends Metrics {
  /** Everything in the text format of Prometheus, with its media type. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MetricsOptions {
  readonly log: Log;
  /** Memory, event loop and garbage collection of the process; off in tests. */
  readonly withProcessMetrics: boolean;
}

/** Metrics of this process in a registry of its own, so that several can live side by side. */
export const createMetrics = ({ log, withProcessMetrics }: MetricsOptions): PrometheusMetrics => {
  const registry = new Registry();
  const options = ([help, labelNames]: Row, name: string) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  const counterOf = mapRows(counters, (row, name) => new Counter(options(row, name)));
  const gaugeOf = mapRows(gauges, (row, name) => new Gauge(options(row, name)));
  const histogramOf = mapRows(
    histograms,
    (row, name) => new Histogram({ ...options(row, name), buckets: secondsBuckets }),
  );
  if (withProcessMetrics) collectDefaultMetrics({ register: registry });
  /** Counting must never be the reason why something else fails. */
  const tell = (metric: string, error: unknown): void =>
    log.warn('a metric was not recorded', { metric, error });
  return {
    count: (name, labels: Labels = {}, by = 1) => {
      try {
        counterOf[name].inc(labels, by);
      } catch (error) {
        tell(name, error);
      }
    },
    gauge: (name, value, labels: Labels = {}) => {
      try {
        gaugeOf[name].set(labels, value);
      } catch (error) {
        tell(name, error);
      }
    },
    observeSeconds: (name, seconds, labels: Labels = {}) => {
      try {
        histogramOf[name].observe(labels, seconds);
      } catch (error) {
        tell(name, error);
      }
    },
    exposition: async () => ({
      contentType: registry.contentType,
      text: await registry.metrics(),
    }),
  };
};

const mapRows = <Name extends string, Made>(
  rows: Readonly<Record<Name, Row>>,
  make: (row: Row, name: string) => Made,
): Readonly<Record<Name, Made>> => {
  const made = Object.entries<Row>(rows).map(([name, row]) => [name, make(row, name)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names, one value each
  return Object.fromEntries(made) as Record<Name, Made>;
};
