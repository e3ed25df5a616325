import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import type { Database } from '../../ports/database.js';
import type { Position } from '../../ports/event-store.js';
import { decodeRows, PositionColumn } from '../../ports/rows.js';

/** How far something that follows the log had come. */
export interface Follower {
  /** As an operator knows it: `read model wallet`, `process rental`. */
  readonly name: string;
  readonly position: Position | null;
}

export interface ParkedStream {
  /** Of the follower that has set it aside. */
  readonly name: string;
  readonly stream: string;
  /** Of the first event that waits. */
  readonly position: Position;
}

export interface StoredTimer {
  readonly process: string;
  readonly timerId: string;
  readonly dueAt: Instant;
}

/**
 * What the database said of the log at one moment, before the log was read: so nothing in it may
 * be ahead of the log that is read then.
 */
export interface Snapshot {
  readonly takenAt: Instant;
  readonly followers: readonly Follower[];
  readonly parked: readonly ParkedStream[];
  readonly timers: readonly StoredTimer[];
}

const FollowerRow = t.strict({ name: t.string, position: t.union([PositionColumn, t.null]) });
const ParkedRow = t.strict({ name: t.string, stream: t.string, position: PositionColumn });
const TimerRow = t.strict({ process: t.string, timer_id: t.string, due_at: Instant });

export const processName = (process: string): string => `process ${process}`;
export const readModelName = (name: string): string => `read model ${name}`;

/** Copies beside a live read model are nobody's; they are made and dropped while it is looked. */
const followersQuery = `
  SELECT 'read model ' || name AS name, position FROM projection.checkpoints
   WHERE name NOT LIKE '%\\_\\_%'
  UNION ALL SELECT 'process ' || process, position FROM process.checkpoints ORDER BY 1`;

const parkedQuery = `
  SELECT 'read model ' || name AS name, stream, min(position) AS position
    FROM projection.parked GROUP BY 1, 2
  UNION ALL SELECT 'process ' || process, stream, min(position) FROM process.parked GROUP BY 1, 2
  ORDER BY 1, 2`;

/** One moment for all of it: timers and checkpoints of a process are written together. */
export const takeSnapshot = (database: Database, takenAt: Instant): Promise<Snapshot> =>
  database.transaction(async (tx) => {
    await tx.execute('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const timers = await tx.query('SELECT process, timer_id, due_at FROM process.timers');
    return {
      takenAt,
      followers: decodeRows(FollowerRow, await tx.query(followersQuery)),
      parked: decodeRows(ParkedRow, await tx.query(parkedQuery)),
      timers: decodeRows(TimerRow, timers).map(({ process, timer_id, due_at }) => ({
        process,
        timerId: timer_id,
        dueAt: due_at,
      })),
    };
  });

/** Up to where a process had surely reacted: its checkpoint, or what it has set aside before. */
export const reactedUpTo = ({ followers, parked }: Snapshot, process: string): Position | null => {
  const name = processName(process);
  const reached = followers.find((each) => each.name === name)?.position ?? null;
  if (reached === null) return null;
  return parked
    .filter((each) => each.name === name)
    .reduce((low, { position }) => (position <= low ? position - 1n : low), reached);
};
