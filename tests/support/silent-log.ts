import type { Log } from '../../ports/log.js';

/** A log that says nothing, for tests that look at other things. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};
