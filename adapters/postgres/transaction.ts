import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Row, Transaction, TransactionEnds } from '../../ports/database.js';
import { repeatAfterMs, toDatabaseError } from './errors.js';

type Connection = Pick<pg.Client, 'query'>;

/** One statement on one connection, its failure translated. */
export const run = async (
  connection: Connection,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<pg.QueryResult<Row>> => {
  try {
    if (name !== undefined) return await connection.query<Row>({ name, text, values: [...values] });
    // Without values the simple protocol is used, which also takes several statements at once.
    return await (values.length === 0
      ? connection.query<Row>(text)
      : connection.query<Row>(text, [...values]));
  } catch (error) {
    throw toDatabaseError(error);
  }
};

const transactionOn = (connection: Connection): Transaction => {
  let savepoints = 0;
  return {
    query: async (text, values, name) => (await run(connection, text, values, name)).rows,
    execute: async (text, values, name) =>
      (await run(connection, text, values, name)).rowCount ?? 0,
    savepoint: async (work) => {
      savepoints += 1;
      const name = `sp_${savepoints}`;
      await run(connection, `SAVEPOINT ${name}`);
      try {
        const result = await work();
        await run(connection, `RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (error) {
        await run(connection, `ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`);
        throw error;
      }
    },
  };
};

/** Of several statements that were sent together, the rows of the last one. */
const lastRows = (results: pg.QueryResult<Row> | readonly pg.QueryResult<Row>[]): readonly Row[] =>
  'rows' in results ? results.rows : (results.at(-1)?.rows ?? []);

type Work<T> = (tx: Transaction, opened: readonly Row[]) => Promise<T>;

const noEnds: TransactionEnds<unknown> = { opening: '', closing: () => null };

const once = async <T>(pool: pg.Pool, work: Work<T>, ends: TransactionEnds<T>): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  let isBroken = false;
  try {
    const opened = lastRows(await run(client, `BEGIN;${ends.opening}`));
    const result = await work(transactionOn(client), opened);
    await run(client, `${ends.closing(result) ?? ''};COMMIT`);
    return result;
  } catch (error) {
    await run(client, 'ROLLBACK').catch(() => {
      // The connection cannot even roll back: the server does, when it notices that it is gone.
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
};

/** See `Database.transaction`: repeats only what the server has certainly rolled back. */
export const transaction = async <T>(
  pool: pg.Pool,
  work: Work<T>,
  ends: TransactionEnds<T> = noEnds,
): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work, ends);
    } catch (error) {
      const waitMs = repeatAfterMs(error, attempt);
      if (waitMs === null) throw error;
      await delay(waitMs);
    }
  }
};
