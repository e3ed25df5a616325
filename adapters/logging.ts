import { type DestinationStream, type Logger, pino } from 'pino';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { redactFields, redactText } from './redaction.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggingOptions {
  readonly level: LogLevel;
  /** On every line: which program, which of its roles. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
}

/**
 * One JSON object a line: `level` as a word, `time` as ISO 8601, `message`, and the fields. Secrets
 * are taken out of all of them before pino sees them.
 */
export const createLog = ({ level, fields = {}, clock, destination }: LoggingOptions): Log => {
  const options = {
    level,
    base: redactFields(fields),
    messageKey: 'message',
    timestamp: () => `,"time":"${clock.now()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return logOf(destination === undefined ? pino(options) : pino(options, destination));
};

const logOf = (logger: Logger): Log => {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      // Copying fields that nobody will read would be the dearest part of a quiet debug line.
      if (logger.isLevelEnabled(level)) logger[level](redactFields(fields), redactText(message));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => logOf(logger.child(redactFields(fields))),
  };
};
