import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../adapters/clock.js';
import { createLog } from '../adapters/logging.js';
import type { Log } from '../ports/log.js';
import type { Config } from './config/index.js';

/** A log that has grown to this is put aside at the next start; one older log is kept. */
const keptLogBytesMax = 20 * 1_024 * 1_024;

export interface LogFile {
  readonly path: string;
  readonly log: Log;
}

/** JSON lines in `logs/powerbank.log` of the data folder, so that the terminal stays readable. */
export const openLogFile = (config: Config): LogFile => {
  const path = join(config.dataDir, 'logs', 'powerbank.log');
  if (existsSync(path) && statSync(path).size > keptLogBytesMax) renameSync(path, `${path}.1`);
  // Written at once: the last lines before a crash are the ones that somebody will want.
  const destination = pino.destination({ dest: path, mkdir: true, sync: true });
  return { path, log: createLog({ level: config.logLevel, clock: systemClock, destination }) };
};
