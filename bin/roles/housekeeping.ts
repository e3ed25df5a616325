import type { IdempotencyStore } from '../../adapters/http/idempotency-store.js';
import { purgeRateLimits } from '../../adapters/http/rate-limiters.js';
import { plusSeconds, toMs } from '../../domain/shared/instant.js';
import type { Parts } from '../compose.js';

/** Rows that are over are forgotten this often; until then they are only in the way. */
const everySeconds = 600;

type HousekeepingParts = Pick<Parts, 'accounts' | 'database' | 'clock' | 'log' | 'metrics'> & {
  readonly idempotencyStore: IdempotencyStore;
};

/** Clears away what is over, until `signal` aborts. Any number may run at once. */
export const keepHouse = async (
  { accounts, database, idempotencyStore, clock, log, metrics }: HousekeepingParts,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const now = clock.now();
    const keys = await idempotencyStore.purge(now);
    const limits = await purgeRateLimits(database, toMs(now));
    const accountRows = await accounts.purge();
    log.debug('old rows are gone', { keys, limits, accountRows });
    metrics.gauge('cleanup_succeeded_at_seconds', toMs(now) / 1_000, { job: 'accounts' });
    await clock.until(plusSeconds(now, everySeconds), signal);
  }
};
