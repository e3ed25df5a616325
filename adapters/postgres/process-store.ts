import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import type { Database, Transaction } from '../../ports/database.js';
import type { ParkedEvent, ProcessBatch, ProcessStore } from '../../ports/process-store.js';
import { decodeRows } from '../../ports/rows.js';
import type { Timer, TimerChange } from '../../ports/timers.js';

const TimerRow = t.strict({
  timer_id: t.string,
  kind: t.string,
  due_at: Instant,
  payload: t.record(t.string, t.string),
});

const PositionRow = t.strict({ position: t.bigint });
const StreamRow = t.strict({ stream: t.string });
const ParkedRow = t.strict({ stream: t.string, position: t.bigint, error: t.string });
const DueRow = t.strict({ due_at: t.union([Instant, t.null]) });

const toTimer = (row: t.TypeOf<typeof TimerRow>): Timer => ({
  timerId: row.timer_id,
  kind: row.kind,
  dueAt: row.due_at,
  payload: row.payload,
});

/** The last change of each timer wins, so that a batch needs one statement for each kind. */
const lastChanges = (changes: readonly TimerChange[]): readonly TimerChange[] => {
  const byId = new Map<string, TimerChange>();
  for (const change of changes) {
    byId.set(change.kind === 'schedule' ? change.timer.timerId : change.timerId, change);
  }
  return [...byId.values()];
};

interface SplitChanges {
  readonly timers: readonly Timer[];
  /** Ids of timers that nobody waits for any more. */
  readonly cancelled: readonly string[];
}

const split = (changes: readonly TimerChange[]): SplitChanges => {
  const last = lastChanges(changes);
  return {
    timers: last.flatMap((change) => (change.kind === 'schedule' ? [change.timer] : [])),
    cancelled: last.flatMap((change) => (change.kind === 'cancel' ? [change.timerId] : [])),
  };
};

/** Statements, with the number of their first parameter after `$1`, which is the process. */
const cancelTimers = (first: number): string =>
  `DELETE FROM process.timers WHERE process = $1 AND timer_id = ANY($${first}::text[])`;

const scheduleTimers = (first: number): string =>
  `INSERT INTO process.timers (process, timer_id, kind, due_at, payload)
   SELECT $1, timer_id, kind, due_at, payload
     FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::timestamptz[],
                 $${first + 3}::jsonb[]) AS wanted (timer_id, kind, due_at, payload)
   ON CONFLICT (process, timer_id) DO UPDATE
     SET kind = excluded.kind, due_at = excluded.due_at, payload = excluded.payload`;

const writeCheckpoint = `INSERT INTO process.checkpoints (process, position) VALUES ($1, $2)
   ON CONFLICT (process) DO UPDATE
     SET position = greatest(checkpoints.position, excluded.position), updated_at = now()`;

const columnsOf = (timers: readonly Timer[]): readonly unknown[] => [
  timers.map(({ timerId }) => timerId),
  timers.map(({ kind }) => kind),
  timers.map(({ dueAt }) => dueAt),
  timers.map(({ payload }) => JSON.stringify(payload)),
];

const applyTimers = async (
  tx: Transaction,
  process: string,
  changes: readonly TimerChange[],
): Promise<void> => {
  const { timers, cancelled } = split(changes);
  if (cancelled.length > 0) await tx.execute(cancelTimers(2), [process, cancelled]);
  if (timers.length > 0) await tx.execute(scheduleTimers(2), [process, ...columnsOf(timers)]);
};

/**
 * A batch that parks nothing, in one statement and so in one round trip. No timer is among the
 * cancelled and among the scheduled ones, so it does not matter which part comes first.
 */
const commitPlainly = async (
  database: Database,
  process: string,
  { position, timers: changes }: ProcessBatch,
): Promise<void> => {
  const { timers, cancelled } = split(changes);
  const checkpoint = [process, String(position)];
  if (timers.length === 0 && cancelled.length === 0) {
    await database.execute(writeCheckpoint, checkpoint);
    return;
  }
  await database.execute(
    `WITH cancelled AS (${cancelTimers(3)}), scheduled AS (${scheduleTimers(4)})
     ${writeCheckpoint}`,
    [...checkpoint, cancelled, ...columnsOf(timers)],
  );
};

