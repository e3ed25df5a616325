import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Sql } from '../../ports/database.js';
import type { RateLimiter, RateLimitRule } from '../../ports/http/rate-limit.js';
import type { Log } from '../../ports/log.js';

type Rule = Omit<RateLimitRule<never>, 'key'>;

/** Longest key that the store takes (its column is varchar(255)); the rule's name comes first. */
const keyLengthMax = 180;

/**
 * Counts in this process only: for limits that protect the process itself, and for tests. A key's
 * entry vanishes by itself when its window is over.
 */
export const memoryRateLimiter = (): RateLimiter =>
  limiterOf(
    ({ name, requestsMax, windowSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points: requestsMax, duration: windowSeconds }),
  );

/** Counts in Postgres (table of migration `http`), so that all instances share a limit. */
export const postgresRateLimiter = (sql: Sql, log: Log): RateLimiter => {
  // The library asks for a `pg` client and uses one method of it.
  const storeClient = {
    query: async ({ text, values }: { text: string; values: readonly unknown[] }) => ({
      rows: (await sql.query(text, values)).map(withNumberAsExpiry),
    }),
  };
  return limiterOf(
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
    log,
  );
};

/** The library calculates with `expire`, which our column types deliver as a bigint. */
const withNumberAsExpiry = (row: Readonly<Record<string, unknown>>) =>
  typeof row.expire === 'bigint' ? { ...row, expire: Number(row.expire) } : row;

/** Forgets windows that are over; to be called now and then. */
export const purgeRateLimits = (sql: Sql, nowMs: number): Promise<number> =>
  sql.execute('DELETE FROM http.rate_limits WHERE expire < $1', [nowMs]);

const limiterOf = (open: (rule: Rule) => RateLimiterAbstract, log?: Log): RateLimiter => {
  const limiters = new Map<string, RateLimiterAbstract>();
  return {
    take: async (rule, key) => {
      const limiter = limiters.get(rule.name) ?? open(rule);
      limiters.set(rule.name, limiter);
      try {
        await limiter.consume(key.slice(0, keyLengthMax));
        return { kind: 'within' };
      } catch (thrown) {
        // Over the limit it rejects with a result; when the store fails, with an error.
        if (thrown instanceof RateLimiterRes) {
          const retryAfterSeconds = Math.max(1, Math.ceil(thrown.msBeforeNext / 1_000));
          return { kind: 'exceeded', retryAfterSeconds };
        }
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        log?.warn('a rate limit could not be checked', { limit: rule.name, reason });
        return { kind: 'store-failed', reason };
      }
    },
  };
};
