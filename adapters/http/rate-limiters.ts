import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Sql } from '../../ports/database.js';
import type { RateLimit, RateLimiter, RateLimitVerdict } from '../../ports/http/rate-limit.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';

/** Longest key that the store takes (its column is varchar(255)); the rule's name comes first. */
const keyLengthMax = 180;
/** A store that takes longer counts as failed: a limit is not worth more time than the work. */
const usualStoreAnswerMsMax = 5_000;

/** Where an operator sees that somebody is at a limit, or that a limit is not there (P-048). */
interface Watch {
  readonly log: Log;
  readonly metrics: Metrics;
}

interface StoreOptions extends Watch {
  /** Milliseconds; five seconds when absent. */
  readonly storeAnswerMsMax?: number;
}

/**
 * Counts in this process only: for limits that protect the process itself, and for tests. A key's
 * entry vanishes by itself when its window is over.
 */
export const memoryRateLimiter = (): RateLimiter =>
  limiterOf(
    ({ name, requestsMax, windowSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points: requestsMax, duration: windowSeconds }),
    null,
  );

/** Counts in Postgres (table of migration `http`), so that all instances share a limit. */
export const postgresRateLimiter = (
  sql: Sql,
  { log, metrics, storeAnswerMsMax = usualStoreAnswerMsMax }: StoreOptions,
): RateLimiter => {
  // The library asks for a `pg` client and uses one method of it.
  const storeClient = {
    query: async ({ text, values }: { text: string; values: readonly unknown[] }) => ({
      rows: (await sql.query(text, values)).map(withNumberAsExpiry),
    }),
  };
  const limiter = limiterOf(
    ({ name, requestsMax, windowSeconds }) =>
      new RateLimiterPostgres({
        storeClient,
        storeType: 'client',
        schemaName: 'http',
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points: requestsMax,
        duration: windowSeconds,
      }),
    storeAnswerMsMax,
  );
  return watched(limiter, { log, metrics });
};

/** The library calculates with `expire`, which our column types deliver as a bigint. */
const withNumberAsExpiry = (row: Readonly<Record<string, unknown>>) =>
  typeof row.expire === 'bigint' ? { ...row, expire: Number(row.expire) } : row;

/** Forgets windows that are over; to be called now and then. */
export const purgeRateLimits = (sql: Sql, nowMs: number): Promise<number> =>
  sql.execute('DELETE FROM http.rate_limits WHERE expire < $1', [nowMs]);

/** `null`: what counts always answers at once. */
const limiterOf = (
  open: (limit: RateLimit) => RateLimiterAbstract,
  storeAnswerMsMax: number | null,
): RateLimiter => {
  const limiters = new Map<string, RateLimiterAbstract>();
  return {
    take: async (limit, key) => {
      // A limit that was changed goes on counting where it was, up to another number.
      const id = `${limit.name}/${limit.requestsMax}`;
      const limiter = limiters.get(id) ?? open(limit);
      limiters.set(id, limiter);
      try {
        const counting = limiter.consume(key.slice(0, keyLengthMax));
        await (storeAnswerMsMax === null ? counting : inTime(counting, storeAnswerMsMax));
        return { kind: 'within' };
      } catch (thrown) {
        // Over the limit it rejects with a result; when the store fails, with an error.
        if (thrown instanceof RateLimiterRes) {
          const retryAfterSeconds = Math.max(1, Math.ceil(thrown.msBeforeNext / 1_000));
          return { kind: 'exceeded', retryAfterSeconds };
        }
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        return { kind: 'store-failed', reason };
      }
    },
  };
};

/** Whatever comes of `counting` later, it was heard: the race has handled its rejection. */
const inTime = async (counting: Promise<RateLimiterRes>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${ms} ms`));
    timer = setTimeout(giveUp, ms);
  });
  try {
    await Promise.race([counting, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Keys stay out of it: a list of who asked too often is a list of people. */
const watched = (limiter: RateLimiter, { log, metrics }: Watch): RateLimiter => {
  const tell = ({ name, whenStoreFails }: RateLimit, verdict: RateLimitVerdict): void => {
    if (verdict.kind === 'within') return;
    metrics.count('rate_limits_total', { limit: name, outcome: verdict.kind });
    if (verdict.kind !== 'store-failed') return;
    const { reason } = verdict;
    log.warn('a rate limit could not be checked', { limit: name, whenStoreFails, reason });
  };
  return {
    take: async (limit, key) => {
      const verdict = await limiter.take(limit, key);
      tell(limit, verdict);
      return verdict;
    },
  };
};
