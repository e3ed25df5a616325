import type { Migration } from './index.js';

/**
 * What process managers keep outside the log. All of it follows from the log: a lost table costs
 * a replay, during which every command is recognised as one that was carried out already.
 */
export const processes: Migration = {
  number: 3,
  name: '0003-processes',
  sql: `
    CREATE SCHEMA process;

    CREATE TABLE process.checkpoints (
      process text PRIMARY KEY,
      position bigint NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN process.checkpoints.position IS
      'Everything up to here has been reacted to.';

    CREATE TABLE process.timers (
      process text NOT NULL,
      timer_id text NOT NULL,
      kind text NOT NULL,
      due_at timestamptz NOT NULL,
      payload jsonb NOT NULL,
      PRIMARY KEY (process, timer_id)
    );
    CREATE INDEX timers_by_due ON process.timers (process, due_at);

    CREATE TABLE process.parked (
      process text NOT NULL,
      stream text NOT NULL,
      position bigint NOT NULL,
      error text NOT NULL,
      parked_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (process, position)
    );
    COMMENT ON TABLE process.parked IS
      'Events that a process could not react to, and those of the same streams that came after.';
  `,
};
