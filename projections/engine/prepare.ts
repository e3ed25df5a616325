import type { Database } from '../../ports/database.js';
import { type Checkpoint, lockCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoints.js';
import { type Projection, retiredNameOf } from './projection.js';
import { createSchema, dropSchema } from './schema.js';

/**
 * Makes the tables of a projection that has none yet, at the beginning of the log, and drops what
 * an earlier swap may have left behind.
 *
 * @returns the live checkpoint, whose version may be another one than the program's.
 */
export const prepare = async (database: Database, projection: Projection): Promise<Checkpoint> => {
  const { name, version } = projection;
  const existing = await readCheckpoint(database, name);
  if (existing !== null) {
    await dropSchema(database, retiredNameOf(name));
    return existing;
  }
  return database.transaction(async (tx) => {
    // Instances that start at once meet here: the second one waits, then finds the row.
    await tx.execute('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [name]);
    const made = await lockCheckpoint(tx, name);
    if (made !== null) return made;
    const fresh: Checkpoint = { name, version, position: null, recordedAt: null };
    await writeCheckpoint(tx, fresh);
    await createSchema(tx, projection, name);
    return fresh;
  });
};
