/**
 * Structured log lines. Facts go into `fields` (never into the message), so that they can be
 * searched; secrets and personal data go nowhere.
 */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** A log that adds `fields` to every line. */
  with(fields: Readonly<Record<string, unknown>>): Log;
}
