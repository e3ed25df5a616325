import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { decodeRows, PositionColumn, WholeNumberColumn } from '../../ports/rows.js';

/**
 * Streams that a projection has set aside. Only references are kept: the poison event with its
 * error, and every later event of the stream. The data stays in the log.
 */
export interface ParkedEvent {
  readonly event: RecordedEvent;
  /** Why it is poison; `null` for events that only wait behind one. */
  readonly error: string | null;
}

const errorLengthMax = 2_000;

const StreamRow = t.strict({ stream: t.string });

export const parkedStreams = async (sql: Sql, name: string): Promise<ReadonlySet<string>> => {
  const rows = await sql.query('SELECT DISTINCT stream FROM projection.parked WHERE name = $1', [
    name,
  ]);
  return new Set(decodeRows(StreamRow, rows).map(({ stream }) => stream));
};

export const park = async (
  sql: Sql,
  name: string,
  events: readonly ParkedEvent[],
): Promise<void> => {
  if (events.length === 0) return;
  await sql.execute(
    `INSERT INTO projection.parked
       (name, stream, position, revision, event_id, event_type, is_poison, error)
     SELECT $1, stream, position, revision, id, type, error IS NOT NULL, error
     FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::uuid[], $6::text[], $7::text[])
       AS r(stream, position, revision, id, type, error)`,
    [
      name,
      events.map(({ event }) => event.stream),
      events.map(({ event }) => event.position.toString()),
      events.map(({ event }) => event.revision.toString()),
      events.map(({ event }) => event.id),
      events.map(({ event }) => event.type),
      events.map(({ error }) => error?.slice(0, errorLengthMax) ?? null),
    ],
  );
};

const ParkedRow = t.strict({ position: PositionColumn, revision: PositionColumn });

/** References to a parked stream's events, in order. */
export const parkedOf = async (sql: Sql, name: string, stream: string) =>
  decodeRows(
    ParkedRow,
    await sql.query(
      `SELECT position, revision FROM projection.parked
       WHERE name = $1 AND stream = $2 ORDER BY position`,
      [name, stream],
    ),
  );

export const unparkUpTo = async (
  sql: Sql,
  name: string,
  stream: string,
  position: bigint,
): Promise<void> => {
  await sql.execute(
    'DELETE FROM projection.parked WHERE name = $1 AND stream = $2 AND position <= $3',
    [name, stream, position],
  );
};

export const markPoison = async (
  sql: Sql,
  name: string,
  { event, error }: ParkedEvent,
): Promise<void> => {
  await sql.execute(
    `UPDATE projection.parked SET is_poison = true, error = $4
     WHERE name = $1 AND stream = $2 AND position = $3`,
    [name, event.stream, event.position, error?.slice(0, errorLengthMax) ?? 'unknown'],
  );
};

export const unparkAll = async (sql: Sql, name: string): Promise<void> => {
  await sql.execute('DELETE FROM projection.parked WHERE name = $1', [name]);
};

const CountRow = t.strict({ name: t.string, streams: WholeNumberColumn });

/** Number of parked streams by projection; those without any are not in it. */
export const countParkedStreams = async (sql: Sql): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.query(
    'SELECT name, count(DISTINCT stream) AS streams FROM projection.parked GROUP BY name',
  );
  return new Map(decodeRows(CountRow, rows).map(({ name, streams }) => [name, streams]));
};
