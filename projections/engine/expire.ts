import type { Instant } from '../../domain/shared/instant.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { lockCheckpoint } from './checkpoints.js';
import type { EngineContext } from './context.js';
import type { Projection } from './projection.js';

/** Deletes what is too old to be shown, in the copy of that name; answers how many rows. */
export const expireRows = (
  sql: Sql,
  { expiry }: Projection,
  { schema, now }: { readonly schema: string; readonly now: Instant },
): Promise<number> => {
  if (expiry === undefined) return Promise.resolve(0);
  const { table, column, keptSeconds } = expiry;
  return sql.execute(`DELETE FROM ${schema}.${table} WHERE ${column} <= $1`, [
    plusSeconds(now, -keptSeconds),
  ]);
};

/**
 * The same in the live copy, while its projection stands still: a rebuild may be about to swap it.
 * A copy of another version is left to whoever runs that. Any number of instances may do it.
 */
export const expireLive = (
  { database, clock }: Pick<EngineContext, 'database' | 'clock'>,
  projection: Projection,
): Promise<number> =>
  database.transaction(async (tx) => {
    const { name, version } = projection;
    const live = await lockCheckpoint(tx, name);
    if (live?.version !== version) return 0;
    return expireRows(tx, projection, { schema: name, now: clock.now() });
  });
