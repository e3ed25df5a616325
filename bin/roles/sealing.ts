import { sha256 } from '../../adapters/seal-keys.js';
import { runSealing } from '../../commands/sealing/index.js';
import type { Parts } from '../compose.js';
import { supervise } from './supervise.js';

/** Whoever holds this advisory lock seals. */
const lockName = 'process:sealing';

/**
 * Puts seals on the log until `signal` aborts. Several instances may run: an advisory lock lets one
 * of them be the active one, and another takes over when it goes.
 */
export const sealTheLog = (parts: Parts, signal: AbortSignal): Promise<void> => {
  const { config, database, log, secrets } = parts;
  const limits = { intervalSeconds: config.sealIntervalSeconds, eventsMax: config.sealEventsMax };
  const tools = { ...parts, signer: secrets.seal, sha256, limits };
  const work = (held: AbortSignal): Promise<void> => runSealing(tools, held);
  return supervise('sealing', () => database.withAdvisoryLock(lockName, { signal, work }), {
    log,
    signal,
  });
};
