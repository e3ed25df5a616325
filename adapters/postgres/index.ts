import knex, { type Knex } from 'knex';
import pg from 'pg';
import type { Database } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import { withAdvisoryLock } from './advisory-lock.js';
import { columnTypes } from './column-types.js';
import { toDatabaseError } from './errors.js';
import { listen, listenHeartbeatMs } from './listen.js';
import { run, transaction } from './transaction.js';

export { migrate, missingMigrations, SchemaTooNew } from './migrate.js';

/** Pool size when nothing else is said: a projection each, and some for readers. */
const poolConnectionsMax = 20;
const connectTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;
/** A session that holds a lock or listens, and does not answer for this long, counts as lost. */
const sessionAnswerTimeoutMs = 5_000;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  readonly poolConnectionsMax?: number;
}

export interface Postgres extends Database {
  /** Query builder on the same pool. Its rows are undecoded: pass them through a codec. */
  readonly knex: Knex;
  close(): Promise<void>;
}

const connectionConfig = (options: PostgresOptions): pg.ClientConfig => ({
  connectionString: options.url,
  application_name: options.applicationName,
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  types: columnTypes,
  // Text of a `timestamptz` then ends in +00, whatever the server's own zone is.
  options: '-c TimeZone=UTC',
});

/**
 * Opens Postgres; nothing connects before the first statement. Locks and listeners get sessions
 * of their own, because a pooled connection cannot keep them.
 */
export const openPostgres = (options: PostgresOptions): Postgres => {
  const { log } = options;
  const config = connectionConfig(options);
  const pool = new pg.Pool({
    ...config,
    max: options.poolConnectionsMax ?? poolConnectionsMax,
    idleTimeoutMillis: idleTimeoutMs,
  });
  // A connection may die while it is idle, or between two statements of a transaction. The pool
  // replaces it and the next statement fails; without a listener each would be a crash.
  const onLoss = (error: Error): void =>
    log.warn('a connection was lost', { reason: error.message });
  pool.on('error', onLoss);
  pool.on('connect', (client) => client.on('error', onLoss));
  const connect = async (more: pg.ClientConfig = {}): Promise<pg.Client> => {
    const client = new pg.Client({ ...config, ...more });
    client.on('error', (error) => log.warn('a session was lost', { reason: error.message }));
    await client.connect().catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    return client;
  };
  const openSession = () => connect({ query_timeout: sessionAnswerTimeoutMs });
  const builder = knex({ client: 'pg', connectionPool: pool });
  return {
    knex: builder,
    query: async (text, values, name) => (await run(pool, text, values, name)).rows,
    execute: async (text, values, name) => (await run(pool, text, values, name)).rowCount ?? 0,
    transaction: (work, ends) => transaction(pool, work, ends),
    withAdvisoryLock: (name, work) => withAdvisoryLock({ connect: openSession, log }, name, work),
    listen: (channel, listenOptions) => {
      const context = { connect: openSession, heartbeatMs: listenHeartbeatMs, log };
      return listen(context, channel, listenOptions);
    },
    close: async () => {
      await builder.destroy();
      await pool.end();
    },
  };
};
