import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';

/** A log that keeps its lines, for tests that look at them. */
export interface KeptLog extends Log {
  readonly lines: readonly { readonly level: string; readonly message: string }[];
}

export const keptLog = (): KeptLog => {
  const lines: { level: string; message: string; fields?: unknown }[] = [];
  const at =
    (level: string) =>
    (message: string, fields?: unknown): void => {
      lines.push({ level, message, fields });
    };
  const log: KeptLog = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: () => log,
  };
  return log;
};

export const noMetrics: Metrics = {
  count: () => undefined,
  gauge: () => undefined,
  observeSeconds: () => undefined,
};
