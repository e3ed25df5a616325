export type Labels = Readonly<Record<string, string>>;

/** Numbers for operators; the Prometheus adapter knows each name, its help text and labels. */
export interface Metrics {
  count(name: MetricCounter, labels?: Labels, by?: number): void;
  gauge(name: MetricGauge, value: number, labels?: Labels): void;
  observeSeconds(name: MetricHistogram, seconds: number, labels?: Labels): void;
}

export type MetricCounter =
  | 'commands_total'
  | 'command_conflicts_total'
  | 'snapshots_total'
  | 'events_projected_total'
  | 'projection_parked_total'
  | 'process_events_total'
  | 'process_parked_total'
  | 'timers_fired_total'
  | 'http_requests_total'
  | 'rate_limits_total'
  | 'cabinet_messages_total'
  | 'cabinet_rejections_total'
  | 'cabinet_alarms_total'
  | 'ejects_published_total'
  | 'messages_total'
  | 'log_seals_total'
  | 'log_sealed_events_total';

export type MetricGauge =
  | 'projection_lag_positions'
  | 'projection_lag_seconds'
  | 'projection_parked_streams'
  | 'process_lag_seconds'
  | 'cleanup_succeeded_at_seconds'
  | 'timers_waiting'
  | 'cabinets_connected';

export type MetricHistogram =
  | 'command_seconds'
  | 'http_request_seconds'
  | 'message_seconds'
  | 'projection_batch_seconds';