/** Parking and retrying take turns, or an event could be left behind in an empty park. */
const lockPark = async (tx: Transaction, process: string): Promise<void> => {
  await tx.query('SELECT 1 FROM process.checkpoints WHERE process = $1 FOR UPDATE', [process]);
};

const areParked = async (
  tx: Transaction,
  process: string,
  streams: ReadonlySet<string>,
): Promise<boolean> => {
  if (streams.size === 0) return true;
  const rows = await tx.query(
    'SELECT DISTINCT stream FROM process.parked WHERE process = $1 AND stream = ANY($2)',
    [process, [...streams]],
  );
  return rows.length === streams.size;
};

const park = async (
  tx: Transaction,
  process: string,
  parked: readonly ParkedEvent[],
): Promise<void> => {
  if (parked.length === 0) return;
  await tx.execute(
    `INSERT INTO process.parked (process, stream, position, error)
     SELECT $1, stream, position, error
       FROM unnest($2::text[], $3::bigint[], $4::text[]) AS news (stream, position, error)
     ON CONFLICT (process, position) DO NOTHING`,
    [
      process,
      parked.map(({ stream }) => stream),
      parked.map((event) => String(event.position)),
      parked.map(({ error }) => error),
    ],
  );
};

/** Checkpoints, timers and parked events of processes in Postgres. */
export const postgresProcessStore = (database: Database): ProcessStore => ({
  checkpoint: async (process) => {
    const rows = await database.query(
      'SELECT position FROM process.checkpoints WHERE process = $1',
      [process],
    );
    return decodeRows(PositionRow, rows)[0]?.position ?? null;
  },

  commit: async (process, batch) => {
    const { position, timers, parked, waitsBehind } = batch;
    if (parked.length === 0 && waitsBehind.size === 0) {
      await commitPlainly(database, process, batch);
      return 'committed';
    }
    return database.transaction(async (tx) => {
      await lockPark(tx, process);
      if (!(await areParked(tx, process, waitsBehind))) return 'park-changed';
      await applyTimers(tx, process, timers);
      await park(tx, process, parked);
      await tx.execute(writeCheckpoint, [process, String(position)]);
      return 'committed';
    });
  },

  dueTimers: async (process, now, limit) => {
    const rows = await database.query(
      `SELECT timer_id, kind, due_at, payload FROM process.timers
        WHERE process = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3`,
      [process, now, limit],
    );
    return decodeRows(TimerRow, rows).map(toTimer);
  },

  nextDue: async (process) => {
    const rows = await database.query(
      'SELECT min(due_at) AS due_at FROM process.timers WHERE process = $1',
      [process],
    );
    return decodeRows(DueRow, rows)[0]?.due_at ?? null;
  },

  completeTimer: (process, fired, follow) =>
    database.transaction(async (tx) => {
      // Moved meanwhile: then it still waits, for its new time.
      await tx.execute(
        'DELETE FROM process.timers WHERE process = $1 AND timer_id = $2 AND due_at = $3',
        [process, fired.timerId, fired.dueAt],
      );
      await applyTimers(tx, process, follow);
    }),

  parkedStreams: async (process) => {
    const rows = await database.query(
      'SELECT DISTINCT stream FROM process.parked WHERE process = $1',
      [process],
    );
    return new Set(decodeRows(StreamRow, rows).map(({ stream }) => stream));
  },

  parkedEvents: async (process) => {
    const rows = await database.query(
      'SELECT stream, position, error FROM process.parked WHERE process = $1 ORDER BY position',
      [process],
    );
    return decodeRows(ParkedRow, rows);
  },

  unpark: (process, { position, timers }) =>
    database.transaction(async (tx) => {
      await lockPark(tx, process);
      await applyTimers(tx, process, timers);
      await tx.execute('DELETE FROM process.parked WHERE process = $1 AND position = $2', [
        process,
        String(position),
      ]);
    }),
});
