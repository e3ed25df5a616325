import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import type { Row, Sql } from '../../ports/database.js';
import type { Position } from '../../ports/event-store.js';
import { decodeRows, PositionColumn } from '../../ports/rows.js';
import { schemaWord } from './schema.js';

const CheckpointRow = t.strict({
  name: t.string,
  version: t.number,
  position: t.union([PositionColumn, t.null]),
  recorded_at: t.union([Instant, t.null]),
});

export interface Checkpoint {
  readonly name: string;
  readonly version: number;
  /** Everything up to here is in the tables; `null` before the first event. */
  readonly position: Position | null;
  /** When the last projected event was recorded in the log. */
  readonly recordedAt: Instant | null;
}

/** Channel on which every commit tells `name:position`. */
export const checkpointChannel = 'projection_checkpoint';

const decodeCheckpoint = (row: t.TypeOf<typeof CheckpointRow>): Checkpoint => ({
  name: row.name,
  version: row.version,
  position: row.position,
  recordedAt: row.recorded_at,
});

const selectCheckpoints = 'SELECT name, version, position, recorded_at FROM projection.checkpoints';

const one = async (sql: Sql, name: string, suffix: string): Promise<Checkpoint | null> => {
  const rows = await sql.query(`${selectCheckpoints} WHERE name = $1 ${suffix}`, [name]);
  return decodeRows(CheckpointRow, rows).map(decodeCheckpoint)[0] ?? null;
};

export const readCheckpoint = (sql: Sql, name: string): Promise<Checkpoint | null> =>
  one(sql, name, '');

/** Reads the row and keeps it from everybody else until the transaction ends. */
export const lockCheckpoint = (sql: Sql, name: string): Promise<Checkpoint | null> =>
  one(sql, name, 'FOR UPDATE');

export const readCheckpoints = async (sql: Sql): Promise<readonly Checkpoint[]> =>
  decodeRows(CheckpointRow, await sql.query(selectCheckpoints)).map(decodeCheckpoint);

export const writeCheckpoint = async (
  sql: Sql,
  { name, version, position, recordedAt }: Checkpoint,
): Promise<void> => {
  await sql.execute(
    `INSERT INTO projection.checkpoints AS c (name, version, position, recorded_at)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = excluded.position,
       recorded_at = coalesce(excluded.recorded_at, c.recorded_at), updated_at = now()`,
    [name, version, position, recordedAt],
  );
};

const OpenedRow = t.intersection([CheckpointRow, t.strict({ has_parked: t.boolean })]);

/** What a batch finds before it begins. */
export interface Opened {
  readonly checkpoint: Checkpoint;
  /**
   * Whether streams were parked when the statement began. Somebody who was waited for may have
   * changed that; the position tells that it was a batch.
   */
  readonly hasParked: boolean;
}

/**
 * As `lockCheckpoint`, and from here on unqualified table names mean the tables of the projection.
 * One statement for what every batch begins with, sent with the beginning of the transaction: most
 * batches are small, so round trips count. Its rows are for `openedBatch`.
 *
 * Nobody waits for the disk: rows and checkpoint are of one transaction, so what a power cut takes
 * it takes together, and the log still has it.
 */
export const openingOf = (name: string): string => {
  const word = schemaWord(name);
  return `SELECT name, version, position, recorded_at, set_config('search_path', '${word}', true),
                 set_config('synchronous_commit', 'off', true),
                 EXISTS (SELECT FROM projection.parked WHERE parked.name = '${word}') AS has_parked
            FROM projection.checkpoints WHERE name = '${word}' FOR UPDATE`;
};

/** `null`: the projection has no checkpoint. */
export const openedBatch = (rows: readonly Row[]): Opened | null => {
  const [row] = decodeRows(OpenedRow, rows);
  if (row === undefined) return null;
  return { checkpoint: decodeCheckpoint(row), hasParked: row.has_parked };
};

/** The same of a transaction that begins otherwise: see `openBatch`. */
export const commitWithoutWaiting = async (sql: Sql): Promise<void> => {
  await sql.execute('SET LOCAL synchronous_commit TO off');
};

const payloadOf = (name: string, position: Position | null): string => `${name}:${position ?? ''}`;

/** `writeCheckpoint` and `notifyCheckpoint` in one statement, sent with the end of a batch. */
export const closingOf = ({ name, version, position, recordedAt }: Checkpoint): string => {
  const told = payloadOf(schemaWord(name), position);
  const recorded = recordedAt === null ? '' : `recorded_at = '${recordedAt}',`;
  return `WITH written AS (
       UPDATE projection.checkpoints
          SET version = ${version}, position = ${position}, ${recorded} updated_at = now()
        WHERE name = '${schemaWord(name)}')
     SELECT pg_notify('${checkpointChannel}', '${told}')`;
};

/** Tells readers how far a projection is; they hear it when the transaction has committed. */
export const notifyCheckpoint = async (
  sql: Sql,
  name: string,
  position: Position | null,
): Promise<void> => {
  await sql.execute('SELECT pg_notify($1, $2)', [checkpointChannel, payloadOf(name, position)]);
};

export const deleteCheckpoint = async (sql: Sql, name: string): Promise<void> => {
  await sql.execute('DELETE FROM projection.checkpoints WHERE name = $1', [name]);
};

/** `null` (nothing yet) is before every position. */
export const isAtLeast = (position: Position | null, wanted: Position | null): boolean =>
  wanted === null || (position !== null && position >= wanted);

export const later = (left: Position | null, right: Position | null): Position | null =>
  isAtLeast(left, right) ? left : right;
