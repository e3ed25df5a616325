import { systemClock } from '../adapters/clock.js';
import { createLog } from '../adapters/logging.js';

/** Trouble shows in the sums and in what throws; lines between would only slow the run down. */
export const quietLog = createLog({ level: 'silent', clock: systemClock });
